// SPDX-License-Identifier: MIT
// Dumps and loads beside what Redis does with the same entries, and how fast text goes.
#include <filesystem>
#include <functional>
#include <random>
#include <stdexcept>
#include <vector>

#include <dummycache/snapshot.hpp>

#include "tests/bench/bench.hpp"
#include "tests/bench/redis_connection.hpp"
#include "tests/bench/scratch_cache.hpp"
#include "tests/bench/scratch_folder.hpp"
#include "tests/bench/setting_thread.hpp"
#include "tools/bench/keys.hpp"
#include "tools/bench/timing.hpp"

namespace dummycache::bench {

namespace {

constexpr double kLimit = 0.25;  // of Redis' time
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
    std::vector<double> ours{};
    std::vector<double> theirs{};
};

void report(const Settings& settings, const std::string& workload, const std::string& measure,
            const Times& times) {
    Row row;
    row.workload = workload;
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

/// Reports the time of a text, and beside it megabytes a second.
void report_text(const Settings& settings, const std::string& workload, const Times& times, double bytes,
                 double limit) {
    report(settings, workload, "text", times);
    Row row;
    row.workload = workload;
    row.measure = "text, speed";
    row.unit = "MB/s";
    row.ours = bytes / 1e6 / (median(times.ours) / 1e9);
    row.limit = limit;
    row.at_least = true;
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

/// A million entries in a cache, another one to load them into, and a Redis server with the same ones.
struct Stage {
    explicit Stage(const Settings& settings)
        : server(is_among(settings.peers, "redis") ? start_redis() : nullptr),
          redis(server ? std::make_unique<RedisConnection>(server->socket()) : nullptr) {
        fill(from.cache(), redis.get(), settings.scaled(kEntries));
    }

    ScratchFolder folder;
    std::unique_ptr<Server> server;
    std::unique_ptr<RedisConnection> redis;
    ScratchCache from{std::uint64_t{512} << 20};
    ScratchCache to{std::uint64_t{512} << 20};
    std::string binary = folder.file("a.dcs");
    std::string text = folder.file("a.jsonl");
};

void dump_1m(const Settings& settings) {
    Stage stage(settings);
    Times binary;
    Times text;
    for (std::size_t round = 0; round < settings.repeat; ++round) {
        binary.ours.push_back(
            time_of([&] { dump(stage.from.cache(), stage.binary, as(SnapshotFormat::binary)); }));
        if (stage.redis) binary.theirs.push_back(time_of([&] { stage.redis->call({"SAVE"}); }));
        text.ours.push_back(time_of([&] { dump(stage.from.cache(), stage.text, as(SnapshotFormat::text)); }));
    }
    report(settings, "dump_1m", "binary, by SAVE", binary);
    const auto bytes = static_cast<double>(std::filesystem::file_size(stage.text));
    report_text(settings, "dump_1m", text, bytes, kTextDumpLimit);
}

void load_1m(const Settings& settings) {
    Stage stage(settings);
    dump(stage.from.cache(), stage.binary, as(SnapshotFormat::binary));
    dump(stage.from.cache(), stage.text, as(SnapshotFormat::text));
    const std::string expected = digest(stage.from.cache());
    Times binary;
    Times text;
    for (std::size_t round = 0; round < settings.repeat; ++round) {
        binary.ours.push_back(time_of([&] { load(stage.to.cache(), stage.binary); }));
        if (stage.redis) binary.theirs.push_back(time_of([&] { stage.redis->call({"DEBUG", "RELOAD"}); }));
        text.ours.push_back(time_of([&] { load(stage.to.cache(), stage.text); }));
        if (digest(stage.to.cache()) != expected)
            throw std::runtime_error("what was loaded is not what was dumped");
    }
    report(settings, "load_1m", "binary, by DEBUG RELOAD", binary);
    const auto bytes = static_cast<double>(std::filesystem::file_size(stage.text));
    report_text(settings, "load_1m", text, bytes, kTextLoadLimit);
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

const RegisterWorkload registered[] = {
    {"dump_1m", "dump of a million entries beside Redis' SAVE, and as text", dump_1m},
    {"load_1m", "load of a million entries beside Redis' DEBUG RELOAD, and of text", load_1m},
    {"snapshot_pause", "how long a dump holds writers up", snapshot_pause},
};

}  // namespace

}  // namespace dummycache::bench
