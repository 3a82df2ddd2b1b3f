// SPDX-License-Identifier: MIT
// Processes that stand inside a write, the lock of a shard in hand, and steps that they tell one another.
#pragma once

#include <boost/test/unit_test.hpp>

#include <atomic>
#include <cctype>
#include <chrono>
#include <functional>
#include <string_view>

#include <sched.h>
#include <unistd.h>

#include "ipc/kill_point.hpp"
#include "support/child.hpp"
#include "support/shared_area.hpp"
#include "support/test_cache.hpp"

namespace dummycache::test {

/// Raised and waited for by processes in any namespace; it needs no descriptor.
class Step {
public:
    void reach() { reached_.store(true); }
    [[nodiscard]] bool reached() const { return reached_.load(); }
    void wait() const {
        for (int naps = 0; !reached_.load(); ++naps) {
            require(naps < 60'000, "a step was never reached");
            ::usleep(1000);
        }
    }

private:
    std::atomic<bool> reached_{false};
};

/// What the processes of a test have done.
struct Steps {
    Step inside;   ///< the holder stands in its write
    Step waiting;  ///< another process waits for the lock
    Step go_on;    ///< told to the holder
    Step done;     ///< the holder has come to the end of what it was to do
    Step end;      ///< told to everybody
};

/// At which kill point of a set its process is to stand: the shard is locked, and dirty.
inline constexpr std::string_view kInsideASet = "shard dirty";
inline constexpr std::string_view kWaitingForALock = "lock.waiting";

inline std::string_view awaited_point;
inline std::function<void()> at_awaited_point;

/// In a child: runs `act` when the process comes to a kill point of this name; once.
inline void once_at(std::string_view point, std::function<void()> act) {
    awaited_point = point;
    at_awaited_point = std::move(act);
    ipc::kill_point_hook = [](const char* name) {
        if (awaited_point.empty() || name != awaited_point) return;
        awaited_point = {};
        at_awaited_point();
    };
}

/// In a child: sets "key" to "new" and does `act` inside.
inline void set_and_act_inside(Cache& cache, std::function<void()> act) {
    once_at(kInsideASet, std::move(act));
    cache.set("key", "new");
}

/// In a child: sets "key" to "new", and stands inside until it is told to go on.
inline void set_and_stand_inside(Cache& cache, Steps& steps) {
    set_and_act_inside(cache, [&steps] {
        steps.inside.reach();
        steps.go_on.wait();
    });
}

/// Options of a writer that does not wait long.
[[nodiscard]] inline Options impatient() {
    Options options;
    options.lock_timeout = std::chrono::milliseconds(40);
    return options;
}

/// Whether a write fails because the process with this pid has the lock and is alive.
[[nodiscard]] inline bool is_busy(Cache& cache, pid_t holder) {
    try {
        cache.set("key", "impatient");
    } catch (const Error& error) {
        const std::string message = error.what();
        const std::string wanted = "process " + std::to_string(holder);
        const std::size_t end = message.find(wanted) + wanted.size();
        const bool named = end >= wanted.size() && end < message.size() && std::isdigit(message[end]) == 0;
        return error.code() == ErrorCode::busy && named;
    }
    return false;
}

/// A cache with one shard, where "key" is "old".
class OneShard : public TestCache {
public:
    explicit OneShard(Kind kind = Kind::shared) : TestCache(kind, options_of(8 * kMiB)) {
        (*this)->set("key", "old");
    }

    /// While somebody stands inside a set: reads go on, and nobody takes the lock from it.
    void require_held_by(pid_t holder) {
        Cache other = attach(impatient());
        for (int i = 0; i < 3; ++i) {
            require(is_busy(other, holder), "the lock was taken from a live process");
            require(other.get("key") == "old", "a read beside a live writer");
        }
    }
    /// After a holder's death: the next writer repairs the shard, and everything is there.
    void require_taken_over(std::uint64_t recoveries = 1) {
        Cache other = attach(options_of(0));
        require(other.get("key") == "old", "a read beside a dead writer");
        require(other.set("key", "next"), "the next writer");
        require(other.get("key") == "next" && other.stats().recoveries == recoveries, "no repair was made");
        require(problems_of(other).empty(), problems_of(other));
        other.set("key", "old");
    }
};

/// Until a child has ended; it stays a zombie.
inline void wait_until_zombie(pid_t pid) {
    siginfo_t info{};
    require(::waitid(P_PID, static_cast<id_t>(pid), &info, WEXITED | WNOWAIT) == 0, "waitid failed");
}

}  // namespace dummycache::test
