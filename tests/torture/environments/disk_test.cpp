// SPDX-License-Identifier: MIT
// Goal: what a cache in a file said it stored on a disk that is full is on the disk; and what a file was
// given can be written, in any order, when the disk is full.
// Method: a cache fills a small ext4 and goes on writing; the disk is unmounted, mounted again and read. Every
// second block of a file is written before its neighbours, which is what breaks a reserved range up.
#include <boost/test/unit_test.hpp>

#include <map>

#include <fcntl.h>

#include "ipc/error.hpp"
#include "ipc/segment/page_arena.hpp"
#include "small_environment.hpp"
#include "support/checked_value.hpp"

using namespace dummycache;
using namespace dummycache::test;

namespace {

constexpr Environment kDisk{"ext4", 12, Kind::file};

std::string key_of(std::uint64_t number) { return "key" + std::to_string(number); }

/// Writes until the cache refused or evicted, then as much again over what is there.
std::uint64_t fill(Cache& cache) {
    std::uint64_t end = 0;
    const auto set = [&](std::uint64_t number, std::uint64_t round) {
        return cache.set(key_of(number), checked_value(key_of(number), round, 100 + number % 2000));
    };
    while (cache.stats().evicted == 0) {
        try {
            set(end, 1);
        } catch (const Error& error) {
            require(error.code() == ErrorCode::full, error.what());
            break;
        }
        ++end;
    }
    for (std::uint64_t number = 0; number < end; number += 3) cache.erase(key_of(number));
    for (std::uint64_t number = 0; number < end; number += 6) require(set(number, 2), "not stored");
    return end;
}

void keep_on_disk(WhenFull when_full) {
    std::map<std::string, std::string> stored;
    {
        Cache cache = Cache::open(kDisk.cache_name(), options_of(256 * kMiB, when_full));
        fill(cache);
        require(!has_room_for(200), "the disk is not full");
        cache.visit([&stored](const EntryView& entry) {
            stored.emplace(entry.key, entry.value);
            return true;
        });
        for (const auto& [key, value] : stored) require(number_in(key, value).has_value(), "a torn value");
    }
    mount_again();
    Cache cache = Cache::attach(kDisk.cache_name());
    require(problems_of(cache).empty(), problems_of(cache));
    require(cache.stats().entries == stored.size() && stored.size() > 3000, "another number of entries");
    for (const auto& [key, value] : stored) require(cache.get(key) == value, "another value");
    require(cache.erase(stored.begin()->first) && cache.set("key", "after"), "it can be written");
    std::cout << stored.size() << " entries came back from a full disk" << std::endl;
}

constexpr std::uint64_t kLayout = 1;

std::unique_ptr<ipc::Segment> new_segment(const ipc::SegmentName& name) {
    ipc::SegmentPlan plan;
    plan.capacity_bytes = 64 * kMiB;
    plan.process_slots = 8;
    plan.layout_hash = kLayout;
    return ipc::Segment::create(name, plan, 1000);
}

/// Every second block first: a range that was reserved as one piece becomes many. Who may not write dies.
void write_every_block(const ipc::Segment& segment) {
    const std::uint64_t bytes = segment.committed() * layout::kPageBytes;
    for (const std::uint64_t first : {std::uint64_t{0}, kBlock}) {
        for (std::uint64_t at = first; at < bytes; at += 2 * kBlock) segment.page(0)[at] = std::byte{1};
    }
}

void grow_as_far_as_there_is_room(ipc::Segment& segment) {
    ipc::PageArena arena(segment);
    const std::uint64_t before = segment.committed();
    require(!arena.commit(segment.identity().pages), "more was reserved than there is");
    require(segment.committed() > before + 10, "it hardly grew");
}

void write_after_growth() {
    const auto segment = new_segment(ipc::parse_name(kDisk.cache_name()));
    Filler filler;
    filler.leave(free_blocks() / 2);
    grow_as_far_as_there_is_room(*segment);
    filler.leave(0);
    write_every_block(*segment);
    filler.leave(0);
    filler.let_go();
    grow_as_far_as_there_is_room(*segment);
    write_every_block(*segment);
}

/// True if there was room for the holes: then every block can be written.
bool attaches_and_writes(const ipc::SegmentName& name, Filler& filler) {
    try {
        const auto segment = ipc::Segment::attach(name, kLayout);
        filler.leave(0);
        write_every_block(*segment);
        return true;
    } catch (const ipc::Error& error) {
        require(error.fault() == ipc::Fault::no_space, error.what());
        return false;
    }
}

void write_into_holes() {
    constexpr std::uint64_t kPages = 50;
    constexpr std::uint64_t kBlocksEachTime = 20;  // who finds too few keeps them for the next one
    const ipc::SegmentName name = ipc::parse_name(kDisk.cache_name());
    const auto segment = new_segment(name);
    require(segment->commit_up_to(kPages), "there is room for so many pages");
    require(
        ::fallocate(segment->descriptor(), FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE,
                    static_cast<off_t>(segment->identity().arena_offset), kPages * layout::kPageBytes) == 0,
        "no hole can be made");
    Filler filler;
    std::uint64_t refused = 0;
    for (filler.leave(0); !attaches_and_writes(name, filler); ++refused) filler.leave(kBlocksEachTime);
    require(refused > 10, "the steps were too large to see anything");
}

}  // namespace

BOOST_AUTO_TEST_SUITE(environments_disk)

BOOST_AUTO_TEST_CASE(what_a_file_was_given_can_be_written_when_the_disk_is_full) {
    in_environment(kDisk, write_after_growth);
    in_environment(kDisk, write_into_holes);
}

BOOST_AUTO_TEST_CASE(what_was_stored_on_a_full_disk_is_there_when_it_is_mounted_again) {
    in_environment(kDisk, [] { keep_on_disk(WhenFull::refuse); });
    in_environment(kDisk, [] { keep_on_disk(WhenFull::evict); });
}

BOOST_AUTO_TEST_SUITE_END()
