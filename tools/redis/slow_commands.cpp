// SPDX-License-Identifier: MIT
#include "tools/redis/slow_commands.hpp"

#include <exception>
#include <memory>
#include <utility>

#include <fmt/format.h>

#include "tools/redis/reply_error.hpp"

namespace dummycache::redis {

namespace {

struct Outcome {
    std::int64_t number = 0;
    std::exception_ptr error;
};

int reply_outcome(Context* context, String**, int) noexcept {
    const auto* const outcome = static_cast<Outcome*>(api::GetBlockedClientPrivateData(context));
    if (outcome->error == nullptr) return api::ReplyWithLongLong(context, outcome->number);
    try {
        std::rethrow_exception(outcome->error);
    } catch (...) {
        return reply_with_exception(context);
    }
}

void free_outcome(Context*, void* outcome) noexcept { delete static_cast<Outcome*>(outcome); }

}  // namespace

SlowCommands::~SlowCommands() {
    {
        const std::lock_guard lock(mutex_);
        stops_ = true;
    }
    changed_.notify_all();
    if (thread_.joinable()) thread_.join();
}

int SlowCommands::run(Context* context, const std::string& command, std::function<std::int64_t()> work) {
    constexpr int kCannotWait = kInScript | kInTransaction | kDenyBlocking;
    if ((api::GetContextFlags(context) & kCannotWait) != 0)
        throw ReplyError{
            fmt::format("ERR {} takes its time, and cannot be in a script or transaction", command)};
    const std::lock_guard lock(mutex_);
    if (!thread_.joinable()) thread_ = std::thread([this] { loop(); });
    jobs_.push_back({nullptr, std::move(work)});
    jobs_.back().client = api::BlockClient(context, reply_outcome, nullptr, free_outcome, 0);
    changed_.notify_all();
    return kOk;
}

bool SlowCommands::is_busy() {
    const std::lock_guard lock(mutex_);
    return working_ || !jobs_.empty();
}

void SlowCommands::loop() {
    std::unique_lock lock(mutex_);
    for (;;) {
        changed_.wait(lock, [this] { return stops_ || !jobs_.empty(); });
        if (jobs_.empty()) return;
        const Job job = std::move(jobs_.front());
        jobs_.pop_front();
        working_ = true;
        lock.unlock();
        auto outcome = std::make_unique<Outcome>();
        try {
            outcome->number = job.work();
        } catch (...) {
            outcome->error = std::current_exception();
        }
        lock.lock();
        working_ = false;
        lock.unlock();
        // After this call the client may get its reply and unload the module. The unload waits for this thread.
        api::UnblockClient(job.client, outcome.release());
        lock.lock();
    }
}

}  // namespace dummycache::redis
