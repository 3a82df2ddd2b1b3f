// SPDX-License-Identifier: MIT
// Copies of one prepared cache: each run of a test begins with the same bytes, the seed of the hash
// included, and so passes the same kill points.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>

#include "dummycache/clock.hpp"
#include "support/test_cache.hpp"

namespace dummycache::test {

/// A cache with a frozen clock that nobody is attached to any more.
class PreparedCache {
public:
    PreparedCache(Kind kind, const Options& options, const std::function<void(Cache&)>& prepare)
        : kind_(kind), name_(kind) {
        Cache cache = Cache::create(name_.text(), options).value();
        Clock(cache).freeze();
        prepare(cache);
        path_ = cache.info().path;
    }

    [[nodiscard]] Kind kind() const noexcept { return kind_; }
    [[nodiscard]] const std::string& path() const noexcept { return path_; }
    /// Of the object of another cache of this kind.
    [[nodiscard]] std::string path_of(const std::string& name) const {
        return kind_ == Kind::file ? name : path_.substr(0, path_.size() - name_.text().size()) + name;
    }

private:
    Kind kind_;
    TestName name_;
    std::string path_;
};

/// A copy of a prepared cache, and a handle on it.
class CopiedCache {
public:
    CopiedCache(const PreparedCache& original, const Options& options)
        : CopiedCache(original, options,
                      [&](const std::string& path) { std::filesystem::copy_file(original.path(), path); }) {}
    /// The copy is what `write` makes of the path.
    CopiedCache(const PreparedCache& original, const Options& options,
                const std::function<void(const std::string&)>& write)
        : name_(original.kind()), path_(original.path_of(name_.text())), options_(options) {
        write(path_);
        cache_ = attach();
    }

    Cache* operator->() noexcept { return &*cache_; }
    Cache& operator*() noexcept { return *cache_; }
    [[nodiscard]] Cache attach() const { return Cache::attach(name_.text(), options_); }
    [[nodiscard]] const std::string& path() const noexcept { return path_; }

private:
    TestName name_;
    std::string path_;
    Options options_;
    std::optional<Cache> cache_;
};

}  // namespace dummycache::test
