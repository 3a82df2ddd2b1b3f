// SPDX-License-Identifier: MIT
// Types that are put and fetched: one that has of everything, and those that a later build might have changed.
// And what is said when a value is refused.
#pragma once

#include <boost/test/unit_test.hpp>

#include <array>
#include <cereal/types/array.hpp>
#include <cereal/types/base_class.hpp>
#include <cereal/types/polymorphic.hpp>
#include <cereal/types/set.hpp>
#include <cereal/types/tuple.hpp>
#include <cereal/types/variant.hpp>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <variant>
#include <vector>

#include "dummycache/typed.hpp"

namespace dummycache::test {

/// Remembers the largest piece of memory that any container with it asked for.
template <class T>
struct Counted {
    using value_type = T;
    Counted() = default;
    template <class Other>
    Counted(const Counted<Other>&) {}  // NOLINT: implicit as allocators are
    T* allocate(std::size_t count);
    void deallocate(T* memory, std::size_t count) { std::allocator<T>().deallocate(memory, count); }
    bool operator==(const Counted&) const = default;
};

inline std::size_t largest_allocation = 0;

template <class T>
T* Counted<T>::allocate(std::size_t count) {
    largest_allocation = std::max(largest_allocation, count * sizeof(T));
    return std::allocator<T>().allocate(count);
}

using CountedString = std::basic_string<char, std::char_traits<char>, Counted<char>>;
template <class T>
using CountedVector = std::vector<T, Counted<T>>;

struct Leaf {
    int number = 0;
    template <class Archive>
    void serialize(Archive& archive) {
        archive(number);
    }
    bool operator==(const Leaf&) const = default;
};

struct Note {
    CountedString text;
    template <class Archive>
    void serialize(Archive& archive) {
        archive(text);
    }
};

struct Shape {
    virtual ~Shape() = default;
    [[nodiscard]] virtual int area() const = 0;
    int id = 0;
    template <class Archive>
    void serialize(Archive& archive) {
        archive(id);
    }
};

struct Square : Shape {
    int side = 0;
    [[nodiscard]] int area() const override { return side * side; }
    template <class Archive>
    void serialize(Archive& archive) {
        archive(cereal::base_class<Shape>(this), side);
    }
};

enum class Colour : std::uint16_t { red = 1, green = 300 };

/// Something of all that cereal serialises and programs use.
struct Rich {
    bool flag = false;
    std::array<bool, 3> flags{};
    double number = 0;
    Colour colour = Colour::red;
    CountedString text;
    CountedVector<std::int64_t> numbers;
    CountedVector<CountedString> texts;
    std::vector<bool> bits;
    std::map<std::string, CountedVector<int>> table;
    std::set<int> set;
    std::optional<CountedString> maybe;
    std::variant<int, std::string> either;
    std::tuple<int, std::pair<char, std::string>> tuple;
    std::unique_ptr<Leaf> owned;
    std::shared_ptr<Leaf> shared;
    std::shared_ptr<Leaf> shared_again;
    std::shared_ptr<Note> note;
    std::shared_ptr<Shape> shape;

    template <class Archive>
    void serialize(Archive& archive) {
        archive(flag, flags, number, colour, text, numbers, texts, bits, table, set, maybe, either, tuple);
        archive(owned, shared, shared_again, note, shape);
    }
};

[[nodiscard]] inline Rich rich_value() {
    Rich rich{.flag = true,
              .flags = {true, false, true},
              .number = 0.5,
              .colour = Colour::green,
              .text = "text",
              .numbers = {1, -2, 3},
              .texts = {"a", "", "ccc"},
              .bits = {true, false},
              .table = {{"one", {1}}, {"none", {}}},
              .set = {4, 5},
              .maybe = "perhaps",
              .either = std::string("or"),
              .tuple = {6, {'x', "y"}},
              .owned = std::make_unique<Leaf>(Leaf{7}),
              .shared = std::make_shared<Leaf>(Leaf{8}),
              .shared_again = {},
              .note = std::make_shared<Note>(Note{"note"}),
              .shape = {}};
    rich.shared_again = rich.shared;
    auto square = std::make_shared<Square>();
    square->id = 9;
    square->side = 3;
    rich.shape = square;
    return rich;
}

/// The bytes that a program stored whose T was an Other, in which T has the same name.
template <class T, class Other>
[[nodiscard]] std::string bytes_as(const Other& other) {
    std::string bytes = typed::mark_bytes_of<T>();
    typed::OutputArchive archive(bytes);
    archive(other);
    return bytes;
}

/// The message of a call that refuses a value, or nothing if it does not throw.
template <class Call>
[[nodiscard]] std::string refusal_of(Call call) {
    try {
        call();
    } catch (const Error& error) {
        BOOST_TEST(error.code() == ErrorCode::wrong_kind);
        return error.what();
    }
    return "";
}

[[nodiscard]] inline bool contains(const std::string& text, std::string_view part) {
    return text.find(part) != std::string::npos;
}

}  // namespace dummycache::test
