// SPDX-License-Identifier: MIT
#include "support/test_cache.hpp"

#include <atomic>

#include <unistd.h>

#include "store/layout/attachment.hpp"

namespace dummycache::test {

namespace {

std::string unique_word() {
    static std::atomic<int> counter{0};
    return "dummycache-test-" + std::to_string(::getpid()) + "-" + std::to_string(counter++);
}

Cache create(Kind kind, const std::string& name, const Options& options) {
    if (kind == Kind::private_memory) return Cache::make_private(options);
    return Cache::create(name, options).value();
}

}  // namespace

Options options_of(std::uint64_t capacity_bytes, WhenFull when_full) {
    Options options;
    options.capacity = capacity_bytes;
    options.when_full = when_full;
    options.lock_timeout = std::chrono::seconds(60);
    return options;
}

TestName::TestName(Kind kind) : text_(unique_word()) {
    if (kind != Kind::file) return;
    folder_ = std::filesystem::temp_directory_path() / text_;
    std::filesystem::create_directories(folder_);
    text_ = (folder_ / "cache").string();
}

TestName::~TestName() {
    try {
        Cache::remove(text_);
    } catch (const Error&) {  // a test that damages a cache removes what it left
        if (folder_.empty())
            ::unlink(("/dev/shm/dummycache." + std::to_string(::getuid()) + "." + text_).c_str());
    }
    std::error_code ignored;
    if (!folder_.empty()) std::filesystem::remove_all(folder_, ignored);
}

TestCache::TestCache(Kind kind, const Options& options)
    : kind_(kind), name_(kind), cache_(create(kind, name_.text(), options)) {}

Cache TestCache::attach(const Options& options) const {
    return kind_ == Kind::private_memory ? cache_ : Cache::attach(name(), options);
}

store::Attachment& attachment_of(Cache& cache) { return cache.attachment(); }

store::Attachment& TestCache::attachment() { return attachment_of(cache_); }

ipc::CacheClock TestCache::clock() { return ipc::CacheClock(attachment().memory.superblock->clock); }

std::string problems_of(const Cache& cache) {
    std::string all;
    for (const std::string& problem : cache.check()) all += problem + "; ";
    return all;
}

}  // namespace dummycache::test
