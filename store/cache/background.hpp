// SPDX-License-Identifier: MIT
// A thread that does portions of work while the caller prepares the next one.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>

#include "ipc/os/fork_registry.hpp"

namespace dummycache::store {

/// Does portions in their order, one at a time. Its thread lives as long as the object and blocks all
/// signals. Locks treat it like the caller's thread. If the system gives no thread, the caller does the
/// work itself. Only one thread may use the object. A forked child has no such thread: it may destroy its copy
/// of the object, and nothing else.
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
    /// portion; in a forked child invalid_argument.
    void run(std::function<void()> portion);
    /// Waits until all portions are done. Throws the error of one of them; in a forked child invalid_argument.
    void finish();
    /// Drops portions that have not begun, and waits for the running one.
    void abandon() noexcept;

private:
    static constexpr std::size_t kAhead = 2;

    /// What the two threads share. A forked child may find the mutex locked by a thread that it does not have. So
    /// it never destroys this.
    struct Shared {
        std::mutex mutex;
        std::condition_variable changed;
        std::deque<std::function<void()>> portions;
        bool busy = false;
        bool ended = false;
        std::exception_ptr error;
        std::thread thread;
    };

    static void work(Shared& shared);
    static void rethrow(Shared& shared);
    void check_creator() const;

    ipc::Creator creator_;
    std::unique_ptr<Shared> shared_ = std::make_unique<Shared>();
};

}  // namespace dummycache::store
