// SPDX-License-Identifier: MIT
#include "ipc/segment/control_area.hpp"

#include <boost/test/unit_test.hpp>

#include <cstdio>
#include <cstring>

#include "ipc/error.hpp"
#include "tests/unit/ipc/fixtures.hpp"

using namespace dummycache;
using namespace dummycache::test;
using ipc::ControlObject;
using ipc::Fault;

namespace {

/// Zeroed, page-aligned memory like a new segment's.
class ControlMemory {
public:
    explicit ControlMemory(std::span<const ControlObject> objects)
        : end_(layout::kIdentityBytes + ipc::control_area_bytes(objects)),
          bytes_(static_cast<std::byte*>(std::aligned_alloc(4096, end_))) {
        std::memset(bytes_.get(), 0, end_);
    }
    [[nodiscard]] std::byte* base() const { return bytes_.get(); }
    [[nodiscard]] std::uint64_t end() const { return end_; }

private:
    struct Free {
        void operator()(std::byte* bytes) const { std::free(bytes); }
    };
    std::uint64_t end_;
    std::unique_ptr<std::byte, Free> bytes_;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(ipc_control_area)

BOOST_AUTO_TEST_CASE(objects_of_any_size_fit_are_zero_aligned_and_apart) {
    for (std::uint64_t size = 1; size < 200'000; size = size * 3 + 1) {
        const ControlObject objects[] = {{"a", size}, {"b", 1}, {"cc", size / 2 + 1}, {"d", 64}};
        const ControlMemory memory(objects);
        const auto offsets = ipc::build_control_area(memory.base(), memory.end(), objects);
        BOOST_REQUIRE(offsets.size() == 4U);
        for (std::size_t i = 0; i < 4; ++i) {
            BOOST_TEST(offsets[i] % 64 == 0U);
            BOOST_TEST(ipc::object_bytes(memory.base(), offsets[i]) >= objects[i].bytes);
            for (std::uint64_t at = 0; at < objects[i].bytes; ++at) {
                BOOST_REQUIRE((memory.base()[offsets[i] + at] == std::byte{0}));
            }
            std::memset(memory.base() + offsets[i], static_cast<int>(i + 1),
                        ipc::object_bytes(memory.base(), offsets[i]));
        }
        for (std::size_t i = 0; i < 4; ++i) {
            BOOST_TEST((memory.base()[offsets[i]] == static_cast<std::byte>(i + 1)));
        }
        BOOST_TEST(fault_of([&] { ipc::check_control_area(memory.base(), offsets); }) == -1);
    }
}

BOOST_AUTO_TEST_CASE(the_hash_is_that_of_boosts_bytes_and_not_of_the_objects) {
    const ControlObject objects[] = {{"a", 500}, {"b", 70}};
    const ControlMemory memory(objects);
    const auto offsets = ipc::build_control_area(memory.base(), memory.end(), objects);
    const std::uint64_t hash = ipc::hash_control_area(memory.base(), memory.end(), offsets);
    memory.base()[offsets[0] + 499] = std::byte{9};
    memory.base()[offsets[1]] = std::byte{9};
    BOOST_TEST(ipc::hash_control_area(memory.base(), memory.end(), offsets) == hash);
    ipc::check_control_area(memory.base(), offsets);
    BOOST_TEST(ipc::hash_control_area(memory.base(), memory.end(), offsets) == hash);
    memory.base()[layout::kIdentityBytes + 8] ^= std::byte{1};
    BOOST_TEST(ipc::hash_control_area(memory.base(), memory.end(), offsets) != hash);
}

BOOST_AUTO_TEST_CASE(the_same_segment_at_another_address_has_the_same_hash_and_objects) {
    const ControlObject objects[] = {{"a", 500}, {"b", 70}};
    const ControlMemory memory(objects);
    const auto offsets = ipc::build_control_area(memory.base(), memory.end(), objects);
    const ControlMemory copy(objects);
    std::memcpy(copy.base(), memory.base(), memory.end());
    BOOST_TEST(ipc::hash_control_area(copy.base(), copy.end(), offsets) ==
               ipc::hash_control_area(memory.base(), memory.end(), offsets));
    BOOST_TEST(fault_of([&] { ipc::check_control_area(copy.base(), offsets); }) == -1);
}

BOOST_AUTO_TEST_CASE(offsets_that_lead_to_no_object_are_refused) {
    const ControlObject objects[] = {{"a", 500}, {"b", 70}};
    const ControlMemory memory(objects);
    const auto offsets = ipc::build_control_area(memory.base(), memory.end(), objects);
    const std::vector<std::vector<std::uint64_t>> wrong = {{0},
                                                           {4096},
                                                           {offsets[0] + 8},
                                                           {offsets[0] + 64},
                                                           {memory.end()},
                                                           {memory.end() + 64},
                                                           {offsets[0], offsets[0]}};
    for (const auto& list : wrong) {
        BOOST_TEST(fault_of([&] {
                       static_cast<void>(ipc::hash_control_area(memory.base(), memory.end(), list));
                   }) == number(Fault::not_a_segment));
    }
}

BOOST_AUTO_TEST_CASE(an_object_that_boost_finds_elsewhere_or_not_at_all_is_refused) {
    const ControlObject objects[] = {{"a", 500}, {"b", 500}};
    const ControlMemory memory(objects);
    const auto offsets = ipc::build_control_area(memory.base(), memory.end(), objects);
    auto* const header =
        reinterpret_cast<layout::ObjectHeader*>(memory.base() + offsets[0] - sizeof(layout::ObjectHeader));
    for (const char* name : {"b", "c", ""}) {
        std::snprintf(header->name, sizeof header->name, "%s", name);
        BOOST_TEST(fault_of([&] { ipc::check_control_area(memory.base(), offsets); }) ==
                   number(Fault::not_a_segment));
    }
    std::snprintf(header->name, sizeof header->name, "a");
    BOOST_TEST(fault_of([&] { ipc::check_control_area(memory.base(), offsets); }) == -1);
}

BOOST_AUTO_TEST_CASE(two_objects_of_one_name_are_an_error_and_no_foreign_exception) {
    const ControlObject objects[] = {{"a", 500}, {"a", 70}};
    const ControlMemory memory(objects);
    BOOST_TEST(fault_of([&] { ipc::build_control_area(memory.base(), memory.end(), objects); }) ==
               number(Fault::system));
}

BOOST_AUTO_TEST_SUITE_END()
