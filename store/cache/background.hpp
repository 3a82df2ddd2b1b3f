// SPDX-License-Identifier: MIT
// A thread that does portions of work while the caller prepares the next one.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <exception>
#include <functional>
#include <mutex>
#include <thread>

namespace dummycache::store {

/// Does portions in their order, one at a time. Its thread lives as long as the object and blocks all
/// signals. Locks treat it like the caller's thread. If the system gives no thread, the caller does the
/// work itself. Only one thread may use the object.
class Background {
public:
    Background();
    /// Drops portions that have not begun, and waits for the running one.
    ~Background();
    Background(const Background&) = delete;
    Background& operator=(const Background&) = delete;

    /// For tests that follow one thread: the caller does the portions itself.
    static inline bool disabled = false;

    /// Hands a portion over. Waits while kAhead portions wait already. Throws the error of an earlier
    /// portion.
    void run(std::function<void()> portion);
    /// Waits until all portions are done. Throws the error of one of them.
    void finish();
    /// Drops portions that have not begun, and waits for the running one.
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
