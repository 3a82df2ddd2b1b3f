// SPDX-License-Identifier: MIT
#include "ipc/segment/segment.hpp"

#include <boost/test/unit_test.hpp>

#include <fstream>
#include <thread>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "ipc/os/file_descriptor.hpp"
#include "ipc/segment/identity.hpp"
#include "support/mounts.hpp"
#include "tests/unit/ipc/fixtures.hpp"

using namespace dummycache;
using namespace dummycache::test;
using ipc::Kind;
using ipc::Segment;

namespace {

std::int64_t bytes_taken(const Segment& segment) {
    struct stat status {};
    return ::fstat(segment.descriptor(), &status) == 0 ? status.st_blocks * 512 : 0;
}

/// Writes all of every committed page and of its entry in the page table.
void touch_committed(Segment& segment) {
    const auto pages = static_cast<std::uint32_t>(segment.superblock().committed.load());
    for (std::uint32_t page = 0; page < pages; ++page) {
        std::memset(segment.page(page), 0x5a, layout::kPageBytes);
        segment.page_info(page).fill.store(page + 1);
    }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(ipc_segment)

BOOST_AUTO_TEST_CASE(committed_pages_are_zero_can_be_touched_and_are_all_the_memory_taken) {
    for (const Kind kind : kAllKinds) {
        const TestSegment segment(kind);
        const std::int64_t before = bytes_taken(*segment);
        BOOST_TEST(segment->commit_up_to(5));
        BOOST_TEST(segment->superblock().committed.load() == 5U);
        BOOST_TEST((segment->page(4)[layout::kPageBytes - 1] == std::byte{0}));
        BOOST_TEST(segment->page_info(4).owner.load() == 0U);
        const std::int64_t untouched = bytes_taken(*segment);
        touch_committed(*segment);
        BOOST_TEST(bytes_taken(*segment) == untouched);
        BOOST_TEST(segment->commit_up_to(3));
        BOOST_TEST(segment->superblock().committed.load() == 5U);
        if (kind != Kind::private_memory) {
            BOOST_TEST(bytes_taken(*segment) - before >= 5 * std::int64_t{layout::kPageBytes} + 4096);
            BOOST_TEST(bytes_taken(*segment) - before <= 6 * std::int64_t{layout::kPageBytes});
        }
        BOOST_TEST(segment->commit_up_to(segment->identity().pages + 100));
        BOOST_TEST(segment->superblock().committed.load() == segment->identity().pages);
        BOOST_TEST((segment->page(4)[0] == std::byte{0x5a}));
        touch_committed(*segment);
    }
}

BOOST_AUTO_TEST_CASE(many_threads_that_commit_at_once_never_move_committed_back) {
    for (const Kind kind : kAllKinds) {
        const TestSegment segment(kind, small_plan(16U << 20));
        std::vector<std::thread> threads;
        std::atomic<bool> wrong{false};
        for (std::uint64_t id = 0; id < 4; ++id) {
            threads.emplace_back([&, id] {
                for (std::uint64_t page = id; page <= segment->identity().pages; page += 4) {
                    if (!segment->commit_up_to(page)) wrong = true;
                    if (segment->superblock().committed.load() < page) wrong = true;
                }
            });
        }
        for (std::thread& thread : threads) thread.join();
        BOOST_TEST(!wrong.load());
        BOOST_TEST(segment->superblock().committed.load() == segment->identity().pages);
    }
}

BOOST_AUTO_TEST_CASE(a_second_descriptor_leads_to_the_same_object_even_without_its_name) {
    for (const Kind kind : kNamedKinds) {
        const TestSegment segment(kind);
        struct stat own {};
        ::fstat(segment->descriptor(), &own);
        for (const bool unlinked : {false, true}) {
            if (unlinked) ::unlink(segment->name().path.c_str());
            const ipc::FileDescriptor again(segment->open_again());
            BOOST_REQUIRE(again.valid());
            BOOST_TEST(again.get() != segment->descriptor());
            BOOST_TEST((::fcntl(again.get(), F_GETFD) & FD_CLOEXEC) != 0);
            struct stat other {};
            ::fstat(again.get(), &other);
            BOOST_TEST(other.st_ino == own.st_ino);
        }
        const auto fresh = segment.name().create();
        const ipc::FileDescriptor again(segment->open_again());
        struct stat other {};
        ::fstat(again.get(), &other);
        BOOST_TEST(other.st_ino == own.st_ino);
    }
    BOOST_TEST(TestSegment(Kind::private_memory)->open_again() == -1);
}

BOOST_AUTO_TEST_CASE(a_segment_is_stale_when_its_name_leads_elsewhere) {
    for (const Kind kind : kNamedKinds) {
        const TestSegment segment(kind);
        BOOST_TEST(!segment->stale());
        const std::string moved = segment->name().path + ".moved";
        std::filesystem::rename(segment->name().path, moved);
        BOOST_TEST(segment->stale());
        const auto fresh = segment.name().create();
        BOOST_TEST(segment->stale());
        BOOST_TEST(!fresh->stale());
        ::unlink(moved.c_str());
    }
    BOOST_TEST(!TestSegment(Kind::private_memory)->stale());
}

BOOST_AUTO_TEST_CASE(a_file_from_another_boot_is_told_apart) {
    const TestSegment segment(Kind::file);
    BOOST_TEST(segment->is_from_this_boot());
    BOOST_TEST(segment.name().attach()->is_from_this_boot());
    layout::Identity identity = segment->identity();
    identity.boot_id[3] ^= 1;
    identity.identity_hash = ipc::hash_identity(identity);
    std::memcpy(segment->base(), &identity, sizeof identity);
    BOOST_TEST(!segment.name().attach()->is_from_this_boot());
}

BOOST_AUTO_TEST_CASE(descriptors_are_closed_on_exec) {
    for (const Kind kind : kNamedKinds) {
        const TestSegment segment(kind);
        BOOST_TEST((::fcntl(segment->descriptor(), F_GETFD) & FD_CLOEXEC) != 0);
        const auto own = segment.name().attach();
        BOOST_TEST((::fcntl(own->descriptor(), F_GETFD) & FD_CLOEXEC) != 0);
    }
}

BOOST_AUTO_TEST_CASE(private_memory_is_copied_by_fork) {
    const TestSegment segment(Kind::private_memory);
    BOOST_TEST(segment->commit_up_to(1));
    segment->page(0)[0] = std::byte{1};
    TalkingChild child([&](Line&) {
        if (segment->page(0)[0] != std::byte{1}) return 1;
        segment->page(0)[0] = std::byte{2};
        return 0;
    });
    BOOST_TEST(child.wait() == 0);
    BOOST_TEST((segment->page(0)[0] == std::byte{1}));
}

BOOST_AUTO_TEST_CASE(segments_are_kept_out_of_core_dumps) {
    for (const Kind kind : kAllKinds) {
        const TestSegment segment(kind);
        std::ifstream maps("/proc/self/smaps");
        char begin[32];
        std::snprintf(begin, sizeof begin, "%lx-", reinterpret_cast<unsigned long>(segment->base()));
        bool here = false;
        bool excluded = false;
        for (std::string text; std::getline(maps, text);) {
            if (text.find('-') < 20 && text.find(':') == std::string::npos) here = false;
            if (text.rfind(begin, 0) == 0) here = true;
            if (here && text.rfind("VmFlags:", 0) == 0) {
                excluded = text.find(" dd") != std::string::npos;
                break;
            }
        }
        BOOST_TEST(excluded);
    }
}

#if defined(DUMMYCACHE_KILL_POINTS)
BOOST_AUTO_TEST_CASE(a_process_killed_while_it_commits_leaves_the_step_to_the_next) {
    const TestSegment segment(Kind::shared);
    std::uint64_t pages = 2;
    const auto body = [&] { segment->commit_up_to(pages); };
    const int deaths = die_at_every_point(body, [&](int) {
        BOOST_TEST(segment->commit_up_to(pages));
        BOOST_TEST(segment->superblock().committed.load() == pages);
        touch_committed(*segment);
        pages += 2;
    });
    BOOST_TEST(deaths >= 2);
}
#endif

BOOST_AUTO_TEST_CASE(a_full_file_system_commits_what_it_has_and_nothing_raises_sigbus) {
    const TestFolder folder;
    for (const bool shared : {false, true}) {
        TalkingChild child([&](Line&) {
            if (!mount_on(shared ? "/dev/shm" : folder.path(), "tmpfs", "size=1m")) return kCannotMount;
            const ipc::SegmentName name = ipc::parse_name(shared ? unique_word() : folder.file("cache"));
            const auto segment = Segment::create(name, small_plan(8U << 20), 1000);
            std::uint64_t pages = 0;
            while (segment->commit_up_to(pages + 1)) ++pages;
            if (pages < 16 || pages >= segment->identity().pages) return 1;
            if (segment->superblock().committed.load() != pages) return 2;
            touch_committed(*segment);
            const auto own = Segment::attach(name, kTestLayout);
            touch_committed(*own);
            const ipc::Membership self(*own);
            return Segment::remove(name, 1000) ? 0 : 3;
        });
        check_mounted_child(child);
    }
}

BOOST_AUTO_TEST_CASE(a_sparse_copy_is_filled_before_it_is_attached_or_refused) {
    const TestFolder folder;
    TalkingChild child([&](Line&) {
        if (!mount_on(folder.path(), "tmpfs", "size=2m")) return kCannotMount;
        const ipc::SegmentName name = ipc::parse_name(folder.file("cache"));
        std::string image;
        {
            const auto segment = Segment::create(name, small_plan(8U << 20), 1000);
            segment->commit_up_to(30);
            std::ifstream file(name.path, std::ios::binary);
            image.resize(std::size_t{1} << 16);
            file.read(image.data(), static_cast<std::streamsize>(image.size()));
            Segment::remove(name, 1000);
            segment->superblock().state.store(1);
        }
        // The copy: the first bytes as they were, and a hole for all the rest.
        std::ofstream(name.path, std::ios::binary) << image;
        ::truncate(name.path.c_str(),
                   static_cast<off_t>(reinterpret_cast<layout::Identity*>(image.data())->segment_bytes));
        std::string ballast = folder.file("ballast");
        std::ofstream(ballast, std::ios::binary) << std::string(std::size_t{3} << 20, 'x');
        if (fault_of([&] { Segment::attach(name, kTestLayout); }) != number(ipc::Fault::no_space)) return 1;
        ::unlink(ballast.c_str());
        const auto own = Segment::attach(name, kTestLayout);
        std::ofstream(ballast, std::ios::binary) << std::string(std::size_t{3} << 20, 'x');
        touch_committed(*own);
        return 0;
    });
    check_mounted_child(child);
}

BOOST_AUTO_TEST_CASE(a_file_system_that_cannot_reserve_gets_zeros) {
    const TestFolder folder;
    TalkingChild child([&](Line&) {
        if (!mount_on(folder.path(), "ramfs")) return kCannotMount;
        const ipc::SegmentName name = ipc::parse_name(folder.file("cache"));
        const auto segment = Segment::create(name, small_plan(), 1000);
        const auto other = Segment::attach(name, kTestLayout);
        {
            const ipc::FileDescriptor somebody(segment->open_again());
            if (!ipc::try_lock_byte(somebody.get(), layout::kGrowthByte)) return 3;
            if (segment->commit_up_to(1)) return 4;
        }
        std::atomic<int> wrong{0};
        std::vector<std::thread> threads;
        for (Segment* own : {segment.get(), other.get()}) {
            threads.emplace_back([own, &wrong] {
                ipc::PageArena arena(*own);
                for (int i = 0; i < 20; ++i) {
                    const auto page = arena.claim(7);
                    if (!page) continue;
                    for (std::size_t at = 0; at < layout::kPageBytes; ++at) {
                        if (own->page(*page)[at] != std::byte{0}) ++wrong;
                    }
                    std::memset(own->page(*page), 1, layout::kPageBytes);
                }
            });
        }
        for (std::thread& thread : threads) thread.join();
        const auto pages = static_cast<std::uint32_t>(segment->superblock().committed.load());
        if (pages < 20) return 1;
        for (std::uint32_t page = 0; page < pages; ++page) {
            const bool claimed = segment->page_info(page).owner.load() == 7;
            if (claimed && segment->page(page)[100] != std::byte{1}) ++wrong;
        }
        return wrong == 0 ? 0 : 2;
    });
    check_mounted_child(child);
}

BOOST_AUTO_TEST_CASE(a_descriptor_that_the_host_closed_and_reused_is_not_written_to) {
    const TestSegment segment(Kind::shared);
    const TestFolder folder;
    TalkingChild child([&](Line&) {
        const auto own = segment.name().attach();
        ::close(own->descriptor());
        const int reused = ::open(folder.file("text").c_str(), O_RDWR | O_CREAT, 0600);
        if (own->descriptor() != -1) return 1;
        if (!own->commit_up_to(4)) return 2;
        struct stat status {};
        ::fstat(reused, &status);
        return status.st_blocks == 0 ? 0 : 3;
    });
    BOOST_TEST(child.wait() == 0);
}

BOOST_AUTO_TEST_SUITE_END()
