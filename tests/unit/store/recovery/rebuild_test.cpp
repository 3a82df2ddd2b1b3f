// SPDX-License-Identifier: MIT
// Damage as a dead process may leave it, and worse: check() sees it, the next writer repairs it.
#include "store/recovery/rebuild.hpp"

#include <boost/test/unit_test.hpp>

#include <map>

#include "store/index/index.hpp"
#include "store/layout/attachment.hpp"
#include "store/layout/overflow.hpp"
#include "support/checked_value.hpp"
#include "support/held_shard.hpp"

using namespace dummycache;
using namespace dummycache::test;
using namespace dummycache::store;

namespace {

/// One shard with entries of all sorts, and what is in it.
struct DamagedCache : TestCache {
    DamagedCache() : TestCache(Kind::private_memory, options_of(4 * kMiB)) {
        for (std::uint64_t i = 0; i < 3000; ++i) {
            const std::string key = "key" + std::to_string(i);
            stored[key] = checked_value(key, i, i % 200 == 0 ? 50'000 : i % 300);
            (**this).set(key, stored[key]);
        }
        for (std::uint64_t i = 0; i < 3000; i += 5) {
            const std::string key = "key" + std::to_string(i);
            stored.erase(key);
            (**this).erase(key);
        }
        BOOST_TEST(problems_of(**this) == "");
    }

    layout::Shard& shard() { return attachment().memory.shards[0]; }
    /// As if its owner had died inside a write.
    void repair() {
        shard().dirty.store(1);
        (**this).erase("not there");
    }
    SlotRef slot_of(const std::string& key) {
        HeldShard held(*this);
        return find_locked(*held, hash_of(attachment().memory, key), key).value();
    }
    /// After the repair, without the keys that were lost.
    void check_all_but(const std::vector<std::string>& lost) {
        BOOST_TEST(problems_of(**this) == "");
        for (const std::string& key : lost) {
            stored.erase(key);
            BOOST_TEST(!(**this).contains(key));
        }
        for (const auto& [key, value] : stored) BOOST_REQUIRE(((**this).get(key) == value));
        BOOST_TEST((**this).stats().entries == stored.size());
        for (const auto& [key, value] : stored) BOOST_REQUIRE((**this).set(key, "new"));
        BOOST_TEST(problems_of(**this) == "");
    }

    std::map<std::string, std::string> stored;
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(store_rebuild, DamagedCache)

BOOST_AUTO_TEST_CASE(a_rebuild_of_a_sound_shard_changes_nothing) {
    const std::uint64_t live = (**this).stats().live_bytes;
    repair();
    BOOST_TEST((**this).stats().recoveries == 1U);
    BOOST_TEST((**this).stats().live_bytes == live);
    check_all_but({});
}

BOOST_AUTO_TEST_CASE(derived_numbers_are_counted_again) {
    layout::Shard& s = shard();
    for (auto* number : {&s.entries, &s.live_bytes}) number->store(999);
    for (auto* number : {&s.listed, &s.data_pages, &s.index_pages, &s.overflow_pages}) number->store(777);
    BOOST_TEST((**this).check().size() >= 6U);
    repair();
    check_all_but({});
}

BOOST_AUTO_TEST_CASE(torn_lists_are_made_again) {
    layout::Shard& s = shard();
    const Memory& memory = attachment().memory;
    for (auto* page : {&s.open[0], &s.open[1], &s.reserve, &s.oldest, &s.newest, &s.cursor,
                       &s.insertion_point, &s.before_insertion, &s.large_oldest, &s.large_newest})
        page->store(3);
    for (std::uint32_t page = 0; page < memory.committed(); ++page) {
        layout::PageInfo& info = memory.info(page);
        for (auto* number : {&info.live, &info.pins, &info.previous, &info.next_expiry})
            number->store(page * 7 % 50);
        if (layout::kind_of(info.owner.load()) == layout::PageKind::overflow)
            info.fill.store(page * 8);  // its age
        else
            info.next.store(page * 7 % 50);
    }
    BOOST_TEST(!(**this).check().empty());
    repair();
    check_all_but({});
}

BOOST_AUTO_TEST_CASE(a_slot_that_leads_behind_the_arena_is_emptied) {
    slot_of("key1").bucket().slots[slot_of("key1").slot].fetch_or(layout::kOffsetMask);
    BOOST_TEST(!(**this).contains("key1"));
    BOOST_TEST(!(**this).check().empty());
    repair();
    check_all_but({"key1"});
}

BOOST_AUTO_TEST_CASE(a_slot_that_leads_to_another_key_is_emptied) {
    const SlotRef one = slot_of("key1");
    const SlotRef other = slot_of("key2");
    const std::uint64_t word = (one.word() & ~layout::kOffsetMask) | (other.word() & layout::kOffsetMask);
    one.bucket().slots[one.slot].store(word);
    BOOST_TEST(!(**this).contains("key1"));
    BOOST_TEST(!(**this).check().empty());
    repair();
    check_all_but({"key1"});
}

BOOST_AUTO_TEST_CASE(a_slot_that_leads_into_the_middle_of_an_entry_is_emptied) {
    const SlotRef slot = slot_of("key299");
    slot.bucket().slots[slot.slot].store(slot.word() + 1);
    BOOST_TEST(!(**this).check().empty());
    repair();
    check_all_but({"key299"});
}

BOOST_AUTO_TEST_CASE(an_entry_behind_the_fill_of_its_page_is_lost) {
    const std::uint64_t offset = (slot_of("key2999").word() & layout::kOffsetMask) * 8;
    layout::PageInfo& info =
        attachment().memory.info(static_cast<std::uint32_t>(offset / layout::kPageBytes));
    info.fill.store(static_cast<std::uint32_t>(offset % layout::kPageBytes));
    BOOST_TEST(!(**this).check().empty());
    repair();
    check_all_but({"key2999"});
}

BOOST_AUTO_TEST_CASE(broken_overflow_is_lost_and_its_pages_come_back) {
    const std::string key = "key1800";
    (**this).set(key, stored[key] = checked_value(key, 1, 90'000));
    const EntryRef entry = EntryRef::of_slot(attachment().memory, slot_of(key).word());
    attachment().memory.info(entry.overflow().first.load()).next.store(0xffffffff);
    BOOST_TEST(!(**this).check().empty());
    repair();
    check_all_but({key});
}

BOOST_AUTO_TEST_CASE(directory_words_that_lead_nowhere_lose_their_keys_only) {
    for (std::uint32_t i = 0; i < attachment().memory.directory_size(); ++i) {
        attachment().memory.directory(0)[i].store(i % 2 == 0 ? 1 + attachment().memory.pages : 0);
    }
    BOOST_TEST(!(**this).check().empty());
    repair();
    BOOST_TEST(problems_of(**this) == "");
    BOOST_TEST((**this).stats().entries == 0U);
    for (const auto& [key, value] : stored) BOOST_REQUIRE((**this).set(key, value));
    check_all_but({});
}

BOOST_AUTO_TEST_CASE(pages_that_nothing_leads_to_come_back) {
    const std::uint64_t before = (**this).stats().free_pages;
    {
        HeldShard held(*this);
        for (int i = 0; i < 3; ++i) held.claim();
    }
    repair();
    BOOST_TEST((**this).stats().free_pages + 3 >= before);
    check_all_but({});
}

BOOST_AUTO_TEST_SUITE_END()
