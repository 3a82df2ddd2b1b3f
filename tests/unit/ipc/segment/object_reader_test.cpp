// SPDX-License-Identifier: MIT
#include "ipc/segment/object_reader.hpp"

#include <boost/test/unit_test.hpp>

#include <cstring>
#include <fstream>

#include <fcntl.h>

#include "ipc/os/file_descriptor.hpp"
#include "tests/unit/ipc/fixtures.hpp"

using namespace dummycache;
using namespace dummycache::test;
using ipc::FileDescriptor;
using ipc::Kind;

BOOST_AUTO_TEST_SUITE(ipc_object_reader)

BOOST_AUTO_TEST_CASE(what_is_read_is_what_an_attached_process_sees) {
    for (const Kind kind : kNamedKinds) {
        const TestSegment segment(kind);
        const FileDescriptor object(segment->open_again());
        const auto identity = ipc::read_identity(object.get());
        BOOST_REQUIRE(identity.has_value());
        BOOST_TEST(std::memcmp(&*identity, &segment->identity(), sizeof *identity) == 0);
        segment->superblock().era.store(4711);
        BOOST_TEST(ipc::read_superblock(object.get(), *identity, offsetof(layout::Superblock, era)).value() ==
                   4711U);
    }
}

BOOST_AUTO_TEST_CASE(an_object_that_is_too_short_or_cannot_be_read_gives_nothing) {
    const TestFolder folder;
    std::ofstream(folder.file("x")) << "short";
    const FileDescriptor object(ipc::open_no_follow(folder.file("x"), O_RDONLY));
    BOOST_TEST(!ipc::read_identity(object.get()).has_value());
    BOOST_TEST(!ipc::read_identity(-1).has_value());
    layout::Identity identity{};
    identity.superblock_offset = 4096;
    BOOST_TEST(!ipc::read_superblock(object.get(), identity, 0).has_value());
}

BOOST_AUTO_TEST_SUITE_END()
