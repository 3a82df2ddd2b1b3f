// SPDX-License-Identifier: MIT
#include "ipc/segment/backing.hpp"

#include <boost/test/unit_test.hpp>

#include <fcntl.h>

#include "tests/unit/ipc/fixtures.hpp"

using namespace dummycache::test;
using dummycache::ipc::Backing;
using dummycache::ipc::Fault;
using dummycache::ipc::Kind;

BOOST_AUTO_TEST_SUITE(ipc_backing)

BOOST_AUTO_TEST_CASE(two_mappings_of_an_object_share_bytes_and_two_private_ones_do_not) {
    for (const Kind kind : kNamedKinds) {
        const TestName name(kind);
        const Backing made = Backing::create(kind, name.get().path, 0600);
        BOOST_REQUIRE(::ftruncate(made.descriptor(), 16384) == 0);
        const Backing opened = Backing::open(name.get());
        const auto one = made.map(16384);
        const auto two = opened.map(8, 8192 + 24);
        static_cast<char*>(one.get_address())[8192 + 24] = 'x';
        BOOST_TEST(static_cast<char*>(two.get_address())[0] == 'x');
    }
    const Backing nothing;
    BOOST_TEST(nothing.descriptor() == -1);
    const auto one = nothing.map(16384);
    const auto two = nothing.map(16384);
    static_cast<char*>(one.get_address())[0] = 'x';
    BOOST_TEST(static_cast<char*>(two.get_address())[0] == '\0');
}

BOOST_AUTO_TEST_CASE(what_exists_is_not_created_again) {
    for (const Kind kind : kNamedKinds) {
        const TestName name(kind);
        const Backing made = Backing::create(kind, name.get().path, 0600);
        BOOST_TEST(fault_of([&] { Backing::create(kind, name.get().path, 0600); }) == number(Fault::system));
    }
}

BOOST_AUTO_TEST_CASE(what_cannot_be_mapped_is_an_error_of_ours) {
    const Backing nothing;
    BOOST_TEST(fault_of([&] { static_cast<void>(nothing.map(std::uint64_t{1} << 60)); }) ==
               number(Fault::no_space));
}

BOOST_AUTO_TEST_SUITE_END()
