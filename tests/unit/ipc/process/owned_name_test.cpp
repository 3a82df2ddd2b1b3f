// SPDX-License-Identifier: MIT
#include "ipc/process/owned_name.hpp"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <set>

#include "tests/unit/ipc/fixtures.hpp"

using namespace dummycache;
using namespace dummycache::test;
namespace data = boost::unit_test::data;

namespace dummycache::ipc {
inline std::ostream& operator<<(std::ostream& out, Kind kind) { return out << test::kind_name(kind); }
}  // namespace dummycache::ipc

BOOST_AUTO_TEST_SUITE(ipc_owned_name)

BOOST_AUTO_TEST_CASE(no_name_is_given_twice_and_all_have_the_form) {
    std::set<std::string> names;
    for (int i = 0; i < 1000; ++i) {
        const std::string name = ipc::new_owned_name("exec");
        BOOST_REQUIRE(ipc::number_in(name).has_value());
        names.insert(name);
    }
    BOOST_TEST(names.size() == 1000U);
}

BOOST_AUTO_TEST_CASE(only_names_of_the_form_have_a_number) {
    BOOST_TEST((ipc::number_in("exec-00000000002a") == 42U));
    BOOST_TEST((ipc::number_in("bench-00000000002a") == 42U));
    BOOST_TEST((ipc::number_in("my.cache.exec-00000000002a") == 42U));
    BOOST_TEST((ipc::number_in("/folder.d/x.exec-00000000002a") == 42U));
    for (const char* const name : {"", "exec", "exec-", "exec-1", "exec-00000000002A", "exec-0000000002a",
                                   "exec-000000000002a", "exec-00000000002a.x", "xexec-00000000002a",
                                   "build-00000000002a", "exec_00000000002a", "sandbox"}) {
        BOOST_TEST(!ipc::number_in(name).has_value(), name);
    }
}

BOOST_DATA_TEST_CASE(an_owner_is_known_to_live_until_it_ends, data::make(kNamedKinds), kind) {
    const TestSegment segment(kind);
    const std::string name = ipc::new_owned_name("exec");
    BOOST_TEST(ipc::is_abandoned(*segment, name));
    BOOST_TEST(!ipc::is_abandoned(*segment, "exec-1"));
    TalkingChild owner([&](Line& line) {
        const auto own = segment.name().attach();
        const ipc::FileDescriptor lock = ipc::own_number(*own, *ipc::number_in(name));
        line.say();
        static_cast<void>(line.hear());
        return 0;
    });
    static_cast<void>(owner.line().hear());
    BOOST_TEST(!ipc::is_abandoned(*segment, name));
    BOOST_TEST(!ipc::is_abandoned(*segment, "stem." + name));
    BOOST_TEST(ipc::is_abandoned(*segment, ipc::new_owned_name("exec")));
    BOOST_TEST(fault_of([&] { static_cast<void>(ipc::own_number(*segment, *ipc::number_in(name))); }) ==
               number(ipc::Fault::busy));
    BOOST_TEST(ipc::Segment::in_use(segment.name().get()));
    owner.kill();
    BOOST_TEST(ipc::is_abandoned(*segment, name));
    BOOST_TEST(!ipc::Segment::in_use(segment.name().get()));
    BOOST_TEST(ipc::own_number(*segment, *ipc::number_in(name)).valid());
}

BOOST_AUTO_TEST_CASE(a_forked_child_owns_it_too_and_execve_ends_that) {
    const TestSegment segment(ipc::Kind::shared);
    const std::string name = ipc::new_owned_name("exec");
    ipc::FileDescriptor lock = ipc::own_number(*segment, *ipc::number_in(name));
    {
        TalkingChild heir([](Line& line) {
            line.say();
            static_cast<void>(line.hear());
            ::execlp("sleep", "sleep", "60", nullptr);
            return 1;
        });
        static_cast<void>(heir.line().hear());
        lock = ipc::FileDescriptor();
        BOOST_TEST(!ipc::is_abandoned(*segment, name));
        heir.line().say();
        const auto deadline = hang_guard();
        while (!ipc::is_abandoned(*segment, name) && std::chrono::steady_clock::now() < deadline)
            ::usleep(1000);
        BOOST_TEST(ipc::is_abandoned(*segment, name));
    }
}

BOOST_AUTO_TEST_CASE(private_memory_has_no_owners) {
    const TestSegment segment(ipc::Kind::private_memory);
    BOOST_TEST(!ipc::own_number(*segment, 1).valid());
    BOOST_TEST(!ipc::is_abandoned(*segment, ipc::new_owned_name("exec")));
}

BOOST_AUTO_TEST_SUITE_END()
