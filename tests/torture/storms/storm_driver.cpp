// SPDX-License-Identifier: MIT
#include "torture/storms/storm_driver.hpp"

#include <iostream>

#include <sys/prctl.h>
#include <sys/wait.h>

namespace dummycache::test {

namespace {

using namespace std::chrono_literals;

constexpr auto kHungAfter = 10s;
constexpr auto kBetweenChecks = 500ms;
/// A gap between two looks that is longer is the machine's, and no worker's fault.
constexpr auto kLongestGap = 200ms;
constexpr std::uint64_t kLongestNapUs = 6000;
constexpr std::uint64_t kLongestStopUs = 40'000;

/// Leaves the child to be waited for.
bool has_ended(pid_t pid) {
    siginfo_t info{};
    return ::waitid(P_PID, static_cast<id_t>(pid), &info, WEXITED | WNOHANG | WNOWAIT) == 0 &&
           info.si_pid == pid;
}

}  // namespace

Storm::Storm(const StormPlan& plan, Kind kind, std::uint64_t stream, StormResult& result)
    : plan_(plan), cache_(kind, plan.options), random_(stream), result_(result), stream_(stream << 32) {}

bool Storm::is_good() const { return result_.is_good() && record_->torn == 0 && record_->lost == 0; }

void Storm::run_until(Clock::time_point end) {
    looked_at_ = Clock::now();
    next_check_ = looked_at_ + kBetweenChecks;
    for (int number = 0; number < kStormWorkers; ++number) start(number);
    while (Clock::now() < end && is_good()) {
        ::usleep(static_cast<useconds_t>(random_.below(kLongestNapUs)));
        look_after();
        for (int number = 0; number < kStormWorkers; ++number) kill_if_it_got_on(number);
        const int number = static_cast<int>(random_.below(kStormWorkers));
        random_.below(3) == 0 ? stop(number) : doom(number);
        if (Clock::now() >= next_check_) check();
    }
    end_all();
    check();
    sum_up();
}

void Storm::end_all() {
    for (int number = 0; number < kStormWorkers; ++number) {
        let_go_on(workers_[number]);
        workers_[number].is_doomed = false;
        doom(number);
    }
    const auto got_on = [&](int number) {
        return record_->workers[number].progress != workers_[number].doomed_at;
    };
    for (int number = 0; number < kStormWorkers && is_good();) {
        ::usleep(1000);
        look_after();
        while (number < kStormWorkers && got_on(number)) ++number;
    }
    for (Worker& worker : workers_) result_.broken += worker.process->kill() != -SIGKILL;
    for (int number = 0; number < kStormWorkers; ++number) after_death(number);
}

void Storm::start(int number) {
    Worker& worker = workers_[number];
    const std::uint64_t stream = stream_++;
    worker.process = std::make_unique<Child>([&, number, stream] {
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);  // though it be stopped
        storm_worker(plan_, cache_, *record_, number, stream);
    });
    worker.seen_at = Clock::now();
    worker.is_stopped = false;
    worker.is_doomed = false;
}

void Storm::stop(int number) {
    Worker& worker = workers_[number];
    if (worker.is_stopped) return;
    ::kill(worker.process->pid(), SIGSTOP);
    worker.is_stopped = true;
    worker.stopped_until = Clock::now() + std::chrono::microseconds(random_.below(kLongestStopUs));
    ++result_.stops;
}

void Storm::let_go_on(Worker& worker) {
    if (!worker.is_stopped) return;
    ::kill(worker.process->pid(), SIGCONT);
    worker.is_stopped = false;
    worker.seen_at = Clock::now();
}

void Storm::doom(int number) {
    Worker& worker = workers_[number];
    if (worker.is_doomed) return;
    worker.is_doomed = true;
    worker.doomed_at = record_->workers[number].progress;
}

void Storm::kill_if_it_got_on(int number) {
    Worker& worker = workers_[number];
    if (!worker.is_doomed || record_->workers[number].progress == worker.doomed_at) return;
    if (worker.process->kill() != -SIGKILL) ++result_.broken;
    ++result_.kills;
    after_death(number);
    start(number);
}

/// The dead call of a counter is done or not; from now on the next one counts.
void Storm::after_death(int number) {
    WorkerRecord& record = record_->workers[number];
    record.clears_ended.store(record.clears_begun);
    if (number >= kStormWriters) return;
    if (!is_counter_right(*cache_, *record_, number, plan_.evicts())) {
        std::cerr << "lost: " << counter_of(number) << " is " << counted(*cache_, number) << ", acknowledged "
                  << (record.acknowledged & 0xff'ffff'ffffU) << "\n";
        ++record_->lost;
    }
    const auto clears = record_->clears();
    const std::int64_t value = counted(*cache_, number);
    const bool is_known = clears && record_->clears_begun() == *clears;
    record.acknowledged = is_known ? Acknowledged{*clears, value}.word() : Acknowledged::kUnknown;
}

void Storm::look_after() {
    const auto now = Clock::now();
    const auto gap = now - looked_at_;
    looked_at_ = now;
    for (int number = 0; number < kStormWorkers; ++number) {
        Worker& worker = workers_[number];
        const std::uint64_t progress = record_->workers[number].progress;
        if (has_ended(worker.process->pid())) {
            std::cerr << "process " << number << " of the storm ended by itself\n";
            ++result_.broken;
        }
        if (worker.is_stopped && now >= worker.stopped_until) let_go_on(worker);
        if (gap > kLongestGap) worker.seen_at += gap;
        if (progress != worker.seen || worker.is_stopped) worker.seen_at = now;
        worker.seen = progress;
        if (now - worker.seen_at < kHungAfter) continue;
        std::cerr << (number < kStormWriters ? "writer " : "reader ") << number << " hangs\n";
        ++result_.hung;
    }
}

void Storm::check() {
    for (Worker& worker : workers_) let_go_on(worker);
    std::string problems;
    try {
        problems = problems_of(*cache_);
    } catch (const Error& error) {
        problems = error.what();
    }
    if (!problems.empty()) {
        std::cerr << "check: " << problems << "\n";
        ++result_.broken;
    }
    ++result_.checks;
    next_check_ = Clock::now() + kBetweenChecks;
}

void Storm::sum_up() {
    const Stats stats = cache_->stats();
    result_.repairs += stats.recoveries;
    result_.sets += stats.sets;
    result_.splits += stats.splits;
    result_.moved_bytes += stats.moved_bytes;
    result_.evicted += stats.evicted;
    result_.expired += stats.expired;
    for (const WorkerRecord& worker : record_->workers) {
        result_.reads += worker.reads;
        result_.read_retries += worker.read_retries;
    }
    result_.clears += record_->clears_begun();
    result_.counter_checks += record_->counter_checks;
    result_.full += record_->full;
    result_.busy += record_->busy;
    result_.torn += record_->torn;
    result_.lost += record_->lost;
}

std::ostream& operator<<(std::ostream& out, const StormResult& result) {
    return out << result.kills << " kills, " << result.stops << " stops, " << result.repairs << " repairs, "
               << result.checks << " checks, " << result.reads << " reads, " << result.read_retries
               << " read retries, " << result.sets << " sets, " << result.clears << " clears, "
               << result.splits << " splits, " << result.moved_bytes << " bytes moved, " << result.evicted
               << " evicted, " << result.expired << " expired, " << result.full << " full, " << result.busy
               << " busy, " << result.counter_checks << " counter checks; " << result.torn << " torn, "
               << result.lost << " lost, " << result.hung << " hung, " << result.broken << " broken";
}

}  // namespace dummycache::test
