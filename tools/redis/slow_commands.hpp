// SPDX-License-Identifier: MIT
// Commands that take long run on a thread of their own. Their clients wait, other clients do not.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

#include "tools/redis/api.hpp"

namespace dummycache::redis {

/// A queue of commands, and one thread that the first command starts. Each command has its own client, which gets the
/// result or the error. The destructor waits until all commands in the queue are done.
class SlowCommands {
public:
    SlowCommands() = default;
    ~SlowCommands();
    SlowCommands(const SlowCommands&) = delete;
    SlowCommands& operator=(const SlowCommands&) = delete;

    /// Puts the work into the queue. The client gets the number that the work returns, or the error that it throws.
    /// In a script or transaction, which cannot wait, it throws ReplyError, which names the command. For the main
    /// thread.
    int run(Context* context, const std::string& command, std::function<std::int64_t()> work);
    [[nodiscard]] bool is_busy();

private:
    struct Job {
        BlockedClient* client;
        std::function<std::int64_t()> work;
    };
    void loop();

    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<Job> jobs_;
    bool working_ = false;
    bool stops_ = false;
    std::thread thread_;
};

}  // namespace dummycache::redis
