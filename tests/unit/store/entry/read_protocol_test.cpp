// SPDX-License-Identifier: MIT
// A reader that stops in mid-copy while others go on. A kill point pauses it there.
#include "store/entry/read_protocol.hpp"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <functional>
#include <string_view>

#include "store/layout/attachment.hpp"
#include "support/checked_value.hpp"
#include "support/child.hpp"
#include "support/test_cache.hpp"

using namespace dummycache;
using namespace dummycache::test;
namespace data = boost::unit_test::data;

namespace {

std::function<void()> meanwhile;

/// Where the reader is paused.
std::string_view place;

/// What happens while a reader is at a place, usually between its copy and its last look; once.
class Pause {
public:
    explicit Pause(std::function<void()> what, std::string_view where = "value copied by a reader") {
        meanwhile = std::move(what);
        place = where;
        ipc::kill_point_hook = [](const char* name) {
            if (name != place || !meanwhile) return;
            const auto now = std::exchange(meanwhile, nullptr);
            now();
        };
    }
    ~Pause() {
        ipc::kill_point_hook = nullptr;
        BOOST_TEST(!meanwhile);  // the reader came by
    }
    Pause(const Pause&) = delete;
    Pause& operator=(const Pause&) = delete;
};

constexpr std::size_t kSizes[] = {16, 5000, 100'000};

/// Writes over all memory of a cache of 1 MiB that holds nothing, without touching the two buckets of `key`:
/// nothing but what took `key` away raises them.
void use_memory_again(TestCache& cache, const std::string& key) {
    const store::Memory& memory = cache.attachment().memory;
    const store::KeyHash own = store::hash_of(memory, key);
    for (int i = 0; i < 300; ++i) {
        const std::string other = "other" + std::to_string(i);
        const store::KeyHash hash = store::hash_of(memory, other);
        const auto shares = [&](std::uint32_t bucket) {
            return bucket == own.first || bucket == own.second();
        };
        if (!shares(hash.first) && !shares(hash.second())) cache->set(other, std::string(9000, 'x'));
    }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(store_read_protocol)

BOOST_DATA_TEST_CASE(a_value_that_was_overwritten_meanwhile_is_read_again,
                     data::make(kAllKinds) * data::make(kSizes), kind, bytes) {
    TestCache cache(kind);
    cache->set("key", checked_value("key", 1, bytes));
    const Pause pause([&] { cache->set("key", checked_value("key", 2, bytes + 1)); });
    const auto value = cache->get("key");
    BOOST_REQUIRE(value);
    BOOST_TEST((number_in("key", *value) == 2U));
}

BOOST_DATA_TEST_CASE(a_value_whose_memory_was_reused_many_times_is_read_again, data::make(kSizes), bytes) {
    TestCache cache(Kind::private_memory, options_of(kMiB));
    cache->set("key", checked_value("key", 1, bytes));
    const Pause pause([&] {
        for (int i = 0; i < 20'000; ++i)
            cache->set("other" + std::to_string(i % 3000), std::string(300 + bytes / 10, 'x'));
        cache->set("key", checked_value("key", 2, bytes));
    });
    const auto value = cache->get("key");
    BOOST_REQUIRE(value);
    BOOST_TEST((number_in("key", *value) == 2U));
}

BOOST_DATA_TEST_CASE(a_value_that_was_taken_away_and_written_over_before_it_was_copied_is_absent,
                     data::make(kSizes) * data::make({"erase", "clear"}), bytes, how) {
    TestCache cache(Kind::private_memory, options_of(kMiB));
    cache->set("key", checked_value("key", 1, bytes));
    const auto take_away = [&] {
        if (std::string_view(how) == "clear") {
            cache->clear();
        } else {
            cache->erase("key");
        }
        use_memory_again(cache, "key");
    };
    const Pause pause(take_away, "value found by a reader");
    BOOST_TEST(!cache->get("key"));
}

BOOST_DATA_TEST_CASE(a_key_that_was_erased_meanwhile_is_absent, data::make(kSizes), bytes) {
    TestCache cache(Kind::private_memory);
    cache->set("key", checked_value("key", 1, bytes));
    const Pause pause([&] { cache->erase("key"); });
    BOOST_TEST(!cache->get("key"));
}

BOOST_DATA_TEST_CASE(a_key_that_moved_meanwhile_is_found, data::make(kSizes), bytes) {
    TestCache cache(Kind::private_memory, options_of(4 * kMiB));
    cache->set("key", checked_value("key", 1, bytes));
    const std::uint64_t before = cache->stats().splits;
    const Pause pause([&] {
        for (int i = 0; cache->stats().splits < before + 3; ++i) cache->set("other" + std::to_string(i), "x");
    });
    const auto value = cache->get("key");
    BOOST_REQUIRE(value);
    BOOST_TEST((number_in("key", *value) == 1U));
}

BOOST_AUTO_TEST_CASE(a_key_that_moved_before_a_reader_looked_into_its_bucket_is_found) {
    TestCache cache(Kind::private_memory, options_of(8 * kMiB));
    std::vector<std::string> keys;
    for (int i = 0; i < 16; ++i) keys.push_back("key" + std::to_string(i));
    for (const std::string& key : keys) cache->set(key, "value");
    int others = 0;
    const auto split = [&] {
        const std::uint64_t before = cache->stats().splits;
        while (cache->stats().splits == before) cache->set("other" + std::to_string(others++), "x");
    };
    int missed = 0;
    for (const std::string& key : keys) {
        const Pause pause(split, "bucket chosen by a reader");
        missed += !cache->get(key);
    }
    BOOST_TEST(cache->stats().evicted == 0U);
    BOOST_TEST(missed == 0);
}

BOOST_DATA_TEST_CASE(a_value_in_memory_that_was_committed_after_the_reader_began_is_found, data::make(kSizes),
                     bytes) {
    TestCache cache(Kind::private_memory, options_of(32 * kMiB));
    cache->set("key", checked_value("key", 1, 16));
    const auto grow = [&] {
        const std::uint64_t before = cache->stats().committed_bytes;
        for (int i = 0; cache->stats().committed_bytes < before + kMiB; ++i)
            cache->set("other" + std::to_string(i), std::string(9000, 'x'));
        cache->set("key", checked_value("key", 2, bytes));
    };
    const Pause pause(grow, "page chosen by a reader");
    const auto value = cache->get("key");
    BOOST_REQUIRE(value);
    BOOST_TEST((number_in("key", *value) == 2U));
}

BOOST_DATA_TEST_CASE(a_value_whose_writer_died_before_it_told_anybody_is_read_again, data::make(kNamedKinds),
                     kind) {
    TestCache cache(kind);
    constexpr std::size_t kBytes = 100'000;
    cache->set("key", checked_value("key", 1, kBytes));
    const Pause pause([&] {
        Child child([&] {
            ipc::kill_point_hook = [](const char* name) {
                if (std::string_view(name) == "slot stored") ::raise(SIGKILL);
            };
            cache->set("key", checked_value("key", 2, kBytes));
        });
        BOOST_TEST(child.wait() == -SIGKILL);
        // The first of these repairs the shard, and all of them use the old value's memory again.
        for (int i = 0; i < 10; ++i) cache->set("other" + std::to_string(i), std::string(kBytes, 'x'));
    });
    const auto value = cache->get("key");
    BOOST_REQUIRE(value);
    BOOST_TEST((number_in("key", *value) == 2U));
    BOOST_TEST(cache->stats().recoveries == 1U);
}

BOOST_AUTO_TEST_CASE(a_value_that_does_not_change_is_read_once) {
    TestCache cache(Kind::private_memory);
    cache->set("key", "value");
    int copies = 0;
    meanwhile = nullptr;
    const Pause pause([&] { ++copies; });
    BOOST_TEST((cache->get("key") == "value"));
    BOOST_TEST(copies == 1);
    BOOST_TEST(cache->stats().read_retries == 0U);
}

BOOST_AUTO_TEST_SUITE_END()
