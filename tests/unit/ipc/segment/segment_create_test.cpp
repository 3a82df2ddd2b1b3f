// SPDX-License-Identifier: MIT
#include <boost/test/unit_test.hpp>

#include <fstream>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

#include "ipc/os/file_descriptor.hpp"
#include "ipc/segment/identity.hpp"
#include "support/mounts.hpp"
#include "tests/unit/ipc/fixtures.hpp"

using namespace dummycache;
using namespace dummycache::test;
using ipc::Fault;
using ipc::Kind;
using ipc::Segment;

namespace {

bool all_zero(const std::byte* bytes, std::size_t count) {
    return std::all_of(bytes, bytes + count, [](std::byte b) { return b == std::byte{0}; });
}

struct stat status_of_path(const std::string& path) {
    struct stat status {};
    ::lstat(path.c_str(), &status);
    return status;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(ipc_segment_create)

BOOST_AUTO_TEST_CASE(an_empty_file_becomes_a_segment) {
    const TestName name(Kind::file);
    std::ofstream(name.get().path).flush();
    const auto segment = name.create();
    BOOST_TEST_REQUIRE(segment != nullptr);
    BOOST_TEST(name.attach() != nullptr);
    BOOST_TEST(name.create() == nullptr);
    BOOST_TEST(Segment::remove(name.get(), kLockTimeoutMs));
    BOOST_TEST(name.leftovers().empty());
}

BOOST_AUTO_TEST_CASE(an_empty_file_that_is_filled_meanwhile_stays) {
    const TestName name(Kind::file);
    std::ofstream(name.get().path).flush();
    ipc::SegmentPlan plan = small_plan();
    plan.fill = [&](Segment&) { std::ofstream(name.get().path) << "text"; };
    BOOST_TEST(Segment::create(name.get(), plan, kLockTimeoutMs) == nullptr);
    BOOST_TEST(std::filesystem::file_size(name.get().path) == 4U);
    BOOST_TEST(name.leftovers().empty());
}

BOOST_AUTO_TEST_CASE(what_is_no_segment_is_in_the_way_and_stays) {
    const TestFolder folder;
    std::ofstream(folder.file("text")) << "text";
    std::filesystem::create_directory(folder.file("directory"));
    std::filesystem::create_symlink("missing", folder.file("link"));
    BOOST_REQUIRE(::mkfifo(folder.file("pipe").c_str(), 0600) == 0);
    const auto fault_of_create = [&](const char* file) {
        const ipc::SegmentName name = ipc::parse_name(folder.file(file));
        const std::string message =
            message_of([&] { static_cast<void>(Segment::create(name, small_plan(), kLockTimeoutMs)); });
        BOOST_TEST(message.find("remove") == std::string::npos);
        return fault_of([&] { static_cast<void>(Segment::create(name, small_plan(), kLockTimeoutMs)); });
    };
    BOOST_TEST(fault_of_create("text") == number(Fault::not_a_segment));
    BOOST_TEST(fault_of_create("pipe") == number(Fault::not_a_segment));
    BOOST_TEST(fault_of_create("directory") == number(Fault::not_a_file));
    BOOST_TEST(fault_of_create("link") == number(Fault::not_a_file));
    BOOST_TEST(std::filesystem::file_size(folder.file("text")) == 4U);
    BOOST_TEST(!std::filesystem::exists(folder.file("missing")));
}

BOOST_AUTO_TEST_CASE(a_new_segment_has_the_plan_in_its_identity_and_zeroed_aligned_objects) {
    for (const Kind kind : kAllKinds) {
        BOOST_TEST_CONTEXT(kind_name(kind)) {
            const TestSegment segment(kind);
            const layout::Identity& identity = segment->identity();
            BOOST_TEST(identity.capacity_bytes == small_plan().capacity_bytes);
            const std::uint64_t arena_end = identity.arena_offset + identity.pages * layout::kPageBytes;
            BOOST_TEST(arena_end <= identity.capacity_bytes);
            BOOST_TEST(arena_end + layout::kPageBytes + 2 * 4096 > identity.capacity_bytes);
            BOOST_TEST(identity.segment_bytes == arena_end + layout::journal_bytes_for(identity.capacity_bytes));
            BOOST_TEST(identity.pages >= 16U);
            BOOST_TEST(identity.kind == static_cast<std::uint32_t>(kind));
            BOOST_TEST(identity.store[0] == 11U);
            BOOST_TEST(identity.store[2] == 33U);
            BOOST_TEST(identity.uid == ::geteuid());
            for (std::size_t object = 0; object < 2; ++object) {
                const auto* bytes = segment->object<std::byte>(object);
                BOOST_TEST(reinterpret_cast<std::uintptr_t>(bytes) % 64 == 0U);
                BOOST_TEST(all_zero(bytes, small_plan().objects[object].bytes));
            }
            BOOST_TEST(reinterpret_cast<std::uintptr_t>(&segment->superblock()) % 64 == 0U);
            BOOST_TEST(segment->process_slots().size() == 8U);
            BOOST_TEST(segment->superblock().committed.load() == 0U);
            BOOST_TEST(segment->superblock().state.load() == 1U);
            BOOST_TEST(std::memcmp(segment->base(), &identity, sizeof identity) == 0);
        }
    }
}

BOOST_AUTO_TEST_CASE(two_segments_have_different_secrets) {
    const TestSegment one(Kind::private_memory);
    const TestSegment two(Kind::private_memory);
    BOOST_TEST(std::memcmp(one->identity().secret, two->identity().secret, sizeof one->identity().secret) !=
               0);
    BOOST_TEST(!all_zero(reinterpret_cast<const std::byte*>(one->identity().secret), 192));
}

BOOST_AUTO_TEST_CASE(an_empty_segment_of_any_capacity_takes_little_memory) {
    for (const std::uint64_t capacity :
         {std::uint64_t{1} << 20, std::uint64_t{256} << 20, std::uint64_t{64} << 30}) {
        ipc::SegmentPlan plan = small_plan(capacity);
        plan.process_slots = 64;
        const TestSegment segment(Kind::shared, plan);
        const struct stat status = status_of_path(segment->name().path);
        BOOST_TEST(static_cast<std::uint64_t>(status.st_size) == segment->identity().segment_bytes);
        BOOST_TEST(status.st_blocks * 512 < std::int64_t{1} << 20);
    }
}

BOOST_AUTO_TEST_CASE(the_mode_is_what_the_creator_asked_for_whatever_the_umask) {
    const ::mode_t before = ::umask(0077);
    for (const Kind kind : kNamedKinds) {
        ipc::SegmentPlan plan = small_plan();
        const TestSegment own(kind, plan);
        BOOST_TEST((status_of_path(own->name().path).st_mode & 0777U) == 0600U);
        plan.mode = 0664;
        const TestSegment open(kind, plan);
        BOOST_TEST((status_of_path(open->name().path).st_mode & 0777U) == 0664U);
    }
    ::umask(before);
}

BOOST_AUTO_TEST_CASE(a_second_creator_gets_nothing_and_leaves_nothing_behind) {
    for (const Kind kind : kNamedKinds) {
        const TestSegment segment(kind);
        BOOST_TEST(segment.name().create() == nullptr);
        BOOST_TEST(segment.name().leftovers().empty());
    }
}

BOOST_AUTO_TEST_CASE(a_file_that_is_no_segment_is_left_alone) {
    const TestName name(Kind::file);
    std::ofstream(name.get().path) << "my thesis";
    BOOST_TEST(fault_of([&] { static_cast<void>(name.create()); }) == number(Fault::not_a_segment));
    std::string text;
    std::getline(std::ifstream(name.get().path), text);
    BOOST_TEST(text == "my thesis");
}

BOOST_AUTO_TEST_CASE(a_missing_directory_is_named) {
    const ipc::SegmentName name = ipc::parse_name("/nowhere/at/all/cache");
    const auto create = [&] { Segment::create(name, small_plan(), 100); };
    BOOST_TEST(fault_of(create) == number(Fault::not_found));
    BOOST_TEST(message_of(create).find("/nowhere/at/all ") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_capacity_without_room_for_pages_is_refused) {
    const TestName name(Kind::shared);
    BOOST_TEST(fault_of([&] { static_cast<void>(name.create(small_plan(400'000))); }) ==
               number(Fault::no_space));
    BOOST_TEST(fault_of([&] { static_cast<void>(name.create(small_plan(0))); }) == number(Fault::no_space));
    BOOST_TEST(name.leftovers().empty());
}

BOOST_AUTO_TEST_CASE(a_removed_segment_that_kept_its_name_is_replaced) {
    for (const Kind kind : kNamedKinds) {
        const TestSegment old(kind);
        old->superblock().state.store(static_cast<std::uint64_t>(layout::SegmentState::removed));
        const auto fresh = old.name().create();
        BOOST_REQUIRE(fresh != nullptr);
        BOOST_TEST(!fresh->stale());
        BOOST_TEST(old->stale());
    }
}

BOOST_AUTO_TEST_CASE(eight_processes_that_create_at_once_make_one_segment) {
    for (const Kind kind : kNamedKinds) {
        for (int round = 0; round < 10; ++round) {
            const TestName name(kind);
            std::vector<std::unique_ptr<TalkingChild>> children;
            for (int i = 0; i < 8; ++i) {
                children.push_back(std::make_unique<TalkingChild>([&](Line& line) {
                    static_cast<void>(line.hear());
                    const bool made = name.create() != nullptr;
                    return name.attach() == nullptr ? 2 : static_cast<int>(made);
                }));
            }
            for (auto& child : children) child->line().say();
            int makers = 0;
            for (auto& child : children) {
                const int result = child->wait();
                BOOST_REQUIRE((result == 0 || result == 1));
                makers += result;
            }
            BOOST_TEST(makers == 1);
            BOOST_TEST(name.leftovers().empty());
        }
    }
}

#if defined(DUMMYCACHE_KILL_POINTS)
BOOST_AUTO_TEST_CASE(a_creator_killed_anywhere_leaves_nothing_that_the_next_one_minds) {
    for (const Kind kind : kNamedKinds) {
        std::unique_ptr<TestName> name;
        const auto body = [&] { static_cast<void>(name->create()); };
        name = std::make_unique<TestName>(kind);
        const int deaths = die_at_every_point(body, [&](int nth) {
            BOOST_TEST_CONTEXT(kind_name(kind) << ", kill point " << nth) {
                static_cast<void>(name->create());
                BOOST_TEST(name->attach() != nullptr);
                BOOST_TEST(name->leftovers().empty());
                BOOST_TEST(Segment::remove(name->get(), kLockTimeoutMs));
            }
            name = std::make_unique<TestName>(kind);
        });
        BOOST_TEST(deaths >= 10);
    }
}
#endif

// Nobody who keeps to the creation lock does that; somebody who copies a file may.
BOOST_AUTO_TEST_CASE(what_got_the_name_meanwhile_is_not_replaced) {
    for (const Kind kind : kNamedKinds) {
        const TestName name(kind);
        ipc::SegmentPlan plan = small_plan();
        plan.fill = [&](Segment&) { std::ofstream(name.get().path) << "of somebody else"; };
        BOOST_TEST(name.create(plan) == nullptr);
        BOOST_TEST(std::filesystem::file_size(name.get().path) == 16U);
        BOOST_TEST(name.leftovers().empty());
    }
}

BOOST_AUTO_TEST_CASE(a_full_file_system_is_an_error_that_leaves_nothing_behind) {
    const TestFolder folder;
    TalkingChild child([&](Line&) {
        if (!mount_on(folder.path(), "tmpfs", "size=16k")) return kCannotMount;
        const ipc::SegmentName name = ipc::parse_name(folder.file("cache"));
        const int fault = fault_of([&] { Segment::create(name, small_plan(), 1000); });
        if (fault != number(Fault::no_space)) return 1;
        return std::filesystem::is_empty(folder.path()) ? 0 : 2;
    });
    check_mounted_child(child);
}

BOOST_AUTO_TEST_CASE(a_full_dev_shm_is_an_error_that_leaves_nothing_behind) {
    TalkingChild child([&](Line&) {
        if (!mount_on("/dev/shm", "tmpfs", "size=16k")) return kCannotMount;
        const ipc::SegmentName name = ipc::parse_name(unique_word());
        const int fault = fault_of([&] { Segment::create(name, small_plan(), 1000); });
        if (fault != number(Fault::no_space)) return 1;
        return std::filesystem::is_empty("/dev/shm") ? 0 : 2;
    });
    check_mounted_child(child);
}

BOOST_AUTO_TEST_SUITE_END()
