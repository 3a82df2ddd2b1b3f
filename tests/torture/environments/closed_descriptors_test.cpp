// SPDX-License-Identifier: MIT
// Goal: a process whose descriptors were closed by its host, and whose numbers the host uses again, judges
// nobody by them and can still get memory.
// Method: such a process wants the lock of a live one in another pid namespace, and sets large values.
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <fcntl.h>

#include "holder.hpp"
#include "namespace_child.hpp"

using namespace dummycache;
using namespace dummycache::test;
namespace data = boost::unit_test::data;

namespace {

/// All descriptors but the first three are closed, and their numbers lead to other files.
void reuse_all_descriptors() {
    require(::close_range(3, ~0U, 0) == 0, "close_range failed");
    for (int i = 0; i < 50; ++i) require(::open("/proc/self/exe", O_RDONLY | O_CLOEXEC) >= 0, "open failed");
}

}  // namespace

BOOST_AUTO_TEST_SUITE(environments_closed_descriptors)

BOOST_DATA_TEST_CASE(numbers_that_the_host_uses_again_condemn_nobody, data::make(kNamedKinds), kind) {
    OneShard cache(kind);
    const SharedArea<Steps> steps;
    NamespaceChild holder([&] {
        Cache own = cache.attach();
        set_and_stand_inside(own, *steps);
    });
    if (holder.is_forbidden()) return;
    steps->inside.wait();
    Child judge([&] {
        Cache own = cache.attach(impatient());
        reuse_all_descriptors();
        require(is_busy(own, 1), "the lock was taken from a live process");
    });
    BOOST_TEST(judge.wait() == 0);
    cache.require_held_by(1);
    steps->go_on.reach();
    BOOST_TEST(holder.wait() == 0);
    BOOST_TEST(cache->stats().recoveries == 0U);
    BOOST_TEST(problems_of(*cache) == "");
}

BOOST_DATA_TEST_CASE(a_process_that_lost_its_descriptors_can_still_get_memory, data::make(kNamedKinds),
                     kind) {
    OneShard cache(kind);
    Child child([&] {
        Cache own = cache.attach();
        reuse_all_descriptors();
        require(own.set("large", std::string(2 * kMiB, 'l')), "there is memory");
        require(own.stats().evicted == 0, "an entry was dropped although there is memory");
    });
    BOOST_TEST(child.wait() == 0);
    BOOST_TEST((cache->get("large") == std::string(2 * kMiB, 'l')));
    BOOST_TEST((cache->get("key") == "old"));
}

BOOST_AUTO_TEST_SUITE_END()
