// SPDX-License-Identifier: MIT
#include "ipc/os/fork_registry.hpp"

#include <boost/test/unit_test.hpp>

#include <fcntl.h>

#include "tests/unit/ipc/fixtures.hpp"

using namespace dummycache::test;
using dummycache::ipc::fork_count;
using dummycache::ipc::PrivateDescriptor;

namespace {

int open_null() { return ::open("/dev/null", O_RDWR | O_CLOEXEC); }

bool is_open(int descriptor) { return ::fcntl(descriptor, F_GETFD) != -1; }

}  // namespace

BOOST_AUTO_TEST_SUITE(ipc_fork_registry)

BOOST_AUTO_TEST_CASE(a_private_descriptor_is_closed_at_its_end_and_in_a_forked_child) {
    int number = -1;
    {
        PrivateDescriptor descriptor(open_null);
        number = descriptor.get();
        BOOST_TEST(is_open(number));
        PrivateDescriptor moved(std::move(descriptor));
        BOOST_TEST(!descriptor.valid());
        BOOST_TEST(moved.get() == number);
        TalkingChild child([&](Line&) { return is_open(number) ? 1 : 0; });
        BOOST_TEST(child.wait() == 0);
        BOOST_TEST(is_open(number));
    }
    BOOST_TEST(!is_open(number));
}

BOOST_AUTO_TEST_CASE(a_child_does_not_close_what_has_the_number_by_now) {
    auto descriptor = std::make_unique<PrivateDescriptor>(open_null);
    TalkingChild child([&](Line&) {
        const PrivateDescriptor reused(open_null);
        if (reused.get() != descriptor->get()) return 1;
        descriptor.reset();
        return is_open(reused.get()) ? 0 : 2;
    });
    BOOST_TEST(child.wait() == 0);
}

BOOST_AUTO_TEST_CASE(a_number_that_the_host_closed_and_reused_is_left_alone) {
    PrivateDescriptor descriptor(open_null);
    const int number = descriptor.get();
    ::close(number);
    const int reused = ::open("/dev/zero", O_RDWR | O_CLOEXEC);
    BOOST_REQUIRE(reused == number);
    TalkingChild child([&](Line&) { return is_open(reused) ? 0 : 1; });
    BOOST_TEST(child.wait() == 0);
    { const PrivateDescriptor dropped(std::move(descriptor)); }
    BOOST_TEST(is_open(reused));
    ::close(reused);
}

BOOST_AUTO_TEST_CASE(what_cannot_be_opened_is_not_valid_and_says_why) {
    const PrivateDescriptor descriptor([] { return ::open("/nowhere/at/all", O_RDWR); });
    BOOST_TEST(errno == ENOENT);
    BOOST_TEST(!descriptor.valid());
}

BOOST_AUTO_TEST_CASE(each_generation_of_children_counts_one_fork_more) {
    const std::uint32_t here = fork_count.load();
    TalkingChild child([&](Line&) {
        if (fork_count.load() != here + 1) return 1;
        TalkingChild grandchild([&](Line&) { return fork_count.load() == here + 2 ? 0 : 1; });
        return grandchild.wait();
    });
    BOOST_TEST(child.wait() == 0);
    BOOST_TEST(fork_count.load() == here);
}

BOOST_AUTO_TEST_SUITE_END()
