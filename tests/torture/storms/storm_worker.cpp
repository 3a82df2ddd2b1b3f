// SPDX-License-Identifier: MIT
#include "torture/storms/storm_worker.hpp"

#include <array>
#include <iostream>
#include <span>
#include <vector>

#include "support/checked_value.hpp"
#include "torture/storms/storm_pauses.hpp"

namespace dummycache::test {

namespace {

using namespace std::chrono_literals;

constexpr std::uint64_t kKeys = 400;
constexpr std::uint64_t kHotKeys = 4;
constexpr std::uint64_t kManyKeys = 30'000;
constexpr std::uint64_t kLogs = 6;
constexpr std::size_t kLogRecord = 32;
constexpr std::size_t kLongestLog = 40 * kLogRecord;

std::string key_of(std::uint64_t number) { return "key" + std::to_string(number); }
std::string log_of(std::uint64_t number) { return "log" + std::to_string(number); }

/// A worker's life: the handle it uses, its random numbers, its place in the record.
struct Life {
    const StormPlan& plan;
    Cache cache;
    StormRecord& record;
    int number;
    Random random;
    std::string text{};

    [[nodiscard]] WorkerRecord& own() const { return record.workers[number]; }

    /// Some keys are used so often that readers and writers meet on them.
    [[nodiscard]] std::string some_key() {
        return key_of(random.below(random.below(4) == 0 ? kHotKeys : kKeys));
    }
    [[nodiscard]] Timeout some_timeout() {
        if (random.below(100) >= plan.short_lives) return {};
        return std::chrono::microseconds(1 + random.below(50'000));
    }
    /// Mostly small, at times so large that it has pages of its own, which are soon used again.
    [[nodiscard]] std::string some_value(const std::string& key) {
        const std::uint64_t most = random.below(15) < plan.large_values ? plan.largest_value : 600;
        return checked_value(key, random.bits(), random.below(most));
    }
};

void set_many(Life& life) {
    const std::uint64_t first = life.random.below(kManyKeys);
    std::vector<std::pair<std::string, std::string>> pairs;
    for (std::uint64_t i = first; i < first + 40; ++i)
        pairs.emplace_back(key_of(kKeys + i), checked_value(key_of(kKeys + i), i, 24));
    life.cache.set_many(pairs, life.some_timeout());
}

void erase_many(Life& life) {
    const std::vector<std::string> keys{life.some_key(), life.some_key(), life.some_key()};
    life.cache.erase_many(keys);
}

void append(Life& life) {
    const std::string key = log_of(life.random.below(kLogs));
    if (life.cache.append(key, checked_value(key, life.random.bits(), kLogRecord)) >= kLongestLog)
        life.cache.erase(key);
}

void compare_and_set(Life& life) {
    const std::string key = life.some_key();
    if (const auto entry = life.cache.get_entry(key))
        life.cache.set_if(key, life.some_value(key), entry->id, life.some_timeout());
}

void clear(Life& life) {
    ++life.own().clears_begun;
    try {
        life.cache.clear();
    } catch (const Error&) {
        ++life.own().clears_ended;
        throw;
    }
    ++life.own().clears_ended;
}

void write_seldom(Life& life) {
    switch (life.random.below(100)) {
        case 0: clear(life); break;
        case 1: life.cache.erase_if("key?"); break;
        case 2: life.cache.visit([](const EntryView&) { return true; }); break;
        default: life.cache.get_or_set(life.some_key(), std::string(kLogRecord, 'x')); break;
    }
}

void write_something(Life& life) {
    const std::string key = life.some_key();
    Cache& cache = life.cache;
    switch (life.random.below(30)) {
        case 0:
        case 1: cache.erase(key); break;
        case 2: cache.touch(key, std::chrono::microseconds(life.random.below(20'000))); break;
        case 3: cache.touch(key, 1000s); break;
        case 4: cache.persist(key); break;
        case 5: cache.take(key); break;
        case 6: cache.add(key, life.some_value(key), life.some_timeout()); break;
        case 7: cache.replace(key, life.some_value(key), life.some_timeout()); break;
        case 8: compare_and_set(life); break;
        case 9:
        case 10: append(life); break;
        case 11: erase_many(life); break;
        case 12:
        case 13: set_many(life); break;
        case 14: set_many(life); break;
        case 15: cache.erase(key_of(kKeys + life.random.below(kManyKeys))); break;
        case 16: write_seldom(life); break;
        default: cache.set(key, life.some_value(key), life.some_timeout()); break;
    }
}

void write_and_count(Life& life) {
    try {
        for (int i = 0; i < 4; ++i) {
            write_something(life);
            ++life.own().progress;
        }
        if (!count(life.cache, life.record, life.number, life.plan.evicts())) ++life.record.lost;
    } catch (const Error& error) {
        if (error.code() == ErrorCode::full) {
            ++life.record.full;
        } else if (error.code() == ErrorCode::busy) {
            ++life.record.busy;
        } else {
            throw;
        }
    }
    ++life.own().progress;
}

/// What get_or_set stores has no owner; everything else says whose it is.
bool is_whole(const std::string& key, std::string_view value) {
    return number_in(key, value).has_value() || value == std::string(kLogRecord, 'x');
}

void check_value(Life& life, const std::string& key, std::string_view value, const char* what) {
    if (is_whole(key, value)) return;
    ++life.record.torn;
    std::cerr << "torn: " << what << " of " << key << ", " << value.size() << " bytes\n";
}

void read_log(Life& life) {
    const std::string key = log_of(life.random.below(kLogs));
    if (!life.cache.get(key, life.text)) return;
    const std::string_view text = life.text;
    for (std::size_t at = 0; at < text.size(); at += kLogRecord)
        check_value(life, key, text.substr(at, kLogRecord), "part");
}

void read_many(Life& life) {
    std::vector<std::string> keys(8);
    for (std::string& key : keys) key = life.some_key();
    const auto values = life.cache.get_many(keys);
    for (std::size_t i = 0; i < keys.size(); ++i) {
        if (values[i]) check_value(life, keys[i], *values[i], "get_many");
    }
}

/// The beginning of a value, which tells how the rest must have been.
void read_into_buffer(Life& life, const std::string& key) {
    std::array<char, 100> buffer{};
    const auto bytes = life.cache.get(key, std::span<char>(buffer));
    if (!bytes) return;
    if (*bytes <= buffer.size()) {
        check_value(life, key, {buffer.data(), *bytes}, "get into a buffer");
        return;
    }
    std::uint64_t number = 0;
    std::memcpy(&number, buffer.data(), sizeof number);
    std::string whole = checked_value(key, number, *bytes);
    if (std::string_view(whole).starts_with(std::string_view(buffer.data(), buffer.size())))
        check_value(life, key, whole, "get into a buffer");
    else
        check_value(life, key, {buffer.data(), buffer.size()}, "get into a buffer");
}

void read(Life& life, const std::string& key) {
    const std::uint64_t before = copies_begun;
    const bool found = life.cache.get(key, life.text);
    life.own().read_retries += copies_begun - before - (found ? 1 : 0);
    if (found) check_value(life, key, life.text, "get");
}

void read_something(Life& life) {
    const std::string key = life.some_key();
    const Cache& cache = life.cache;
    switch (life.random.below(16)) {
        case 0: read_many(life); break;
        case 1: read_into_buffer(life, key); break;
        case 2:
            if (const auto entry = cache.get_entry(key)) check_value(life, key, entry->value, "get_entry");
            break;
        case 3:
            if (const auto entry = cache.peek(key)) check_value(life, key, entry->value, "peek");
            break;
        case 4: static_cast<void>(cache.contains(key)); break;
        case 5: static_cast<void>(cache.ttl(key)); break;
        case 6: read_log(life); break;
        case 7: {
            const int whose = static_cast<int>(life.random.below(kStormWriters));
            if (!is_counter_right(cache, life.record, whose, life.plan.evicts())) ++life.record.lost;
            break;
        }
        default: read(life, key); break;
    }
    ++life.own().reads;
    ++life.own().progress;
}

}  // namespace

void storm_worker(const StormPlan& plan, TestCache& cache, StormRecord& record, int number,
                  std::uint64_t stream) {
    // Half of them go on with the handle that they inherit.
    Life life{plan, stream % 2 == 0 ? *cache : cache.attach(plan.options), record, number, Random(stream)};
    pause_at_random(stream);
    for (;;) {
        if (number < kStormWriters)
            write_and_count(life);
        else
            read_something(life);
    }
}

}  // namespace dummycache::test
