// SPDX-License-Identifier: MIT
// Keys and values of every size around which something changes.
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include "support/random.hpp"
#include "support/test_cache.hpp"

using namespace dummycache;
using namespace dummycache::test;
namespace data = boost::unit_test::data;

namespace {

std::vector<std::size_t> value_sizes() {
    std::vector<std::size_t> sizes;
    const auto around = [&](std::size_t middle, std::size_t below, std::size_t above) {
        for (std::size_t size = middle - below; size <= middle + above; ++size) sizes.push_back(size);
    };
    around(33, 33, 40);         // alignment and the short copies
    around(1024, 8, 8);         // the long copies
    around(4096, 2, 2);         // a reader's trust
    around(16 * 1024, 60, 40);  // small and large values
    around(32 * 1024, 2, 2);    // one page and two
    around(64 * 1024, 2, 2);
    around(1024 * 1024, 1, 1);
    return sizes;
}

void check_round_trip(Cache& cache, const std::string& key, const std::string& value) {
    BOOST_REQUIRE(cache.set(key, value));
    BOOST_REQUIRE((cache.get(key) == value));
    std::string buffer(value.size(), '\0');
    BOOST_REQUIRE((cache.get(key, std::span<char>(buffer)) == value.size()));
    BOOST_REQUIRE((buffer == value));
    BOOST_REQUIRE((cache.get_many({key})[0] == value));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(store_semantics_sizes)

BOOST_DATA_TEST_CASE(values_of_every_size_come_back, data::make(kAllKinds), kind) {
    TestCache cache(kind);
    Random random(1);
    for (const std::size_t size : value_sizes()) {
        BOOST_TEST_CONTEXT("value of " << size << " bytes") {
            check_round_trip(*cache, "key", random.bytes(size));
        }
    }
    BOOST_TEST(problems_of(*cache) == "");
    BOOST_TEST(cache->stats().entries == 1U);
}

BOOST_DATA_TEST_CASE(keys_of_every_size_lead_to_their_value, data::make(kAllKinds), kind) {
    TestCache cache(kind, options_of(32 * kMiB));
    Random random(2);
    std::vector<std::pair<std::string, std::string>> stored;
    for (const std::size_t size : {1U, 2U, 7U, 8U, 9U, 16U, 255U, 256U, 8'191U, 8'192U, 8'193U, 16'350U,
                                   16'384U, 32'767U, 32'768U, 32'769U, 65'534U, 65'535U}) {
        for (const std::size_t value : {0U, 1U, 20'000U, 70'000U}) {
            stored.emplace_back(random.bytes(size), random.bytes(value));
            if (size < 8) stored.back().first = std::string(size, static_cast<char>('a' + stored.size()));
        }
    }
    for (const auto& [key, value] : stored) {
        BOOST_TEST_CONTEXT("key of " << key.size() << ", value of " << value.size()) {
            check_round_trip(*cache, key, value);
        }
    }
    for (const auto& [key, value] : stored) BOOST_TEST((cache->get(key) == value));
    BOOST_TEST(problems_of(*cache) == "");
    std::size_t visited = 0;
    cache->visit([&](const EntryView& entry) {
        const auto same = [&](const auto& pair) {
            return pair.first == entry.key && pair.second == entry.value;
        };
        visited += std::any_of(stored.begin(), stored.end(), same);
        return true;
    });
    BOOST_TEST(visited == stored.size());
    for (const auto& [key, value] : stored) BOOST_TEST((cache->take(key) == value));
    BOOST_TEST(cache->stats().entries == 0U);
    BOOST_TEST(problems_of(*cache) == "");
}

BOOST_DATA_TEST_CASE(keys_that_differ_in_one_byte_are_different_keys, data::make(kAllKinds), kind) {
    TestCache cache(kind);
    for (const std::size_t size : {1U, 8U, 9U, 20'000U, 40'000U}) {
        const std::string key(size, 'k');
        std::string other = key;
        other.back() = 'l';
        cache->set(key, "1");
        BOOST_TEST(!cache->contains(other));
        BOOST_TEST(!cache->contains(key + "k"));
        cache->set(other, "2");
        BOOST_TEST((cache->get(key) == "1"));
        BOOST_TEST((cache->get(other) == "2"));
    }
}

BOOST_DATA_TEST_CASE(keys_and_values_may_hold_any_bytes, data::make(kAllKinds), kind) {
    TestCache cache(kind);
    std::string all;
    for (int byte = 0; byte < 256; ++byte) all += static_cast<char>(byte);
    const std::string zero(1, '\0');
    for (const std::string& key : {zero, zero + zero, all, std::string("a\0b", 3), std::string("\xff\xfe")}) {
        check_round_trip(*cache, key, all + key);
    }
    BOOST_TEST(!cache->contains("a"));
    BOOST_TEST(!cache->contains(zero + zero + zero));
}

BOOST_DATA_TEST_CASE(half_the_capacity_is_the_largest_value, data::make(kAllKinds) * data::make({1, 2, 4}),
                     kind, mebibytes) {
    const std::uint64_t capacity = static_cast<std::uint64_t>(mebibytes) * kMiB;
    TestCache cache(kind, options_of(capacity));
    const std::string most(capacity / 2, 'x');
    cache->set("small", "1");
    BOOST_TEST(cache->set("a", most));
    BOOST_TEST((cache->get("a") == most));
    BOOST_TEST((cache->get("small") == "1"));
    BOOST_TEST(throws(ErrorCode::invalid_argument, [&] { cache->set("a", most + 'x'); }));
    BOOST_TEST(throws(ErrorCode::invalid_argument, [&] { cache->add("b", most + 'x'); }));
    BOOST_TEST((cache->get("a") == most));
    BOOST_TEST(problems_of(*cache) == "");
}

BOOST_DATA_TEST_CASE(a_key_that_is_empty_or_too_long_is_refused_by_every_call, data::make(kAllKinds), kind) {
    TestCache cache(kind);
    const std::string long_key(65'536, 'k');
    for (const std::string_view key : {std::string_view{}, std::string_view(long_key)}) {
        const auto refuses = [](auto call) { return throws(ErrorCode::invalid_argument, call); };
        std::string value;
        BOOST_TEST(refuses([&] { cache->set(key, "1"); }));
        BOOST_TEST(refuses([&] { cache->set(key, "1", std::chrono::seconds(0)); }));
        BOOST_TEST(refuses([&] { cache->add(key, "1"); }));
        BOOST_TEST(refuses([&] { cache->replace(key, "1"); }));
        BOOST_TEST(refuses([&] { cache->set_if(key, "1", 0); }));
        BOOST_TEST(refuses([&] { static_cast<void>(cache->get(key)); }));
        BOOST_TEST(refuses([&] { cache->get(key, value); }));
        BOOST_TEST(refuses([&] { static_cast<void>(cache->get(key, std::span<char>())); }));
        BOOST_TEST(refuses([&] { static_cast<void>(cache->get_entry(key)); }));
        BOOST_TEST(refuses([&] { static_cast<void>(cache->peek(key)); }));
        BOOST_TEST(refuses([&] { static_cast<void>(cache->contains(key)); }));
        BOOST_TEST(refuses([&] { static_cast<void>(cache->ttl(key)); }));
        BOOST_TEST(refuses([&] { cache->erase(key); }));
        BOOST_TEST(refuses([&] { cache->take(key); }));
        BOOST_TEST(refuses([&] { cache->touch(key, std::chrono::seconds(1)); }));
        BOOST_TEST(refuses([&] { cache->persist(key); }));
        BOOST_TEST(refuses([&] { cache->incr(key); }));
        BOOST_TEST(refuses([&] { cache->decr(key); }));
        BOOST_TEST(refuses([&] { cache->append(key, "1"); }));
        BOOST_TEST(refuses([&] { cache->get_or_set(key, "1"); }));
        BOOST_TEST(refuses([&] { static_cast<void>(cache->get_many({key})); }));
        BOOST_TEST(refuses([&] { cache->set_many({{key, "1"}}); }));
        BOOST_TEST(refuses([&] { cache->erase_many({key}); }));
    }
    BOOST_TEST(cache->stats().entries == 0U);
}

BOOST_AUTO_TEST_SUITE_END()
