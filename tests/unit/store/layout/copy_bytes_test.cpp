// SPDX-License-Identifier: MIT
#include "store/layout/copy_bytes.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <iterator>
#include <vector>

#include "support/random.hpp"

using namespace dummycache::store;
using namespace dummycache::test;

namespace {

std::vector<std::byte> random_bytes(Random& random, std::size_t count) {
    std::vector<std::byte> bytes(count);
    for (std::byte& byte : bytes) byte = static_cast<std::byte>(random.bits());
    return bytes;
}

/// Copies `size` bytes between two places and looks that nothing else changed.
void check_copy(std::size_t size, std::size_t from_offset, std::size_t to_offset,
                const std::vector<std::byte>& source) {
    std::vector<std::byte> target(size + 64, std::byte{0x5a});
    copy_bytes(target.data() + to_offset, source.data() + from_offset, size);
    for (std::size_t i = 0; i < target.size(); ++i) {
        const bool inside = i >= to_offset && i < to_offset + size;
        const std::byte expected = inside ? source[from_offset + i - to_offset] : std::byte{0x5a};
        if (target[i] != expected)
            BOOST_FAIL("size " << size << " from " << from_offset << " to " << to_offset << " at " << i);
    }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(store_copy_bytes)

BOOST_AUTO_TEST_CASE(every_size_at_every_alignment_is_copied_exactly) {
    Random random(11);
    const auto source = random_bytes(random, 5000);
    for (std::size_t size = 0; size <= 300; ++size) {
        for (std::size_t from = 0; from < 17; ++from) {
            for (std::size_t to = 0; to < 17; to += 1 + size / 20) check_copy(size, from, to, source);
        }
    }
    for (std::size_t size = 300; size < 4500; size += 1 + random.below(20)) {
        check_copy(size, random.below(32), random.below(32), source);
    }
    for (const std::size_t size : {1022U, 1023U, 1024U, 1025U}) {
        for (std::size_t offset = 0; offset < 17; ++offset) check_copy(size, offset, 16 - offset, source);
    }
}

BOOST_AUTO_TEST_CASE(bytes_that_go_past_the_caches_are_copied_exactly) {
    Random random(12);
    const auto source = random_bytes(random, 5000);
    for (std::size_t size = 0; size < 4500; size += 1 + random.below(20)) {
        alignas(16) std::byte target[4600];
        std::fill(std::begin(target), std::end(target), std::byte{0x5a});
        const std::size_t from = random.below(32);
        stream_bytes(target + 16, source.data() + from, size);
        stream_end();
        BOOST_REQUIRE(std::equal(target + 16, target + 16 + size, source.data() + from));
        BOOST_REQUIRE((target[15] == std::byte{0x5a} && target[16 + size] == std::byte{0x5a}));
    }
}

BOOST_AUTO_TEST_CASE(equal_bytes_sees_a_difference_at_every_place) {
    Random random(12);
    alignas(8) std::byte shared[128];
    for (std::byte& byte : shared) byte = static_cast<std::byte>(random.bits());
    for (std::size_t size = 0; size <= 100; ++size) {
        std::string own(reinterpret_cast<const char*>(shared), size);
        BOOST_REQUIRE(equal_bytes(shared, own.data(), size));
        for (std::size_t at = 0; at < size; ++at) {
            own[at] = static_cast<char>(own[at] ^ 0x10);
            BOOST_REQUIRE(!equal_bytes(shared, own.data(), size));
            own[at] = static_cast<char>(own[at] ^ 0x10);
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()
