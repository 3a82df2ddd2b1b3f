// SPDX-License-Identifier: MIT
// Entries as bytes: the log, overflow pages, and staged pages.
#include "store/log/log.hpp"
#include "store/index/index.hpp"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <cstring>

#include "store/layout/attachment.hpp"
#include "store/layout/overflow.hpp"
#include "store/log/staging.hpp"
#include "support/held_shard.hpp"
#include "support/random.hpp"

using namespace dummycache;
using namespace dummycache::test;
using namespace dummycache::store;
namespace data = boost::unit_test::data;

namespace {

std::string value_of(const Memory& memory, const EntryRef& entry) {
    std::string value(entry.lengths().value, '\0');
    BOOST_REQUIRE(copy_value(memory, entry, entry.deadline_word(), entry.lengths(),
                             reinterpret_cast<std::byte*>(value.data()), value.size()));
    return value;
}

std::string key_of(const Memory& memory, const EntryRef& entry) {
    std::string key(entry.lengths().key, '\0');
    BOOST_REQUIRE(copy_key(memory, entry, entry.deadline_word(), entry.lengths(),
                           reinterpret_cast<std::byte*>(key.data())));
    return key;
}

std::uint64_t free_pages(TestCache& cache) {
    const Stats stats = cache->stats();
    return stats.free_pages + (cache.attachment().memory.pages - cache.attachment().memory.committed());
}

}  // namespace

BOOST_AUTO_TEST_SUITE(store_log)

BOOST_DATA_TEST_CASE(entries_lie_one_after_the_other_and_are_whole, data::make(kAllKinds), kind) {
    TestCache cache(kind);
    HeldShard shard(cache);
    Random random(31);
    const std::uint32_t page = shard.claim();
    open_page_locked(*shard, layout::kNursery, page);
    std::uint64_t end = std::uint64_t{page} * layout::kPageBytes + layout::kFirstEntry;
    std::optional<std::uint64_t> last_id;
    for (;;) {
        const std::string key = random.bytes(1 + random.below(40));
        const std::string value = random.bytes(random.below(300));
        const std::uint64_t deadline_word = std::uint64_t{12345} << layout::kDeadlineShift |
                                            flags_for(shard->memory.checksums, key.size(), value.size()) | 3;
        const NewEntry wanted{key, value, 0, deadline_word, {}};
        if (!has_room_locked(*shard, layout::kNursery, wanted.bytes())) break;
        const EntryRef entry(shard->memory, append_locked(*shard, wanted));
        BOOST_REQUIRE(entry.offset() == end);
        BOOST_REQUIRE(entry.offset() % 8 == 0);
        end += entry.bytes();
        BOOST_REQUIRE(entry.page() == page);
        BOOST_REQUIRE(shard->memory.info(page).fill.load() == end - std::uint64_t{page} * layout::kPageBytes);
        BOOST_REQUIRE(key_of(shard->memory, entry) == key);
        BOOST_REQUIRE(value_of(shard->memory, entry) == value);
        BOOST_REQUIRE(deadline_of(entry.deadline_word()) == 12345U);
        BOOST_REQUIRE((!last_id || entry.id() > *last_id));
        last_id = entry.id();
    }
    BOOST_TEST(shard->memory.info(page).fill.load() > layout::kPageBytes - 500);
}

BOOST_AUTO_TEST_CASE(a_copy_has_the_id_and_deadline_of_its_original) {
    TestCache cache(Kind::file);
    HeldShard shard(cache);
    open_page_locked(*shard, layout::kNursery, shard.claim());
    open_page_locked(*shard, layout::kSurvivor, shard.claim());
    const std::uint64_t deadline_word =
        std::uint64_t{99} << layout::kDeadlineShift | flags_for(shard->memory.checksums, 3, 5);
    const EntryRef entry(shard->memory, append_locked(*shard, {"key", "value", 0, deadline_word, {}}));
    const EntryRef copy(shard->memory, append_copy_locked(*shard, entry, entry.bytes()));
    BOOST_TEST(copy.offset() != entry.offset());
    BOOST_TEST(copy.id() == entry.id());
    BOOST_TEST(copy.deadline_word() == entry.deadline_word());
    BOOST_TEST(value_of(shard->memory, copy) == "value");
    BOOST_TEST(checksum_of(shard->memory, copy) == checksum_of(shard->memory, entry));
}

BOOST_AUTO_TEST_CASE(a_checksum_sees_every_byte_but_not_the_deadline) {
    TestCache cache(Kind::file);
    HeldShard shard(cache);
    open_page_locked(*shard, layout::kNursery, shard.claim());
    const EntryRef entry(
        shard->memory,
        append_locked(*shard, {"key", "some value", 0, flags_for(shard->memory.checksums, 3, 10), {}}));
    const std::uint64_t sum = checksum_of(shard->memory, entry);
    entry.header().deadline_word.store(entry.deadline_word() | std::uint64_t{77} << layout::kDeadlineShift |
                                       layout::kDead);
    BOOST_TEST(checksum_of(shard->memory, entry) == sum);
    std::byte* const bytes = entry.key(entry.deadline_word());
    for (std::size_t i = 0; i < 13; ++i) {
        bytes[i] ^= std::byte{1};
        BOOST_TEST(checksum_of(shard->memory, entry) != sum);
        bytes[i] ^= std::byte{1};
    }
    entry.header().id.fetch_add(1);
    BOOST_TEST(checksum_of(shard->memory, entry) != sum);
}

BOOST_AUTO_TEST_CASE(pages_that_nobody_took_over_go_back) {
    TestCache cache(Kind::private_memory, options_of(2 * kMiB));
    store::Attachment own(cache.attachment().segment, std::chrono::seconds(1));
    const Memory& memory = cache.attachment().memory;
    const auto none = [](std::uint64_t) { return std::optional<std::uint32_t>(); };
    const StagedPages::Pull zeros = [](std::byte* to, std::size_t bytes) { std::memset(to, 0, bytes); };
    const std::uint64_t before = free_pages(cache);
    {
        StagedPages overflow(own);
        BOOST_TEST(overflow.write("", 100'000, zeros, none));
        BOOST_TEST(free_pages(cache) == before - 4);
    }
    BOOST_TEST(free_pages(cache) == before);
    {
        StagedPages overflow(own);
        BOOST_TEST(!overflow.write("", 3 * kMiB, zeros, none));
        BOOST_TEST(free_pages(cache) == 0U);
    }
    BOOST_TEST(free_pages(cache) == before);
    BOOST_TEST(memory.superblock->stagers.load() == 0U);
}

BOOST_AUTO_TEST_CASE(overflow_pages_that_lead_astray_end_the_walk) {
    TestCache cache(Kind::private_memory, options_of(4 * kMiB));
    const std::string value(200'000, 'v');
    cache->set("key", value);
    HeldShard shard(cache);
    const Memory& memory = shard->memory;
    const EntryRef entry =
        EntryRef::of_slot(memory, find_locked(*shard, hash_of(memory, "key"), "key")->word());
    std::string copy(value.size(), '\0');
    auto* const to = reinterpret_cast<std::byte*>(copy.data());
    const auto walks = [&] {
        return copy_value(memory, entry, entry.deadline_word(), entry.lengths(), to, copy.size());
    };
    BOOST_TEST(walks());
    BOOST_TEST((copy == value));
    layout::PageInfo& first = memory.info(entry.overflow().first.load());
    const std::uint32_t next = first.next.load();
    for (const std::uint32_t wrong : {0U, memory.committed() + 1, 0xffffffffU}) {
        first.next.store(wrong);
        BOOST_TEST(!walks());
    }
    first.next.store(next);
    entry.overflow().pages.store(3);
    BOOST_TEST(!walks());
    entry.overflow().pages.store(7);
    entry.overflow().first.store(0xffffffff);
    BOOST_TEST(!walks());
}

BOOST_AUTO_TEST_SUITE_END()
