// SPDX-License-Identifier: MIT
// Runs workers on one cache, kills, stops and starts them at random, and looks after what must be true.
#pragma once

#include <chrono>
#include <memory>
#include <ostream>

#include "support/child.hpp"
#include "support/shared_area.hpp"
#include "torture/storms/storm_worker.hpp"

namespace dummycache::test {

/// What happened in a storm.
struct StormResult {
    std::uint64_t kills = 0;
    std::uint64_t stops = 0;
    std::uint64_t checks = 0;
    std::uint64_t hung = 0;
    std::uint64_t broken = 0;  ///< processes that ended by themselves, problems that check() found

    std::uint64_t repairs = 0;
    std::uint64_t sets = 0;
    std::uint64_t splits = 0;
    std::uint64_t moved_bytes = 0;
    std::uint64_t evicted = 0;
    std::uint64_t expired = 0;

    std::uint64_t reads = 0;
    std::uint64_t read_retries = 0;
    std::uint64_t clears = 0;
    std::uint64_t counter_checks = 0;
    std::uint64_t full = 0;
    std::uint64_t busy = 0;
    std::uint64_t torn = 0;
    std::uint64_t lost = 0;

    [[nodiscard]] bool is_good() const noexcept { return hung + broken + torn + lost == 0; }
};

std::ostream& operator<<(std::ostream& out, const StormResult& result);

/// One cache, eight processes, until its time is over or something is wrong.
class Storm {
public:
    using Clock = std::chrono::steady_clock;

    Storm(const StormPlan& plan, Kind kind, std::uint64_t stream, StormResult& result);

    void run_until(Clock::time_point end);

private:
    struct Worker {
        std::unique_ptr<Child> process;
        bool is_stopped = false;
        Clock::time_point stopped_until{};
        std::uint64_t seen = 0;  ///< progress when it was last looked at
        Clock::time_point seen_at{};
        bool is_doomed = false;  ///< it is killed when it has got on from `doomed_at`
        std::uint64_t doomed_at = 0;
    };

    void start(int number);
    void stop(int number);
    void let_go_on(Worker& worker);
    /// Chooses a worker, which is killed when it has got on: none that hangs is killed unseen.
    void doom(int number);
    void kill_if_it_got_on(int number);
    /// Kills all; each gets on once more before that, or it hangs.
    void end_all();
    void after_death(int number);
    void look_after();
    void check();
    void sum_up();
    [[nodiscard]] bool is_good() const;

    const StormPlan& plan_;
    TestCache cache_;
    SharedArea<StormRecord> record_;
    Random random_;
    StormResult& result_;
    Worker workers_[kStormWorkers];
    std::uint64_t stream_;
    Clock::time_point looked_at_{};
    Clock::time_point next_check_{};
};

}  // namespace dummycache::test
