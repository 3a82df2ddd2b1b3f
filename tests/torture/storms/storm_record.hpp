// SPDX-License-Identifier: MIT
// What the processes of a storm tell one another apart from the cache: who got on, which counts were
// acknowledged, which clears are under way.
#pragma once

#include <atomic>
#include <cstdint>
#include <optional>
#include <string>

#include "dummycache/cache.hpp"

namespace dummycache::test {

inline constexpr int kStormWriters = 5;
inline constexpr int kStormWorkers = 8;

/// The value that a counter's owner was last told, and how many clears there had been by then. One
/// word, so that a process that dies leaves the old one or the new one.
struct Acknowledged {
    std::uint64_t clears = 0;
    std::int64_t value = 0;

    static constexpr std::uint64_t kUnknown = ~std::uint64_t{0};  ///< a clear came in between
    static constexpr unsigned kClearsShift = 40;

    [[nodiscard]] std::uint64_t word() const noexcept {
        return clears << kClearsShift | static_cast<std::uint64_t>(value);
    }
    [[nodiscard]] static std::optional<Acknowledged> of(std::uint64_t word) noexcept {
        if (word == kUnknown) return std::nullopt;
        const std::uint64_t value = word & ((std::uint64_t{1} << kClearsShift) - 1);
        return Acknowledged{word >> kClearsShift, static_cast<std::int64_t>(value)};
    }
};

/// What one process publishes. It outlives the process and belongs to the next one in its place.
struct alignas(64) WorkerRecord {
    std::atomic<std::uint64_t> progress{0};  ///< calls that came back
    std::atomic<std::uint64_t> acknowledged{0};
    std::atomic<std::uint64_t> clears_begun{0};
    std::atomic<std::uint64_t> clears_ended{0};
    std::atomic<std::uint64_t> reads{0};
    std::atomic<std::uint64_t> read_retries{0};
};

struct StormRecord {
    WorkerRecord workers[kStormWorkers];
    std::atomic<std::uint64_t> torn{0};
    std::atomic<std::uint64_t> lost{0};
    std::atomic<std::uint64_t> counter_checks{0};
    std::atomic<std::uint64_t> full{0};
    std::atomic<std::uint64_t> busy{0};

    [[nodiscard]] std::uint64_t clears_begun() const noexcept {
        std::uint64_t sum = 0;
        for (const WorkerRecord& worker : workers) sum += worker.clears_begun;
        return sum;
    }
    /// The number of clears; empty if one may be under way. Ends are counted before beginnings, so
    /// that equal sums mean that each had come to its end.
    [[nodiscard]] std::optional<std::uint64_t> clears() const noexcept {
        std::uint64_t ended = 0;
        for (const WorkerRecord& worker : workers) ended += worker.clears_ended;
        const std::uint64_t begun = clears_begun();
        return begun == ended ? std::optional(begun) : std::nullopt;
    }
};

[[nodiscard]] inline std::string counter_of(int worker) { return "counter" + std::to_string(worker); }

/// The value of a counter; 0 if there is none.
[[nodiscard]] inline std::int64_t counted(const Cache& cache, int worker) {
    const auto value = cache.get(counter_of(worker));
    return value ? std::stoll(*value) : 0;
}

/// Adds one to the worker's counter and remembers the sum. Says whether it follows on the last one.
inline bool count(Cache& cache, StormRecord& record, int worker, bool evicts) {
    std::atomic<std::uint64_t>& acknowledged = record.workers[worker].acknowledged;
    const auto last = Acknowledged::of(acknowledged);
    const auto clears = record.clears();
    const std::int64_t sum = cache.incr(counter_of(worker));
    if (!clears || record.clears_begun() != *clears) {
        acknowledged = Acknowledged::kUnknown;
        return true;
    }
    acknowledged = Acknowledged{*clears, sum}.word();
    if (!last || last->clears != *clears) return true;
    return sum == last->value + 1 || (evicts && sum <= last->value);
}

/// Whether a counter is what was acknowledged, or one more: a call may be under way. May be asked by
/// any process at any time.
[[nodiscard]] inline bool is_counter_right(const Cache& cache, StormRecord& record, int worker, bool evicts) {
    const std::atomic<std::uint64_t>& acknowledged = record.workers[worker].acknowledged;
    const auto before = Acknowledged::of(acknowledged);
    const std::int64_t value = counted(cache, worker);
    const auto after = Acknowledged::of(acknowledged);
    if (!before || !after || after->clears != before->clears || record.clears_begun() != before->clears)
        return true;
    record.counter_checks.fetch_add(1, std::memory_order_relaxed);
    if (evicts) return true;  // the counter may be gone, and may count from 1 again
    return value >= before->value && value <= after->value + 1;
}

}  // namespace dummycache::test
