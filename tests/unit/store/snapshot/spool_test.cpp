// SPDX-License-Identifier: MIT
// A stream as a file that can be read twice.
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <stdexcept>
#include <string>

#include <unistd.h>

#include "dummycache/snapshot.hpp"

using namespace dummycache;

BOOST_AUTO_TEST_SUITE(snapshot_spool)

BOOST_AUTO_TEST_CASE(a_stream_is_spooled_to_a_file_that_can_be_read_twice) {
    const std::string all = std::string(300'000, 'a') + "end";
    std::size_t given = 0;
    const int copy = spool([&](char* to, std::size_t most) {
        const std::size_t part = std::min(most, all.size() - given);
        all.copy(to, part, given);
        given += part;
        return part;
    });
    BOOST_REQUIRE(copy >= 0);
    for (int round = 0; round < 2; ++round) {
        std::string bytes(all.size() + 1, '\0');
        BOOST_TEST(::pread(copy, bytes.data(), bytes.size(), 0) == static_cast<ssize_t>(all.size()));
        BOOST_TEST((bytes.substr(0, all.size()) == all));
    }
    BOOST_TEST(::lseek(copy, 0, SEEK_CUR) == 0);
    ::close(copy);
    const auto stop = [](char*, std::size_t) -> std::size_t { throw std::runtime_error("stop"); };
    BOOST_CHECK_THROW(static_cast<void>(spool(stop)), std::runtime_error);
}

BOOST_AUTO_TEST_SUITE_END()
