// SPDX-License-Identifier: MIT
// Bytes that are not what put<T> of this program writes: of another build, cut, damaged.
#include <boost/test/unit_test.hpp>
#include <cstring>
#include <string>

#include "dummycache/typed.hpp"
#include "support/test_cache.hpp"
#include "unit/store/api/typed_values.hpp"

using namespace dummycache;
using namespace dummycache::test;

namespace {

struct Person {
    int age = 0;
    CountedString name;
    int height = 0;

    template <class Archive>
    void serialize(Archive& archive) {
        archive(age, name, height);
    }
};

struct TwoOfOne {
    std::shared_ptr<Leaf> first = std::make_shared<Leaf>();
    std::shared_ptr<Leaf> second = first;

    template <class Archive>
    void serialize(Archive& archive) {
        archive(first, second);
    }
};

struct TwoOfTwo {
    std::shared_ptr<Leaf> first;
    std::shared_ptr<Note> second;

    template <class Archive>
    void serialize(Archive& archive) {
        archive(first, second);
    }
};

struct NoBytes {};

/// The message of the refusal, or nothing if the bytes make a T.
template <class T>
std::string refusal(const std::string& bytes) {
    Cache cache = Cache::make_private();
    cache.set("the key", bytes, {}, Codec::cereal);
    return refusal_of([&] { static_cast<void>(cache.fetch<T>("the key")); });
}

constexpr std::size_t kLittle = std::size_t{4} << 20;

}  // namespace

BOOST_AUTO_TEST_SUITE(store_typed_damage)

BOOST_AUTO_TEST_CASE(the_refusal_names_the_key_the_reason_and_the_way_on) {
    const std::string message = refusal<Person>(bytes_as<Person>(Person{}) + "!");
    BOOST_TEST(message ==
               "fetch: the value of key 'the key' cannot be read as its type: bytes left behind it: 1; "
               "another build of the program may have written it: erase it and put it again");
}

BOOST_AUTO_TEST_CASE(a_struct_that_had_fewer_members_is_refused) {
    BOOST_TEST(refusal<Person>(bytes_as<Person>(Person{30, "Ann", 170})).empty());
    BOOST_TEST(!refusal<Person>(bytes_as<Person>(30)).empty());
    BOOST_TEST(!refusal<Person>(bytes_as<Person>(std::pair(30, std::string("Ann")))).empty());
}

BOOST_AUTO_TEST_CASE(a_struct_that_had_more_members_is_refused) {
    BOOST_TEST(!refusal<Person>(bytes_as<Person>(std::pair(Person{30, "Ann", 170}, true))).empty());
    BOOST_TEST(!refusal<Person>(bytes_as<Person>(std::pair(Person{30, "Ann", 170}, std::string()))).empty());
}

BOOST_AUTO_TEST_CASE(a_length_that_does_not_fit_takes_no_memory) {
    using Nested = CountedVector<CountedVector<std::uint64_t>>;
    largest_allocation = 0;
    const CountedVector<std::uint64_t> one(1, std::uint64_t{1} << 28);  // read as a length, of 2 GiB
    BOOST_TEST(contains(refusal<Nested>(bytes_as<Nested>(one)), "268435456"));
    BOOST_TEST(!refusal<CountedString>(bytes_as<CountedString>(std::uint64_t{1} << 31)).empty());
    BOOST_TEST(
        !refusal<CountedVector<CountedString>>(bytes_as<CountedVector<CountedString>>(std::uint64_t{1} << 31))
             .empty());
    BOOST_TEST(!refusal<std::vector<NoBytes>>(bytes_as<std::vector<NoBytes>>(~std::uint64_t{0})).empty());
    BOOST_TEST(largest_allocation < kLittle);
}

BOOST_AUTO_TEST_CASE(each_value_that_was_cut_is_refused) {
    const std::string bytes = bytes_as<Rich>(rich_value());
    BOOST_TEST(refusal<Rich>(bytes).empty());
    largest_allocation = 0;
    for (std::size_t size = 0; size < bytes.size(); ++size) {
        BOOST_TEST(!refusal<Rich>(bytes.substr(0, size)).empty(), "cut to " << size << " bytes");
    }
    BOOST_TEST(largest_allocation < kLittle);
}

BOOST_AUTO_TEST_CASE(a_value_with_a_flipped_bit_is_a_value_or_refused) {
    const std::string bytes = bytes_as<Rich>(rich_value());
    largest_allocation = 0;
    std::size_t refused = 0;
    for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit) {
        std::string damaged = bytes;
        damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ (1 << bit % 8));
        if (!refusal<Rich>(damaged).empty()) ++refused;
    }
    BOOST_TEST(refused > bytes.size());
    BOOST_TEST(largest_allocation < kLittle);
}

BOOST_AUTO_TEST_CASE(a_pointer_to_a_value_of_another_type_is_refused) {
    BOOST_TEST(refusal<TwoOfOne>(bytes_as<TwoOfOne>(TwoOfOne{})).empty());
    BOOST_TEST(contains(refusal<TwoOfTwo>(bytes_as<TwoOfTwo>(TwoOfOne{})), "another type"));
}

BOOST_AUTO_TEST_CASE(what_is_neither_true_nor_false_is_refused) {
    BOOST_TEST(!refusal<bool>(bytes_as<bool>(std::uint8_t{2})).empty());
    using Flags = std::array<bool, 4>;
    BOOST_TEST(refusal<Flags>(bytes_as<Flags>(std::uint32_t{0x01000100})).empty());
    BOOST_TEST(!refusal<Flags>(bytes_as<Flags>(std::uint32_t{0x02000100})).empty());
}

BOOST_AUTO_TEST_CASE(bytes_in_big_endian_order_are_refused) {
    std::string bytes = bytes_as<int>(5);
    bytes[typed::kMarkBytes] = '\0';
    BOOST_TEST(contains(refusal<int>(bytes), "endian"));
}

BOOST_AUTO_TEST_SUITE_END()
