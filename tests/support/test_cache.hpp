// SPDX-License-Identifier: MIT
// Caches of a name of their own, of each kind, gone at the end; and their clock.
#pragma once

#include <filesystem>
#include <ostream>
#include <string>
#include <vector>

#include "dummycache/cache.hpp"
#include "ipc/cache_clock.hpp"

// Most tests need no more than the public calls. One that looks behind them includes the header of what it looks
// at, here store/layout/attachment.hpp; the others are not compiled again when that changes.
namespace dummycache::store {
struct Attachment;
}

namespace dummycache {

inline std::ostream& operator<<(std::ostream& out, Kind kind) {
    return out << (kind == Kind::shared ? "shared" : kind == Kind::file ? "file" : "private");
}
inline std::ostream& operator<<(std::ostream& out, ErrorCode code) { return out << static_cast<int>(code); }
inline std::ostream& operator<<(std::ostream& out, WhenFull when_full) {
    return out << (when_full == WhenFull::evict ? "evict" : "refuse");
}
inline std::ostream& operator<<(std::ostream& out, Codec codec) { return out << name_of(codec); }

}  // namespace dummycache

namespace dummycache::test {

inline constexpr Kind kAllKinds[] = {Kind::shared, Kind::file, Kind::private_memory};
inline constexpr Kind kNamedKinds[] = {Kind::shared, Kind::file};

inline constexpr std::uint64_t kKiB = 1024;
inline constexpr std::uint64_t kMiB = 1024 * kKiB;

/// A small cache: one shard, or as many as the capacity asks for.
[[nodiscard]] Options options_of(std::uint64_t capacity_bytes, WhenFull when_full = WhenFull::evict);

/// A name that no other test has at this moment. Whatever lies there is removed at the end.
class TestName {
public:
    explicit TestName(Kind kind);
    ~TestName();
    TestName(const TestName&) = delete;
    TestName& operator=(const TestName&) = delete;

    [[nodiscard]] const std::string& text() const noexcept { return text_; }

private:
    std::filesystem::path folder_;  ///< of a file
    std::string text_;
};

/// A new cache of any kind, and a handle on it.
class TestCache {
public:
    explicit TestCache(Kind kind, const Options& options = options_of(8 * kMiB));

    Cache* operator->() noexcept { return &cache_; }
    Cache& operator*() noexcept { return cache_; }
    [[nodiscard]] const std::string& name() const noexcept { return name_.text(); }
    [[nodiscard]] Kind kind() const noexcept { return kind_; }

    /// A handle with an attachment of its own; of a private cache a copy of the only one.
    [[nodiscard]] Cache attach(const Options& options = {}) const;

    /// The cache's clock, which every handle on it follows.
    [[nodiscard]] ipc::CacheClock clock();
    [[nodiscard]] store::Attachment& attachment();

private:
    Kind kind_;
    TestName name_;
    Cache cache_;
};

/// Its clock stands still until it is moved.
class FrozenCache : public TestCache {
public:
    explicit FrozenCache(Kind kind, const Options& options = options_of(8 * kMiB))
        : TestCache(kind, options) {
        clock().freeze();
    }
};

/// What is behind a handle.
[[nodiscard]] store::Attachment& attachment_of(Cache& cache);

/// Whether a call throws dummycache::Error with this code and a message of one line.
template <class Call>
[[nodiscard]] bool throws(ErrorCode code, Call&& call) {
    try {
        call();
    } catch (const Error& error) {
        const std::string message = error.what();
        return error.code() == code && !message.empty() && message.find('\n') == std::string::npos;
    }
    return false;
}

/// The problems that check() finds, as one text; empty if there are none.
[[nodiscard]] std::string problems_of(const Cache& cache);

}  // namespace dummycache::test
