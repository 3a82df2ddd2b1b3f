// SPDX-License-Identifier: MIT
#include "store/cache/background.hpp"

#include <csignal>
#include <system_error>
#include <utility>

#include "dummycache/error.hpp"

namespace dummycache::store {

Background::Background() {
    if (disabled) return;
    sigset_t all;
    sigset_t before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    try {
        shared_->thread = std::thread([&shared = *shared_] { work(shared); });
    } catch (const std::system_error&) {
        // No thread: run does the work.
    }
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

Background::~Background() {
    if (!creator_.is_this_process()) {
        static_cast<void>(shared_.release());
        return;
    }
    {
        const std::lock_guard lock(shared_->mutex);
        shared_->portions.clear();
        shared_->ended = true;
    }
    shared_->changed.notify_all();
    if (shared_->thread.joinable()) shared_->thread.join();
}

void Background::check_creator() const {
    if (creator_.is_this_process()) return;
    throw Error(
        ErrorCode::invalid_argument,
        "a forked child cannot go on with a dump or load that its parent began; begin one in the child");
}

void Background::work(Shared& shared) {
    std::unique_lock lock(shared.mutex);
    for (;;) {
        shared.changed.wait(lock, [&] { return shared.ended || !shared.portions.empty(); });
        if (shared.portions.empty()) return;
        const std::function<void()> portion = std::move(shared.portions.front());
        shared.portions.pop_front();
        shared.busy = true;
        lock.unlock();
        std::exception_ptr error;
        try {
            portion();
        } catch (...) {
            error = std::current_exception();
        }
        lock.lock();
        shared.busy = false;
        if (error) {
            shared.error = error;
            shared.portions.clear();
        }
        shared.changed.notify_all();
    }
}

void Background::run(std::function<void()> portion) {
    check_creator();
    if (!shared_->thread.joinable()) return portion();
    {
        std::unique_lock lock(shared_->mutex);
        shared_->changed.wait(lock, [this] { return shared_->portions.size() < kAhead; });
        rethrow(*shared_);
        shared_->portions.push_back(std::move(portion));
    }
    shared_->changed.notify_all();
}

void Background::finish() {
    check_creator();
    std::unique_lock lock(shared_->mutex);
    shared_->changed.wait(lock, [this] { return shared_->portions.empty() && !shared_->busy; });
    rethrow(*shared_);
}

void Background::abandon() noexcept {
    if (!creator_.is_this_process()) return;
    std::unique_lock lock(shared_->mutex);
    shared_->portions.clear();
    shared_->changed.wait(lock, [this] { return shared_->portions.empty() && !shared_->busy; });
    shared_->error = nullptr;
}

void Background::rethrow(Shared& shared) {
    if (shared.error) std::rethrow_exception(std::exchange(shared.error, nullptr));
}

}  // namespace dummycache::store
