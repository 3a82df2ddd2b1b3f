// SPDX-License-Identifier: MIT
#include "store/cache/background.hpp"

#include <csignal>
#include <system_error>
#include <utility>

namespace dummycache::store {

Background::Background() {
    if (disabled) return;
    sigset_t all;
    sigset_t before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    try {
        thread_ = std::thread([this] { work(); });
    } catch (const std::system_error&) {
        // No thread: run does the work.
    }
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

Background::~Background() {
    {
        const std::lock_guard lock(mutex_);
        portions_.clear();
        ended_ = true;
    }
    changed_.notify_all();
    if (thread_.joinable()) thread_.join();
}

void Background::work() {
    std::unique_lock lock(mutex_);
    for (;;) {
        changed_.wait(lock, [this] { return ended_ || !portions_.empty(); });
        if (portions_.empty()) return;
        const std::function<void()> portion = std::move(portions_.front());
        portions_.pop_front();
        busy_ = true;
        lock.unlock();
        std::exception_ptr error;
        try {
            portion();
        } catch (...) {
            error = std::current_exception();
        }
        lock.lock();
        busy_ = false;
        if (error) {
            error_ = error;
            portions_.clear();
        }
        changed_.notify_all();
    }
}

void Background::run(std::function<void()> portion) {
    if (!thread_.joinable()) return portion();
    {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [this] { return portions_.size() < kAhead; });
        rethrow();
        portions_.push_back(std::move(portion));
    }
    changed_.notify_all();
}

void Background::finish() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return portions_.empty() && !busy_; });
    rethrow();
}

void Background::abandon() noexcept {
    std::unique_lock lock(mutex_);
    portions_.clear();
    changed_.wait(lock, [this] { return portions_.empty() && !busy_; });
    error_ = nullptr;
}

void Background::rethrow() {
    if (error_) std::rethrow_exception(std::exchange(error_, nullptr));
}

}  // namespace dummycache::store
