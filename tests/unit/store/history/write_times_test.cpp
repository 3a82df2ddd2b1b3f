// SPDX-License-Identifier: MIT
// When entries were written, by samples of ids.
#include <boost/test/unit_test.hpp>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <string>
#include <string_view>
#include <thread>

#include "ipc/kill_point.hpp"
#include "store/history/write_times.hpp"
#include "store/shard/shard_guard.hpp"
#include "support/child.hpp"
#include "support/random.hpp"
#include "support/test_cache.hpp"

using namespace dummycache;
using namespace dummycache::test;
using namespace std::chrono_literals;
using layout::WriteTimes;
using store::TimeSpan;

namespace {

std::uint64_t now_ms() { return ipc::boot_us() / 1000; }

std::optional<TimeSpan> time_of(TestCache& cache, std::string_view key) {
    return store::written_at(cache.attachment().memory, 0, *cache->entry_id(key));
}

WriteTimes& times_of(TestCache& cache) { return cache.attachment().memory.write_times[0]; }

/// Stores samples as they would be after `count` writes, one every `every_ms`, the last one `age_ms` ago.
void pretend_samples(TestCache& cache, std::uint64_t count, std::uint64_t every_ms) {
    const std::uint64_t now = now_ms();
    WriteTimes& times = times_of(cache);
    for (std::uint64_t i = 0; i < count; ++i) {
        times.samples[i].id.store(i + 1);
        times.samples[i].when.store((now - (count - i) * every_ms) << layout::kSpanBits | 7);
    }
    times.count.store(count);
}

/// Makes the next write take a sample, however soon it comes: the last one seems older.
void want_sample(TestCache& cache) {
    WriteTimes& times = times_of(cache);
    const std::uint64_t count = times.count.load();
    if (count != 0 && count <= WriteTimes::kSamples)
        times.samples[count - 1].when.fetch_sub(std::uint64_t{300} << layout::kSpanBits);
    cache.attachment().memory.shards[0].sampled_tick.store(0);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(store_write_times)

BOOST_AUTO_TEST_CASE(an_entry_was_written_in_its_span) {
    TestCache cache(Kind::shared);
    for (int i = 0; i < 5; ++i) {
        const std::string key = std::to_string(i);
        const std::uint64_t before = now_ms();
        cache->set(key, "v");
        cache->set(key + " large", std::string(100'000, 'v'));
        const std::uint64_t after = now_ms();
        for (const std::string& written : {key, key + " large"}) {
            const auto at = time_of(cache, written);
            BOOST_REQUIRE(at.has_value());
            BOOST_TEST(at->from_ms <= after);
            BOOST_TEST(at->until_ms >= before);
            BOOST_TEST(at->until_ms - at->from_ms <= 1000U);
        }
        std::this_thread::sleep_for(150ms);
    }
}

BOOST_AUTO_TEST_CASE(a_quiet_time_between_two_writes_does_not_widen_the_span_of_the_first) {
    TestCache cache(Kind::shared);
    cache->set("first", "v");
    std::this_thread::sleep_for(1200ms);
    cache->set("second", "v");
    BOOST_TEST(time_of(cache, "first")->until_ms + 600 < time_of(cache, "second")->from_ms);
}

BOOST_AUTO_TEST_CASE(hours_of_writing_are_remembered_to_a_thirtieth) {
    TestCache cache(Kind::shared);
    // One sample every 200 ms for two days: they are thinned out again and again.
    constexpr std::uint64_t kEvery = 200;
    constexpr std::uint64_t kSamples = 2 * 24 * 3600 * 5;
    cache->set("k", "v");
    const std::uint64_t begin = now_ms();
    store::ShardGuard guard = store::lock_shard(cache.attachment(), 0, "test");
    for (std::uint64_t i = 0; i < kSamples; ++i) {
        cache.attachment().memory.shards[0].next_id.store(1000 + i);
        store::take_sample_locked(guard.locked(), begin + i * kEvery);
    }
    const std::uint64_t end = begin + (kSamples - 1) * kEvery;
    BOOST_TEST(times_of(cache).count.load() <= WriteTimes::kSamples);
    for (std::uint64_t i = 0; i < kSamples; i += 977) {
        const std::uint64_t written = begin + i * kEvery;
        const std::uint64_t age = end - written;
        const auto at = store::written_at(cache.attachment().memory, 0, 1000 + i);
        BOOST_REQUIRE(at.has_value());
        BOOST_TEST(at->from_ms <= written);
        BOOST_TEST(at->until_ms >= written);
        const std::uint64_t middle = (at->from_ms + at->until_ms) / 2;
        const std::uint64_t error = middle > written ? middle - written : written - middle;
        BOOST_TEST(error <= std::max<std::uint64_t>(1000, age * 3 / 100),
                   "age " << age << " error " << error);
    }
}

BOOST_AUTO_TEST_CASE(a_writer_that_died_while_it_sampled_leaves_times_that_are_not_known) {
    for (const char* const point : {"write times are changing", "write times changed"}) {
        static const char* deadly = nullptr;
        deadly = point;
        TestCache cache(Kind::shared);
        cache->set("before", "v");
        want_sample(cache);
        Child child([&] {
            ipc::kill_point_hook = [](const char* name) {
                if (std::string_view(name) == deadly) ::raise(SIGKILL);
            };
            cache.attach().set("dead", "v");
        });
        BOOST_TEST(child.wait() == -SIGKILL);
        BOOST_TEST(!time_of(cache, "before").has_value());
        cache->set("after", "v");
        BOOST_TEST(!time_of(cache, "before").has_value());
        BOOST_TEST(time_of(cache, "after").has_value());
        BOOST_TEST(problems_of(*cache) == "");
    }
}

BOOST_AUTO_TEST_CASE(compaction_and_rollback_keep_the_time) {
    TestCache cache(Kind::shared);
    cache->set("kept", "v");
    const auto written = time_of(cache, "kept");
    cache->checkpoint("before");
    cache->set("kept", "another");
    cache->rollback("before");
    BOOST_TEST(time_of(cache, "kept")->from_ms == written->from_ms);
    Random random(7);
    for (int i = 0; i < 60'000; ++i) cache->set(std::to_string(random.below(2000)), std::string(1000, 'v'));
    BOOST_TEST(cache->stats().moved_bytes > 0U);
    BOOST_TEST(time_of(cache, "kept")->from_ms == written->from_ms);
}

BOOST_AUTO_TEST_CASE(damaged_samples_are_not_followed) {
    TestCache cache(Kind::shared);
    cache->set("k", "v");
    std::srand(7);
    for (int round = 0; round < 200; ++round) {
        auto* const bytes = reinterpret_cast<unsigned char*>(&times_of(cache));
        for (int i = 0; i < 64; ++i)
            bytes[std::rand() % int{sizeof(WriteTimes)}] = static_cast<unsigned char>(std::rand());
        static_cast<void>(time_of(cache, "k"));
        want_sample(cache);
        cache->set("k", "v");
    }
    pretend_samples(cache, WriteTimes::kSamples, 1000);
    times_of(cache).revision.store(2);
    times_of(cache).count.store(~0ULL);
    want_sample(cache);
    cache->set("k", "v");
    BOOST_TEST(times_of(cache).count.load() <= WriteTimes::kSamples);
}

BOOST_AUTO_TEST_SUITE_END()
