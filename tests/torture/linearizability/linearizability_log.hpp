// SPDX-License-Identifier: MIT
// Where processes write down their calls, each in a log of its own that outlives it.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <vector>

#include "torture/linearizability/linearizability_checker.hpp"

namespace dummycache::test {

inline constexpr int kCallers = 6;
inline constexpr std::uint32_t kHotKeys = 8;
inline constexpr std::uint32_t kAllKeys = kHotKeys;  ///< in the place of a key: clear
inline constexpr std::uint64_t kMostCalls = 20'000;

/// A call as it was begun and as it ended; 0 is "not yet".
struct LoggedCall {
    Call call;
    std::uint32_t key = 0;
    std::atomic<std::uint64_t> begin{0};
    std::atomic<std::uint64_t> end{0};
};

/// The calls of one process after the other.
struct CallLog {
    std::atomic<std::uint64_t> count{0};
    std::array<LoggedCall, kMostCalls> calls;

    [[nodiscard]] bool is_full() const noexcept { return count == kMostCalls; }
};

struct CallLogs {
    std::atomic<std::uint64_t> clock{0};
    std::atomic<bool> stop{false};
    std::array<CallLog, kCallers> logs;

    [[nodiscard]] std::uint64_t tick() noexcept { return clock.fetch_add(1) + 1; }

    /// Runs `answer`, which makes the call and fills in what it said.
    template <class Answer>
    void record(int caller, std::uint32_t key, const Call& call, Answer&& answer) {
        CallLog& log = logs[static_cast<std::size_t>(caller)];
        if (log.is_full()) return;
        LoggedCall& logged = log.calls[log.count];
        logged.call = call;
        logged.key = key;
        logged.begin = tick();
        answer(logged.call);
        logged.end = tick();
        ++log.count;
    }

    /// After a caller was killed: what it was doing has happened by now, or never will.
    void close(int caller) {
        CallLog& log = logs[static_cast<std::size_t>(caller)];
        if (log.is_full()) return;
        LoggedCall& logged = log.calls[log.count];
        if (logged.begin == 0) return;
        if (logged.end == 0) {
            logged.call.was_killed = true;
            logged.end = tick();
        }
        ++log.count;
    }

    [[nodiscard]] std::uint64_t all_calls() const noexcept {
        std::uint64_t sum = 0;
        for (const CallLog& log : logs) sum += log.count;
        return sum;
    }

    /// The calls on one key, clears among them.
    [[nodiscard]] std::vector<Call> calls_on(std::uint32_t key) const {
        std::vector<Call> calls;
        for (const CallLog& log : logs) {
            for (std::uint64_t i = 0; i < log.count; ++i) {
                const LoggedCall& logged = log.calls[i];
                if (logged.key != key && logged.key != kAllKeys) continue;
                calls.push_back(logged.call);
                calls.back().begin = logged.begin;
                calls.back().end = logged.end;
            }
        }
        return calls;
    }
};

}  // namespace dummycache::test
