// SPDX-License-Identifier: MIT
#include <boost/test/unit_test.hpp>

#include <fstream>
#include <functional>

#include <fcntl.h>
#include <sys/stat.h>

#include "ipc/os/file_descriptor.hpp"
#include "ipc/segment/control_area.hpp"
#include "ipc/segment/identity.hpp"
#include "tests/unit/ipc/fixtures.hpp"

using namespace dummycache;
using namespace dummycache::test;
using ipc::Fault;
using ipc::Kind;
using ipc::Segment;
using layout::Identity;

namespace {

void change_byte(const std::string& path, std::uint64_t offset, unsigned char flip) {
    const ipc::FileDescriptor file(ipc::open_no_follow(path, O_RDWR));
    unsigned char byte = 0;
    BOOST_REQUIRE(::pread(file.get(), &byte, 1, static_cast<off_t>(offset)) == 1);
    byte ^= flip;
    BOOST_REQUIRE(::pwrite(file.get(), &byte, 1, static_cast<off_t>(offset)) == 1);
}

/// Rewrites the identity, with a hash that is right again.
void change_identity(const std::string& path, const std::function<void(Identity&)>& change) {
    const ipc::FileDescriptor file(ipc::open_no_follow(path, O_RDWR));
    Identity identity{};
    BOOST_REQUIRE(::pread(file.get(), &identity, sizeof identity, 0) == sizeof identity);
    change(identity);
    identity.identity_hash = ipc::hash_identity(identity);
    BOOST_REQUIRE(::pwrite(file.get(), &identity, sizeof identity, 0) == sizeof identity);
}

int fault_of_attach(const TestName& name) {
    return fault_of([&] { static_cast<void>(name.attach()); });
}

}  // namespace

BOOST_AUTO_TEST_SUITE(ipc_segment_attach)

BOOST_AUTO_TEST_CASE(whoever_attaches_sees_the_creators_bytes_and_geometry) {
    for (const Kind kind : kNamedKinds) {
        const TestSegment segment(kind);
        BOOST_TEST(segment->commit_up_to(3));
        segment->object<std::uint64_t>(1)[7] = 99;
        segment->page(2)[5] = std::byte{8};
        const auto own = segment.name().attach();
        BOOST_TEST(own->base() != segment->base());
        BOOST_TEST(std::memcmp(&own->identity(), &segment->identity(), sizeof(Identity)) == 0);
        BOOST_TEST(own->object<std::uint64_t>(1)[7] == 99U);
        BOOST_TEST((own->page(2)[5] == std::byte{8}));
        BOOST_TEST(own->superblock().committed.load() == 3U);
    }
}

BOOST_AUTO_TEST_CASE(an_absent_segment_and_a_missing_directory_are_not_found) {
    for (const Kind kind : kNamedKinds) {
        const TestName name(kind);
        BOOST_TEST(fault_of_attach(name) == number(Fault::not_found));
        BOOST_TEST(name.leftovers().empty());
    }
    const auto attach = [] { Segment::attach(ipc::parse_name("/nowhere/at/all/cache"), kTestLayout); };
    BOOST_TEST(fault_of(attach) == number(Fault::not_found));
    BOOST_TEST(message_of(attach).find("directory /nowhere/at/all ") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(what_is_no_segment_is_not_attached) {
    for (const Kind kind : kNamedKinds) {
        for (const std::string& content : {std::string(), std::string("short"), std::string(4095, 'x'),
                                           std::string(8192, 'x'), std::string(8192, '\0')}) {
            const TestName name(kind);
            std::ofstream(name.get().path, std::ios::binary) << content;
            const bool is_empty_file = kind == Kind::file && content.empty();
            BOOST_TEST(fault_of_attach(name) ==
                       number(is_empty_file ? Fault::not_found : Fault::not_a_segment));
        }
    }
    const TestFolder folder;
    BOOST_TEST(fault_of([&] { Segment::attach(ipc::parse_name(folder.path()), kTestLayout); }) ==
               number(Fault::not_a_file));
}

BOOST_AUTO_TEST_CASE(neither_symbolic_links_nor_pipes_are_followed) {
    for (const Kind kind : kNamedKinds) {
        const TestSegment segment(kind);
        const TestName link(kind);
        std::filesystem::create_symlink(segment->name().path, link.get().path);
        BOOST_TEST(fault_of_attach(link) == number(Fault::not_a_file));
        const std::string why = message_of([&] { static_cast<void>(link.attach()); });
        BOOST_TEST(why.find("it is a symbolic link") != std::string::npos);
        BOOST_TEST(why.find(segment->name().path) != std::string::npos);
        const TestName pipe(kind);
        BOOST_REQUIRE(::mkfifo(pipe.get().path.c_str(), 0600) == 0);
        BOOST_TEST(fault_of_attach(pipe) == number(Fault::not_a_segment));
    }
}

BOOST_AUTO_TEST_CASE(another_layout_version_or_byte_order_or_layout_is_incompatible) {
    const TestSegment segment(Kind::shared);
    const std::string path = segment->name().path;
    BOOST_TEST(fault_of([&] { Segment::attach(segment->name(), kTestLayout + 1); }) ==
               number(Fault::incompatible));
    change_identity(path, [](Identity& identity) { ++identity.layout_version; });
    BOOST_TEST(fault_of_attach(segment.name()) == number(Fault::incompatible));
    const std::string message = message_of([&] { static_cast<void>(segment.name().attach()); });
    BOOST_TEST(message.find("layout version 7, not 6") != std::string::npos);
    change_identity(path, [](Identity& identity) { --identity.layout_version; });
    BOOST_TEST(fault_of_attach(segment.name()) == -1);
    change_identity(path, [](Identity& identity) { identity.byte_order = 0x04030201; });
    BOOST_TEST(fault_of_attach(segment.name()) == number(Fault::incompatible));
}

BOOST_AUTO_TEST_CASE(a_flipped_bit_anywhere_in_the_identity_is_seen) {
    const TestSegment segment(Kind::shared);
    for (std::uint64_t offset = 0; offset < sizeof(Identity); ++offset) {
        const auto flip = static_cast<unsigned char>(1U << offset % 8);
        change_byte(segment->name().path, offset, flip);
        BOOST_TEST(fault_of_attach(segment.name()) != -1);
        change_byte(segment->name().path, offset, flip);
    }
    BOOST_TEST(fault_of_attach(segment.name()) == -1);
}

BOOST_AUTO_TEST_CASE(a_flipped_bit_anywhere_in_the_bytes_of_boost_is_seen_and_one_in_an_object_is_not) {
    const TestSegment segment(Kind::shared);
    const Identity& identity = segment->identity();
    const auto offsets = ipc::object_offsets(identity);
    const auto in_object = [&](std::uint64_t offset) {
        return std::any_of(offsets.begin(), offsets.end(), [&](std::uint64_t object) {
            return offset >= object && offset < object + ipc::object_bytes(segment->base(), object);
        });
    };
    int seen = 0;
    for (std::uint64_t offset = layout::kIdentityBytes; offset < identity.free_map_offset; ++offset) {
        if (in_object(offset)) continue;
        const auto flip = static_cast<unsigned char>(1U << offset % 8);
        change_byte(segment->name().path, offset, flip);
        BOOST_TEST_REQUIRE(fault_of_attach(segment.name()) == number(Fault::not_a_segment),
                           "offset " << offset);
        change_byte(segment->name().path, offset, flip);
        ++seen;
    }
    BOOST_TEST(seen > 500);
    change_byte(segment->name().path, offsets.back(), 1);
    BOOST_TEST(fault_of_attach(segment.name()) == -1);
}

BOOST_AUTO_TEST_CASE(a_geometry_that_makes_no_sense_is_refused_even_with_the_right_hash) {
    const std::function<void(Identity&)> changes[] = {
        [](Identity& i) { i.pages += 1; },
        [](Identity& i) { i.pages = 0; },
        [](Identity& i) { i.pages = ~std::uint64_t{0}; },
        [](Identity& i) { i.page_bytes = 65536; },
        [](Identity& i) { i.process_slots = 0; },
        [](Identity& i) { i.process_slots = 1025; },
        [](Identity& i) { i.process_slots = 1024; },
        [](Identity& i) { i.free_map_offset += 1; },
        [](Identity& i) { i.free_map_offset = std::uint64_t{1} << 63; },
        [](Identity& i) { i.free_map_offset += 4096; },
        [](Identity& i) { i.page_table_offset += 4096; },
        [](Identity& i) { i.arena_offset = 0; },
        [](Identity& i) { i.superblock_offset = 0; },
        [](Identity& i) { i.superblock_offset += 8; },
        [](Identity& i) { i.superblock_offset = i.process_table_offset; },
        [](Identity& i) { i.superblock_offset = i.free_map_offset - 64; },
        [](Identity& i) { i.process_table_offset = ~std::uint64_t{63}; },
        [](Identity& i) { i.store[8] = 4096; },
        [](Identity& i) { i.store[8] = ~std::uint64_t{63}; },
        [](Identity& i) { i.store[9] = i.store[8]; },
        [](Identity& i) { i.store[10] = i.store[9] + 64; },
        [](Identity& i) { i.segment_bytes -= 1; },
        [](Identity& i) { i.capacity_bytes += std::uint64_t{1} << 20; },  // it has too few pages
        [](Identity& i) { i.kind = 2; },
        [](Identity& i) { i.control_hash ^= 1; },
    };
    int which = 0;
    for (const auto& change : changes) {
        BOOST_TEST_CONTEXT("change " << which++) {
            const TestSegment segment(Kind::shared);
            change_identity(segment->name().path, change);
            BOOST_TEST(fault_of_attach(segment.name()) == number(Fault::not_a_segment));
        }
    }
}

BOOST_AUTO_TEST_CASE(a_segment_that_was_cut_off_or_grew_is_refused) {
    for (const Kind kind : kNamedKinds) {
        const TestSegment segment(kind);
        const auto bytes = static_cast<off_t>(segment->identity().segment_bytes);
        for (const off_t wrong : {bytes - 1, bytes + 4096, off_t{4096}, off_t{100}, off_t{0}}) {
            BOOST_REQUIRE(::truncate(segment->name().path.c_str(), wrong) == 0);
            const bool is_empty_file = kind == Kind::file && wrong == 0;  // it counts as no segment
            BOOST_TEST(fault_of_attach(segment.name()) ==
                       number(is_empty_file ? Fault::not_found : Fault::not_a_segment));
        }
    }
}

BOOST_AUTO_TEST_CASE(a_damaged_superblock_is_refused_and_a_removed_segment_is_not_found) {
    const TestSegment segment(Kind::shared);
    segment->superblock().committed.store(segment->identity().pages + 1);
    BOOST_TEST(fault_of_attach(segment.name()) == number(Fault::not_a_segment));
    segment->superblock().committed.store(0);
    segment->superblock().state.store(17);
    BOOST_TEST(fault_of_attach(segment.name()) == number(Fault::not_a_segment));
    segment->superblock().state.store(static_cast<std::uint64_t>(layout::SegmentState::removed));
    BOOST_TEST(fault_of_attach(segment.name()) == number(Fault::not_found));
}

BOOST_AUTO_TEST_CASE(another_users_segment_is_refused_unless_he_shared_it_twice) {
    if (::geteuid() != 0) {
        BOOST_TEST_MESSAGE("skipped: only root can give a file away");
        return;
    }
    const TestSegment closed(Kind::file);
    BOOST_REQUIRE(::chown(closed->name().path.c_str(), 12345, 12345) == 0);
    BOOST_TEST(fault_of_attach(closed.name()) == number(Fault::no_permission));
    BOOST_REQUIRE(::chmod(closed->name().path.c_str(), 0666) == 0);
    BOOST_TEST(fault_of_attach(closed.name()) == number(Fault::no_permission));

    ipc::SegmentPlan plan = small_plan();
    plan.mode = 0666;
    const TestSegment open(Kind::file, plan);
    BOOST_REQUIRE(::chown(open->name().path.c_str(), 12345, 12345) == 0);
    BOOST_TEST(fault_of_attach(open.name()) == -1);
    BOOST_REQUIRE(::chmod(open->name().path.c_str(), 0600) == 0);
    BOOST_TEST(fault_of_attach(open.name()) == number(Fault::no_permission));

    const TestSegment squatted(Kind::shared, plan);
    BOOST_REQUIRE(::chown(squatted->name().path.c_str(), 12345, 12345) == 0);
    BOOST_TEST(fault_of_attach(squatted.name()) == number(Fault::no_permission));
    BOOST_TEST(fault_of([&] { Segment::remove(squatted->name(), 1000); }) == number(Fault::no_permission));
    BOOST_TEST(std::filesystem::exists(squatted->name().path));
}

BOOST_AUTO_TEST_CASE(another_user_attaches_to_what_was_shared_and_not_to_what_was_not) {
    if (::geteuid() != 0) {
        BOOST_TEST_MESSAGE("skipped: only root can become somebody else");
        return;
    }
    ipc::SegmentPlan plan = small_plan();
    const TestSegment closed(Kind::shared, plan);
    plan.mode = 0666;
    const TestSegment open(Kind::shared, plan);
    TalkingChild child([&](Line&) {
        if (::setgid(12345) != 0 || ::setuid(12345) != 0) return 1;
        const auto attach = [](const TestSegment& segment) {
            return fault_of([&] { Segment::attach(ipc::parse_name(segment->name().path), kTestLayout); });
        };
        if (attach(closed) != number(Fault::no_permission)) return 2;
        if (attach(open) != -1) return 3;
        const auto own = Segment::attach(ipc::parse_name(open->name().path), kTestLayout);
        ipc::Membership self(*own);
        return ipc::lock(own->superblock().all_shards_lock, self, hang_guard()) == ipc::Acquired::clean ? 0
                                                                                                        : 4;
    });
    BOOST_TEST(child.wait() == 0);
    ipc::Membership self(*open);
    BOOST_TEST(
        (ipc::lock(open->superblock().all_shards_lock, self, hang_guard()) == ipc::Acquired::from_dead));
}

BOOST_AUTO_TEST_CASE(messages_are_one_line_that_names_the_object) {
    const TestName name(Kind::shared);
    std::ofstream(name.get().path) << "noise";
    const std::string message = message_of([&] { static_cast<void>(name.attach()); });
    BOOST_TEST(message.find(name.get().path) != std::string::npos);
    BOOST_TEST(message.find('\n') == std::string::npos);
    BOOST_TEST(message.find("; remove it or choose another name") != std::string::npos);
    // A file may be anybody's.
    const TestName file(Kind::file);
    std::ofstream(file.get().path) << "noise";
    BOOST_TEST(message_of([&] { static_cast<void>(file.attach()); }) ==
               file.get().path + " cannot be used: it does not begin like a cache; choose another path");
}

BOOST_AUTO_TEST_SUITE_END()
