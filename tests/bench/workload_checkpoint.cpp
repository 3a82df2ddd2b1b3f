// SPDX-License-Identifier: MIT
// What checkpoints, rollbacks and deadlines cost.
#include <array>
#include <optional>
#include <utility>

#include "tests/bench/bench.hpp"
#include "tests/bench/scratch_cache.hpp"
#include "tools/bench/keys.hpp"
#include "tools/bench/timing.hpp"

namespace dummycache::bench {

namespace {

constexpr std::size_t kChanges = 1000;
constexpr std::size_t kSets = 20'000;

void report(const Settings& settings, const char* workload, const char* measure, const char* unit,
            double ours, std::optional<double> limit) {
    Row row;
    row.workload = workload;
    row.measure = measure;
    row.unit = unit;
    row.ours = ours;
    row.limit = limit;
    settings.report(row);
}

/// A cache with so many entries. Its rounds are counted, so that no two change the same keys.
class Filled {
public:
    explicit Filled(std::size_t entries) : scratch_(std::uint64_t{512} << 20), entries_(entries) {
        std::string key(kKeyBytes, ' ');
        for (std::size_t i = 0; i < entries; ++i) {
            write_key(key, i);
            scratch_.cache().set(key, usual_value());
        }
    }
    [[nodiscard]] Cache& cache() noexcept { return scratch_.cache(); }

    /// Sets keys that are there, scattered; ns for each.
    double set(std::size_t count) {
        const auto keys = uniform_keys_of_round(count);
        return time_of([&] {
                   for (const std::string& key : keys) cache().set(key, usual_value());
               }) /
               static_cast<double>(count);
    }

private:
    [[nodiscard]] std::vector<std::string> uniform_keys_of_round(std::size_t count) {
        std::vector<std::string> keys;
        for (std::size_t i = 0; i < count; ++i) keys.push_back(key_of((next_ += 7919) % entries_));
        return keys;
    }

    ScratchCache scratch_;
    std::size_t entries_;
    std::size_t next_ = 0;
};

void checkpoint(const Settings& settings) {
    Filled filled(settings.scaled(kEntries));
    std::vector<double> ns;
    for (std::size_t i = 0; i < settings.scaled(500); ++i) {
        ns.push_back(time_of([&] { filled.cache().checkpoint("c"); }));
        filled.set(10);
        filled.cache().release("c");
    }
    report(settings, "checkpoint", "", "us", median(ns) / 1000, 50);
}

void rollback(const Settings& settings) {
    constexpr double kLimitMs = 2;
    constexpr double kLimitRatio = 1.5;
    std::array<Filled, 2> sides{Filled(settings.scaled(kEntries)), Filled(10'000)};
    std::array<std::vector<double>, 2> ns;
    for (std::size_t round = 0; round < 10 * settings.repeat; ++round) {
        for (std::size_t side = 0; side < sides.size(); ++side) {
            sides[side].cache().checkpoint("c");
            sides[side].set(kChanges);
            ns[side].push_back(time_of([&] { sides[side].cache().rollback("c"); }));
            sides[side].cache().release("c");
        }
    }
    report(settings, "rollback_1k_of_1m", "1,000 changes of a million entries", "ms", median(ns[0]) / 1e6,
           kLimitMs);
    report(settings, "rollback_1k_of_1m", "of it by 1,000 of 10,000 entries", "ratio",
           median(ns[0]) / median(ns[1]), kLimitRatio);
}

void set_noted(const Settings& settings) {
    constexpr double kLimitRatio = 1.5;
    Filled filled(settings.scaled(kEntries));
    std::vector<double> free;
    std::vector<double> held;
    for (std::size_t round = 0; round < settings.repeat; ++round) {
        free.push_back(filled.set(kSets));
        filled.cache().checkpoint("c");
        held.push_back(filled.set(kSets));
        filled.cache().release("c");
    }
    report(settings, "set_noted", "a set of an old key, a checkpoint held", "ns", median(held), std::nullopt);
    report(settings, "set_noted", "by one without", "ratio", median(held) / median(free), kLimitRatio);
}

/// The same keys with and without a deadline, in turn.
void get_deadline(const Settings& settings) {
    constexpr double kLimitNs = 30;
    ScratchCache scratch(std::uint64_t{64} << 20);
    std::array<std::vector<std::string>, 2> keys{keys_from(0, kHotEntries),
                                                 keys_from(kHotEntries, kHotEntries)};
    for (const std::string& key : keys[0]) scratch.cache().set(key, usual_value());
    for (const std::string& key : keys[1]) scratch.cache().set(key, usual_value(), std::chrono::hours(1));
    std::array<std::vector<double>, 2> ns;
    std::string value;
    for (std::size_t round = 0; round < 20 * settings.repeat; ++round) {
        for (std::size_t side = 0; side < keys.size(); ++side) {
            const double all = time_of([&] {
                for (const std::string& key : keys[side]) scratch.cache().get(key, value);
            });
            ns[side].push_back(all / kHotEntries);
        }
    }
    report(settings, "get_deadline", "what a deadline adds to a get", "ns", median(ns[1]) - median(ns[0]),
           kLimitNs);
}

const RegisterWorkload registered[] = {
    {"checkpoint", "taken of a million entries", checkpoint},
    {"rollback_1k_of_1m", "1,000 changes of a million entries undone, and of 10,000", rollback},
    {"set_noted", "sets while a checkpoint is held beside sets without", set_noted},
    {"get_deadline", "gets of entries with a deadline beside gets of some without", get_deadline},
};

}  // namespace

}  // namespace dummycache::bench
