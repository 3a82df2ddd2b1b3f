// SPDX-License-Identifier: MIT
// Dumps and loads beside what Redis does with the same entries, and how fast text goes.
#include <filesystem>
#include <functional>
#include <random>
#include <stdexcept>
#include <vector>

#include <dummycache/snapshot.hpp>

#include "tests/bench/bench.hpp"
#include "tests/bench/keys.hpp"
#include "tests/bench/redis_connection.hpp"
#include "tests/bench/scratch_cache.hpp"
#include "tests/bench/scratch_folder.hpp"
#include "tests/bench/setting_thread.hpp"
#include "tests/bench/timing.hpp"

namespace dummycache::bench {

namespace {

constexpr double kLimit = 0.4;  // of Redis' time
constexpr double kTextDumpLimit = 100;
constexpr double kTextLoadLimit = 40;
constexpr double kMs = 1e6;

/// Letters without order: Redis compresses what it can, and each store has the same to do.
std::string random_value(std::mt19937_64& random) {
    std::string value(kValueBytes, ' ');
    for (char& letter : value) letter = static_cast<char>('!' + random() % 90);
    return value;
}

struct Times {
    std::vector<double> ours;
    std::vector<double> theirs;
};

void report(const Settings& settings, const std::string& measure, const Times& times) {
    Row row;
    row.workload = "snapshot";
    row.measure = measure;
    row.unit = "ms";
    row.ours = median(times.ours) / kMs;
    row.ours_min = least(times.ours) / kMs;
    if (!times.theirs.empty()) {
        row.peer = "redis";
        row.theirs = median(times.theirs) / kMs;
        row.theirs_min = least(times.theirs) / kMs;
        row.limit = kLimit;
    }
    settings.report(row);
}

/// Reports the time of a text, and beside it megabytes a second as a share of what they have to be at least.
void report_text(const Settings& settings, const std::string& measure, const Times& times, double bytes,
                 double limit) {
    report(settings, measure, times);
    Row row;
    row.workload = "snapshot";
    row.measure = measure + ", of " + std::to_string(static_cast<int>(limit)) + " MB/s";
    row.unit = "of it";
    row.ours = limit / (bytes / 1e6 / (median(times.ours) / 1e9));
    row.limit = 1;
    settings.report(row);
}

void fill(Cache& cache, RedisConnection* redis, std::size_t entries) {
    std::mt19937_64 random(1);
    for (std::size_t i = 0; i < entries; ++i) {
        const std::string key = key_of(i);
        const std::string value = random_value(random);
        cache.set(key, value);
        if (redis != nullptr) redis->send({"SET", key, value});
    }
    if (redis != nullptr) redis->wait_for_answers();
}

DumpOptions as(SnapshotFormat format) {
    DumpOptions options;
    options.format = format;
    return options;
}

void snapshot(const Settings& settings) {
    const ScratchFolder folder;
    const auto server = start_redis();
    const auto redis = server ? std::make_unique<RedisConnection>(server->socket()) : nullptr;
    ScratchCache from(std::uint64_t{512} << 20);
    ScratchCache to(std::uint64_t{512} << 20);
    fill(from.cache(), redis.get(), settings.scaled(kEntries));
    Times binary_dump;
    Times binary_load;
    Times text_dump;
    Times text_load;
    const std::string binary = folder.file("a.dcs");
    const std::string text = folder.file("a.jsonl");
    for (std::size_t round = 0; round < settings.repeat; ++round) {
        binary_dump.ours.push_back(time_of([&] { dump(from.cache(), binary, as(SnapshotFormat::binary)); }));
        if (redis) binary_dump.theirs.push_back(time_of([&] { redis->call({"SAVE"}); }));
        binary_load.ours.push_back(time_of([&] { load(to.cache(), binary); }));
        if (redis) binary_load.theirs.push_back(time_of([&] { redis->call({"DEBUG", "RELOAD"}); }));
        text_dump.ours.push_back(time_of([&] { dump(from.cache(), text, as(SnapshotFormat::text)); }));
        text_load.ours.push_back(time_of([&] { load(to.cache(), text); }));
        if (digest(from.cache()) != digest(to.cache()))
            throw std::runtime_error("what was loaded is not what was dumped");
    }
    report(settings, "binary dump (SAVE)", binary_dump);
    report(settings, "binary load (DEBUG RELOAD)", binary_load);
    const auto bytes = static_cast<double>(std::filesystem::file_size(text));
    report_text(settings, "text dump", text_dump, bytes, kTextDumpLimit);
    report_text(settings, "text load", text_load, bytes, kTextLoadLimit);
}

/// The longest set of each dump of 64 MiB, seen by a thread that sets all the time.
void snapshot_pause(const Settings& settings) {
    constexpr std::uint64_t kUsed = std::uint64_t{64} << 20;
    constexpr double kLimitMs = 10;
    const ScratchFolder folder;
    ScratchCache scratch(std::uint64_t{128} << 20);
    std::size_t entries = 0;
    while (scratch.cache().info().committed_bytes < kUsed)
        scratch.cache().set(key_of(entries++), usual_value());
    std::vector<double> pauses;
    {
        SettingThread writer(scratch.cache(), entries);
        const auto dump_it = [&] { dump(scratch.cache(), folder.file("a.dcs"), as(SnapshotFormat::binary)); };
        for (std::size_t round = 0; round < settings.repeat; ++round)
            pauses.push_back(writer.longest_ns_in(dump_it));
    }
    Row row;
    row.workload = "snapshot_pause";
    row.measure = "longest set in a dump of 64 MiB";
    row.unit = "ms";
    row.ours = median(pauses) / kMs;
    row.ours_min = least(pauses) / kMs;
    row.limit = kLimitMs;
    settings.report(row);
}

const RegisterWorkload registered_pause("snapshot_pause", "how long a dump holds writers up", snapshot_pause);
const RegisterWorkload registered("snapshot",
                                  "dump and load of a million entries beside Redis' SAVE and DEBUG RELOAD",
                                  snapshot);

}  // namespace

}  // namespace dummycache::bench
