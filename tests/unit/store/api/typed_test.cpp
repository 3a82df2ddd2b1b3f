// SPDX-License-Identifier: MIT
// Typed values: what comes back, and what is refused.
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <cereal/archives/portable_binary.hpp>
#include <map>
#include <sstream>

#include "dummycache/typed.hpp"
#include "support/test_cache.hpp"
#include "unit/store/api/typed_values.hpp"

CEREAL_REGISTER_TYPE(dummycache::test::Square);

namespace {

using namespace dummycache;
using namespace dummycache::test;
using namespace std::chrono_literals;
namespace data = boost::unit_test::data;

struct Empty {};

/// Has no constructor without an argument.
struct Made {
    static constexpr std::uint32_t dummycache_version = 5;
    explicit Made(int given) : number(given) {}
    int number;

    template <class Archive>
    void serialize(Archive& archive) {
        archive(number);
    }
    template <class Archive>
    static void load_and_construct(Archive& archive, cereal::construct<Made>& construct) {
        int number = 0;
        archive(number);
        construct(number);
    }
};

struct Versioned {
    static constexpr std::uint32_t dummycache_version = 2;
    int number = 0;

    template <class Archive>
    void serialize(Archive& archive) {
        archive(number);
    }
};

/// Of somebody else: it cannot be given a member.
struct Foreign {
    int number = 0;

    template <class Archive>
    void serialize(Archive& archive) {
        archive(number);
    }
};

/// Reads its older forms itself, by a version of cereal's.
struct Migrated {
    int number = 0;
    std::uint32_t read_version = 0;

    template <class Archive>
    void serialize(Archive& archive, const std::uint32_t version) {
        archive(number);
        read_version = version;
    }
};

}  // namespace

template <>
inline constexpr std::uint32_t dummycache::typed_version<Foreign> = 3;

CEREAL_CLASS_VERSION(Migrated, 3);

BOOST_AUTO_TEST_SUITE(store_typed)

BOOST_DATA_TEST_CASE(typed_values_come_back_as_their_type, data::make(kAllKinds), kind) {
    TestCache cache(kind);
    const std::map<std::string, std::vector<int>> table{{"a", {1, 2}}, {"b", {}}};
    cache->put("table", table);
    cache->put("text", std::string("x"));
    BOOST_TEST((cache->fetch<std::map<std::string, std::vector<int>>>("table") == table));
    BOOST_TEST((cache->fetch<std::string>("text") == "x"));
    BOOST_TEST(cache->get_entry("text")->codec == Codec::cereal);
    BOOST_TEST(!cache->fetch<int>("absent"));
    BOOST_TEST(!cache->put("text", std::string("y"), 0s));
    BOOST_TEST(!cache->fetch<std::string>("text"));
}

BOOST_DATA_TEST_CASE(a_typed_value_of_another_type_is_an_error, data::make(kAllKinds), kind) {
    TestCache cache(kind);
    cache->put("number", 5);
    cache->set("plain", "5");
    const std::string bytes = *cache->get("number");
    cache->set("cut", bytes.substr(0, bytes.size() - 1), {}, Codec::cereal);
    cache->set("empty", "", {}, Codec::cereal);
    BOOST_TEST(
        throws(ErrorCode::wrong_kind, [&] { static_cast<void>(cache->fetch<std::string>("number")); }));
    BOOST_TEST(throws(ErrorCode::wrong_kind, [&] { static_cast<void>(cache->fetch<int>("plain")); }));
    BOOST_TEST(throws(ErrorCode::wrong_kind, [&] { static_cast<void>(cache->fetch<int>("cut")); }));
    BOOST_TEST(throws(ErrorCode::wrong_kind, [&] { static_cast<void>(cache->fetch<int>("empty")); }));
    BOOST_TEST((cache->fetch<int>("number") == 5));
}

BOOST_DATA_TEST_CASE(put_and_fetch_are_functions_as_well, data::make(kAllKinds), kind) {
    TestCache cache(kind);
    BOOST_TEST(put(*cache, "number", 5, 1min));
    BOOST_TEST((cache->fetch<int>("number") == 5));
    BOOST_TEST((fetch<int>(*cache, "number") == 5));
    BOOST_TEST((*cache->ttl("number") <= 1min));
    BOOST_TEST(!fetch<int>(*cache, "absent"));
}

BOOST_AUTO_TEST_CASE(a_value_with_something_of_everything_comes_back) {
    Cache cache = Cache::make_private();
    cache.put("rich", rich_value());
    const Rich rich = cache.fetch<Rich>("rich").value();
    BOOST_TEST(rich.flag);
    BOOST_TEST((rich.flags == std::array{true, false, true}));
    BOOST_TEST((rich.colour == Colour::green && rich.number == 0.5 && rich.text == "text"));
    BOOST_TEST((rich.numbers == CountedVector<std::int64_t>{1, -2, 3}));
    BOOST_TEST((rich.texts == CountedVector<CountedString>{"a", "", "ccc"}));
    BOOST_TEST((rich.bits == std::vector<bool>{true, false}));
    BOOST_TEST((rich.table == rich_value().table && rich.set == rich_value().set));
    BOOST_TEST(
        (rich.maybe == "perhaps" && rich.either == rich_value().either && rich.tuple == rich_value().tuple));
    BOOST_TEST((*rich.owned == Leaf{7} && *rich.shared == Leaf{8}));
    BOOST_TEST((rich.shared == rich.shared_again && rich.note->text == "note"));
    BOOST_TEST((rich.shape->area() == 9 && rich.shape->id == 9));
}

BOOST_AUTO_TEST_CASE(the_bytes_are_those_of_cereals_portable_binary_archive) {
    std::ostringstream stream;
    cereal::PortableBinaryOutputArchive archive(stream);
    archive(rich_value());
    BOOST_TEST((bytes_as<Rich>(rich_value()) == typed::mark_bytes_of<Rich>() + stream.str()));
}

BOOST_AUTO_TEST_CASE(a_string_literal_is_a_string) {
    Cache cache = Cache::make_private();
    cache.put("member", "literal");
    put(cache, "function", "literal");
    BOOST_TEST(cache.fetch<std::string>("member").value() == "literal");
    BOOST_TEST(fetch<std::string>(cache, "function").value() == "literal");
}

BOOST_AUTO_TEST_CASE(elements_without_bytes_come_back) {
    Cache cache = Cache::make_private();
    cache.put("many", std::vector<Empty>(100'000));
    BOOST_TEST(cache.fetch<std::vector<Empty>>("many").value().size() == 100'000U);
}

BOOST_AUTO_TEST_CASE(a_version_of_cereals_reaches_the_type) {
    Cache cache = Cache::make_private();
    cache.put("k", std::vector<Migrated>(2, Migrated{7}));
    const auto values = cache.fetch<std::vector<Migrated>>("k").value();
    BOOST_TEST((values.at(1).number == 7 && values.at(1).read_version == 3));
    std::string bytes = cache.get("k").value();
    bytes[typed::kMarkBytes + 1 + 8] = 2;  // behind the length
    cache.set("k", bytes, {}, Codec::cereal);
    BOOST_TEST(cache.fetch<std::vector<Migrated>>("k").value().at(0).read_version == 2U);
}

BOOST_AUTO_TEST_CASE(a_version_stands_once_in_front_of_its_type) {
    Cache cache = Cache::make_private();
    cache.put("one", Versioned{7});
    BOOST_TEST(cache.fetch<Versioned>("one").value().number == 7);
    BOOST_TEST(cache.get("one")->size() == 8U + 1 + 8 + 4);
    cache.put("many", std::vector<Versioned>(10, Versioned{8}));
    BOOST_TEST(cache.fetch<std::vector<Versioned>>("many").value().at(9).number == 8);
    BOOST_TEST(cache.get("many")->size() == 8U + 1 + 8 + 8 + 10 * 4);
    cache.put("made",
              std::vector<std::shared_ptr<Made>>{std::make_shared<Made>(9), std::make_shared<Made>(10)});
    BOOST_TEST(cache.fetch<std::vector<std::shared_ptr<Made>>>("made").value().at(1)->number == 10);
    cache.put("foreign", Foreign{11});
    BOOST_TEST(cache.fetch<Foreign>("foreign").value().number == 11);
}

BOOST_AUTO_TEST_CASE(a_message_names_a_type_as_the_program_does_and_shows_the_key) {
    Cache cache = Cache::make_private();
    const std::string key = "k\xe2\x80\xae\n";
    cache.put(key, Versioned{7});
    std::string older = cache.get(key).value();
    older[9 + 4] = 1;
    cache.set(key, older, {}, Codec::cereal);
    const std::string why = refusal_of([&] { static_cast<void>(cache.fetch<Versioned>(key)); });
    BOOST_TEST_INFO(why);
    BOOST_TEST(contains(why, "Versioned,"));
    BOOST_TEST(!contains(why, typeid(Versioned).name()));
    BOOST_TEST(contains(why, "'k\\u202e\\n'"));
}

BOOST_AUTO_TEST_CASE(a_value_of_another_version_is_refused_with_both_versions) {
    Cache cache = Cache::make_private();
    for (const std::size_t before : {std::size_t{9}, std::size_t{9 + 8}}) {  // what stands before the record
        if (before == 9)
            cache.put("k", Versioned{7});
        else
            cache.put("k", std::vector<Versioned>(2));
        const auto fetch = [&] {
            if (before == 9)
                static_cast<void>(cache.fetch<Versioned>("k"));
            else
                static_cast<void>(cache.fetch<std::vector<Versioned>>("k"));
        };
        const std::string bytes = cache.get("k").value();
        std::string older = bytes;
        older[before + 4] = 1;
        cache.set("k", older, {}, Codec::cereal);
        BOOST_TEST(contains(refusal_of(fetch), "version 1"));
        BOOST_TEST(contains(refusal_of(fetch), "version 2"));
        BOOST_TEST(contains(refusal_of(fetch), "'k'"));
        cache.set("k", bytes.substr(0, before) + bytes.substr(before + 8), {}, Codec::cereal);
        BOOST_TEST(contains(refusal_of(fetch), "no version"));
        BOOST_TEST(contains(refusal_of(fetch), "version 2"));
    }
    cache.set("k", bytes_as<Leaf>(Versioned{7}), {}, Codec::cereal);  // it had a version, and has none now
    BOOST_TEST(contains(refusal_of([&] { static_cast<void>(cache.fetch<Leaf>("k")); }), "another build"));
}

BOOST_AUTO_TEST_SUITE_END()
