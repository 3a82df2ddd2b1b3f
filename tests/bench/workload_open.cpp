// SPDX-License-Identifier: MIT
// What a cache costs before there is anything in it.
#include <sys/stat.h>

#include "tests/bench/bench.hpp"
#include "tests/bench/scratch_cache.hpp"
#include "tools/bench/timing.hpp"

namespace dummycache::bench {

namespace {

constexpr double kOpenLimitUs = 1000;
constexpr std::uint64_t kMiB = std::uint64_t{1} << 20;

std::size_t rounds(const Settings& settings) { return settings.scaled(500); }

void report_us(const Settings& settings, const std::string& workload, const std::vector<double>& ns) {
    Row row;
    row.workload = workload;
    row.unit = "us";
    row.ours = median(ns) / 1000;
    row.ours_min = least(ns) / 1000;
    row.limit = kOpenLimitUs;
    settings.report(row);
}

void create(const Settings& settings) {
    std::vector<double> ns;
    for (std::size_t i = 0; i < rounds(settings); ++i) {
        const std::string name = scratch_name();
        std::optional<Cache> cache;
        ns.push_back(time_of([&] { cache = Cache::create(name); }));
        Cache::remove(name);
    }
    report_us(settings, "create", ns);
}

void attach(const Settings& settings) {
    ScratchCache scratch(256 * kMiB);
    std::vector<double> ns;
    for (std::size_t i = 0; i < rounds(settings); ++i) {
        std::optional<Cache> cache;
        ns.push_back(time_of([&] { cache = Cache::attach(scratch.name()); }));
    }
    report_us(settings, "attach", ns);
}

void report_mib(const Settings& settings, const std::string& measure, double bytes) {
    Row row;
    row.workload = "empty";
    row.measure = measure;
    row.unit = "MiB";
    row.ours = bytes / static_cast<double>(kMiB);
    row.limit = 4;
    settings.report(row);
}

void empty(const Settings& settings) {
    for (const std::uint64_t gib : {std::uint64_t{1}, std::uint64_t{64}, std::uint64_t{512}}) {
        ScratchCache scratch(gib << 30);
        const Info info = scratch.cache().info();
        struct stat status {};
        ::stat(info.path.c_str(), &status);
        const std::string of = " of " + std::to_string(gib) + " GiB";
        report_mib(settings, "committed" + of, static_cast<double>(info.committed_bytes));
        report_mib(settings, "blocks" + of, static_cast<double>(status.st_blocks) * 512);
    }
}

const RegisterWorkload registered[] = {
    {"create", "creates a cache of 256 MiB", create},
    {"attach", "attaches to one", attach},
    {"empty", "what an empty cache takes, by its own count and by the file system's", empty},
};

}  // namespace

}  // namespace dummycache::bench
