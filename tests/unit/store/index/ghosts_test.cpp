// SPDX-License-Identifier: MIT
// What a full cache keeps, and how it learns it from the keys that come back.
#include "store/index/ghosts.hpp"
#include "store/index/index.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>

#include "store/layout/attachment.hpp"
#include "store/layout/truth.hpp"
#include "store/log/log.hpp"
#include "support/held_shard.hpp"
#include "support/random.hpp"

using namespace dummycache;
using namespace dummycache::test;
using namespace dummycache::store;

namespace {

std::string key_of(const char* kind, std::uint64_t number) { return kind + std::to_string(number); }

/// A cache of one shard that takes some 45,000 of these entries.
struct FullCache : TestCache {
    explicit FullCache(std::uint64_t capacity = 8 * kMiB)
        : TestCache(Kind::private_memory, options_of(capacity)) {}

    /// Get, and set after a miss; whether it was a miss.
    bool misses(const std::string& key, std::size_t value_bytes = 100) {
        if ((*this)->get(key)) return false;
        (*this)->set(key, std::string(value_bytes, 'x'));
        return true;
    }
    layout::Shard& shard() { return attachment().memory.shards[0]; }
    /// So that what has been set so far is not among the newest entries any more.
    void close_page() {
        HeldShard held(*this);
        close_page_locked(*held, layout::kNursery);
    }
    /// As a cache that has used half of its capacity.
    void begin_marking() { attachment().memory.superblock->marking = 1; }
    /// Of a key that is there.
    std::atomic<std::uint8_t>& mark_of(const std::string& key) {
        HeldShard held(*this);
        return find_locked(*held, hash_of(held->memory, key), key).value().mark();
    }
};

/// A cache of so few entries that all fit into a corner of one index page.
struct SmallCache : FullCache {
    SmallCache() : FullCache(2 * kMiB) {}
};

/// Keys of one bucket, no two of which have the same ghost, or one that looks like the mark of an entry.
struct Ghosts : FullCache {
    Ghosts() {
        begin_marking();
        (*this)->set("so that there is an index page", "x");
        HeldShard held(*this);
        held->shard.dropped_new = 1;
        held->shard.entries = 2000;  // as many as let each bucket have its ghosts
        for (std::uint64_t i = 0; keys.size() < 12; ++i) {
            const KeyHash hash = hash_of(held->memory, key_of("key", i));
            const auto has_this_ghost = [&](const KeyHash& key) { return key.tag >> 20 == hash.tag >> 20; };
            if (hash.first == 7 && hash.second() != 7 &&
                hash.tag >> 20 > layout::kProtected + layout::kVisits &&
                std::none_of(keys.begin(), keys.end(), has_this_ghost))
                keys.push_back(hash);
        }
    }
    static void insert(const HeldShard& held, const KeyHash& hash) {
        insert_locked(*held, free_slot_locked(*held, hash).value(), hash, 8 * (hash.tag % 1000 + 1));
    }
    static SlotRef slot_of(const HeldShard& held, const KeyHash& hash) {
        return find_offset_locked(*held, hash, 8 * (hash.tag % 1000 + 1)).value();
    }
    static void evict(const HeldShard& held, const KeyHash& hash) {
        const SlotRef slot = slot_of(held, hash);
        const std::uint64_t word = slot.word();
        unpublish(slot.bucket(), slot.slot);
        remember_evicted_locked(*held, slot, word);
    }
    /// The visits that a key has after it was inserted: one if it is known.
    static unsigned visits_after_insert(const HeldShard& held, const KeyHash& hash) {
        insert(held, hash);
        return slot_of(held, hash).mark().load();
    }
    std::vector<KeyHash> keys;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(store_ghosts)

BOOST_FIXTURE_TEST_CASE(a_key_that_comes_back_begins_with_a_visit_once, Ghosts) {
    const HeldShard held(*this);
    BOOST_TEST(visits_after_insert(held, keys[0]) == 0U);
    evict(held, keys[0]);
    BOOST_TEST(visits_after_insert(held, keys[1]) == 0U);
    BOOST_TEST(visits_after_insert(held, keys[0]) == 1U);
    unpublish(slot_of(held, keys[0]).bucket(), slot_of(held, keys[0]).slot);
    BOOST_TEST(visits_after_insert(held, keys[0]) == 0U);
}

BOOST_FIXTURE_TEST_CASE(a_bucket_knows_the_last_keys_that_it_has_places_for, Ghosts) {
    const HeldShard held(*this);
    for (const KeyHash& key : keys) {
        insert(held, key);
        evict(held, key);
    }
    // Eight places, and each insert takes one.
    unsigned known = 0;
    for (unsigned i = 0; i < 4; ++i) known += visits_after_insert(held, keys[keys.size() - 1 - i]);
    BOOST_TEST(known == 4U);
    BOOST_TEST(visits_after_insert(held, keys[0]) == 0U);
}

BOOST_FIXTURE_TEST_CASE(a_page_with_few_entries_knows_about_as_many_evicted_keys, Ghosts) {
    const HeldShard held(*this);
    const auto known_of_the_first_of = [&](std::uint64_t evicted, std::uint64_t entries, const char* kind) {
        const auto nth = [&](std::uint64_t i) { return hash_of(held->memory, key_of(kind, i)); };
        for (std::uint64_t i = 0; i < evicted; ++i) {
            insert(held, nth(i));
            held->shard.entries = entries;
            evict(held, nth(i));
        }
        unsigned known = 0;
        for (std::uint64_t i = 0; i < std::min<std::uint64_t>(evicted, 100); ++i) {
            known += visits_after_insert(held, nth(i));
            unpublish(slot_of(held, nth(i)).bucket(), slot_of(held, nth(i)).slot);
        }
        return known;
    };
    // A sixteenth seem to be known that are not: there are 127 ghosts and 8 places.
    BOOST_TEST(known_of_the_first_of(500, 2000, "a") > 90U);
    BOOST_TEST(known_of_the_first_of(500, 200, "b") < 30U);
    BOOST_TEST(known_of_the_first_of(60, 200, "c") > 45U);
}

BOOST_FIXTURE_TEST_CASE(a_ghost_that_makes_way_does_not_become_the_mark_of_an_entry, Ghosts) {
    const HeldShard held(*this);
    for (unsigned i = 0; i < 4; ++i) insert(held, keys[i]);
    SlotRef freed = slot_of(held, keys[2]);
    const SlotRef next = slot_of(held, keys[3]);
    BOOST_REQUIRE(next.slot > freed.slot);
    unpublish(freed.bucket(), freed.slot);
    freed.mark() = 0x55;
    held->shard.entries = 200;
    BOOST_TEST(visits_after_insert(held, keys[4]) == 0U);
    BOOST_TEST(slot_of(held, keys[4]).slot == freed.slot);
    BOOST_TEST(static_cast<unsigned>(next.mark()) == 0U);
}

BOOST_FIXTURE_TEST_CASE(keys_of_a_long_loop_do_not_push_out_what_is_used_in_a_small_cache, SmallCache) {
    Random random(7);
    constexpr std::uint64_t kRequests = 100'000;
    std::uint64_t missed = 0;
    for (std::uint64_t i = 0; i < kRequests; ++i) {
        const bool missed_one = misses(key_of("used", random.below(100)), 10'876);
        if (i >= kRequests / 2) missed += missed_one ? 1 : 0;
        misses(key_of("loop", random.below(10'000)), 10'876);
    }
    BOOST_TEST_INFO("missed " << missed << ", share " << shard().protected_share);
    BOOST_TEST(missed < kRequests / 2 / 20);
}

BOOST_FIXTURE_TEST_CASE(what_comes_back_moves_the_insertion_point, Ghosts) {
    const HeldShard held(*this);
    layout::Shard& s = held->shard;
    s.dropped_new = 30;
    s.dropped_protected = 30;
    insert(held, keys[0]);
    slot_of(held, keys[0]).mark() = layout::kProtected;
    evict(held, keys[0]);
    insert(held, keys[0]);
    const std::uint32_t share = s.protected_share;
    BOOST_TEST(share > 0U);
    evict(held, keys[0]);
    insert(held, keys[0]);
    BOOST_TEST(s.protected_share < share);
}

BOOST_FIXTURE_TEST_CASE(a_scan_does_not_push_out_what_is_used_again, FullCache) {
    Random random(5);
    constexpr std::uint64_t kUsed = 30'000;
    std::uint64_t once = 0;
    std::uint64_t missed = 0;
    constexpr std::uint64_t kRequests = 600'000;
    for (std::uint64_t i = 0; i < kRequests; ++i) {
        const bool missed_one = misses(key_of("used", random.below(kUsed)));
        if (i >= kRequests / 2) missed += missed_one ? 1 : 0;
        misses(key_of("once", once++));
    }
    BOOST_TEST_INFO("missed " << missed << ", share " << shard().protected_share);
    BOOST_TEST(missed < kRequests / 2 / 8);
    BOOST_TEST(shard().protected_share > layout::kWhole / 2);
    BOOST_TEST(problems_of(**this) == "");
}

BOOST_FIXTURE_TEST_CASE(what_was_learnt_is_forgotten_when_new_keys_are_the_ones_used, FullCache) {
    shard().protected_share = layout::kWhole / 20 * 19;
    Random random(6);
    constexpr std::uint64_t kRequests = 600'000;
    // Keys come, are used for some time, and go.
    for (std::uint64_t i = 0; i < kRequests; ++i) misses(key_of("used", i / 6 + random.below(40'000)));
    BOOST_TEST_INFO("share " << shard().protected_share);
    BOOST_TEST(shard().protected_share < layout::kWhole / 4);
    BOOST_TEST(problems_of(**this) == "");
}

BOOST_FIXTURE_TEST_CASE(reads_leave_marks_once_half_of_the_capacity_has_been_in_use, FullCache) {
    (*this)->set("key", "value");
    const Memory& memory = attachment().memory;
    for (std::uint64_t i = 0; memory.committed() < memory.pages / 2; ++i) {
        BOOST_REQUIRE((*this)->get("key").has_value());
        BOOST_REQUIRE((*this)->get_many(std::vector<std::string_view>{"key"}).front().has_value());
        BOOST_REQUIRE(static_cast<unsigned>(mark_of("key").load()) == 0U);
        (*this)->set(key_of("other", i), std::string(100, 'x'));
    }
    BOOST_REQUIRE((*this)->get("key").has_value());
    BOOST_TEST(static_cast<unsigned>(mark_of("key").load()) == 1U);
    // The mark of one entry is not that of the next one in its slot.
    (*this)->erase("key");
    (*this)->set("key", "value");
    BOOST_TEST(static_cast<unsigned>(mark_of("key").load()) == 0U);
    (*this)->clear();
    (*this)->set("key", "value");
    close_page();
    BOOST_REQUIRE((*this)->get("key").has_value());
    BOOST_TEST(static_cast<unsigned>(mark_of("key").load()) == 1U);
}

BOOST_FIXTURE_TEST_CASE(reads_do_not_count_while_an_entry_is_among_the_newest, FullCache) {
    begin_marking();
    (*this)->set("small", "value");
    (*this)->set("large", std::string(100'000, 'x'));
    const auto marks_after_reads = [&](const char* key) {
        BOOST_REQUIRE((*this)->get(key).has_value());
        BOOST_REQUIRE((*this)->get_entry(key).has_value());
        return static_cast<unsigned>(mark_of(key).load());
    };
    BOOST_TEST(marks_after_reads("small") == 0U);
    // A page has room for the beginnings of hundreds of large ones.
    BOOST_TEST(marks_after_reads("large") == 2U);
    close_page();
    BOOST_TEST(marks_after_reads("small") == 2U);
}

BOOST_FIXTURE_TEST_CASE(keys_that_are_used_when_they_are_new_do_not_push_out_what_is_used_again, FullCache) {
    Random random(8);
    constexpr std::uint64_t kRequests = 300'000;
    constexpr std::uint64_t kUsed = 30'000;
    std::uint64_t missed = 0;
    for (std::uint64_t i = 0; i < kRequests; ++i) {
        const bool missed_one = misses(key_of("used", random.below(kUsed)));
        if (i >= kRequests / 2) missed += missed_one ? 1 : 0;
        for (unsigned times = 0; times < 3; ++times) misses(key_of("once", i));
    }
    BOOST_TEST_INFO("missed " << missed << ", share " << shard().protected_share);
    BOOST_TEST(missed < kRequests / 2 / 8);
}

BOOST_AUTO_TEST_CASE(reads_of_a_cache_that_refuses_leave_no_marks) {
    TestCache cache(Kind::private_memory, options_of(kMiB, WhenFull::refuse));
    cache->set("key", "value");
    const auto fill = [&] {
        for (std::uint64_t i = 0;; ++i) cache->set(key_of("other", i), std::string(1000, 'x'));
    };
    BOOST_TEST(throws(ErrorCode::full, fill));
    BOOST_TEST(cache->get("key").has_value());
    BOOST_TEST(!cache.attachment().memory.is_marking());
}

BOOST_FIXTURE_TEST_CASE(visits_end_at_two_for_what_is_protected_too, FullCache) {
    begin_marking();
    (*this)->set("key", "value");
    close_page();
    std::atomic<std::uint8_t>& mark = mark_of("key");
    mark = layout::kProtected;
    for (int i = 0; i < 5; ++i) BOOST_REQUIRE((*this)->get("key").has_value());
    BOOST_TEST(static_cast<unsigned>(mark.load()) == (layout::kProtected | layout::kMaxVisits));
    (*this)->visit([](const EntryView& entry) {
        BOOST_TEST(entry.visits == 2U);
        return true;
    });
}

BOOST_AUTO_TEST_SUITE_END()
