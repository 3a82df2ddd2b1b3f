// SPDX-License-Identifier: MIT
// Slow work beside the server's main thread: the client waits, the others do not.
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

/// One thread, started when there is something to do.
class Background {
public:
    Background() = default;
    ~Background();
    Background(const Background&) = delete;
    Background& operator=(const Background&) = delete;

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
