// SPDX-License-Identifier: MIT
// Commands that take long, beside the server's main thread: their client waits, and the others do not.
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
/// result or the error. All that is in the queue is done, also when the object goes.
class SlowCommands {
public:
    SlowCommands() = default;
    ~SlowCommands();
    SlowCommands(const SlowCommands&) = delete;
    SlowCommands& operator=(const SlowCommands&) = delete;

    /// Does the work in its turn and replies with the number it returns, or with what it throws. Throws ReplyError,
    /// which names the command, in a script or transaction: they cannot wait. Main thread.
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
