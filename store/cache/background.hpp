// SPDX-License-Identifier: MIT
// A thread for work that comes in portions, while the caller prepares the next one.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <exception>
#include <functional>
#include <mutex>
#include <thread>

namespace dummycache::store {

/// Does portions in their order, one at a time. Its thread lives as long as the object, takes no signals, and is
/// no different from the caller's to any lock. Where no thread can be had, the caller does the work itself.
/// Not to be used by two threads.
class Background {
public:
    Background();
    /// Drops what was not begun.
    ~Background();
    Background(const Background&) = delete;
    Background& operator=(const Background&) = delete;

    /// For tests that follow one thread: portions are done by who gives them.
    static inline bool disabled = false;

    /// Waits while kAhead portions wait. Throws what an earlier one threw.
    void run(std::function<void()> portion);
    /// Returns when all is done. Throws what one of them threw.
    void finish();
    /// Drops what was not begun, and returns when nothing is being done any more.
    void abandon() noexcept;

private:
    static constexpr std::size_t kAhead = 2;

    void work();
    void rethrow();

    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<std::function<void()>> portions_;
    bool busy_ = false;
    bool ended_ = false;
    std::exception_ptr error_;
    std::thread thread_;
};

}  // namespace dummycache::store
