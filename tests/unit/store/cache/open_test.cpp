// SPDX-License-Identifier: MIT
// Options, names and listing.
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <fstream>

#include "support/child.hpp"
#include "support/mounts.hpp"
#include "support/test_cache.hpp"

using namespace dummycache;
using namespace dummycache::test;
namespace data = boost::unit_test::data;

BOOST_AUTO_TEST_SUITE(store_open)

BOOST_DATA_TEST_CASE(options_out_of_range_are_refused, data::make(kAllKinds), kind) {
    const TestName name(kind);
    const auto refuses = [&](const Options& options) {
        return throws(ErrorCode::invalid_argument, [&] {
            if (kind == Kind::private_memory) {
                Cache::make_private(options);
            } else {
                Cache::open(name.text(), options);
            }
        });
    };
    BOOST_TEST(refuses(options_of(kMiB - 1)));
    BOOST_TEST(refuses(options_of(0)));
    BOOST_TEST(refuses(options_of((std::uint64_t{512} << 30) + 1)));
    Options options = options_of(kMiB);
    for (const unsigned mode : {0U, 0400U, 0200U, 0700U, 0666U | 01000U, 0060U}) {
        options.mode = mode;
        BOOST_TEST(refuses(options));
    }
    options = options_of(kMiB);
    options.lock_timeout = std::chrono::milliseconds(-1);
    BOOST_TEST(refuses(options));
    options = options_of(kMiB);
    options.when_full = static_cast<WhenFull>(7);
    BOOST_TEST(refuses(options));
    options = options_of(kMiB);
    options.when_different = static_cast<WhenDifferent>(7);
    BOOST_TEST(refuses(options));
    options = options_of(kMiB);
    options.when_removed = static_cast<WhenRemoved>(7);
    BOOST_TEST(refuses(options));
}

BOOST_AUTO_TEST_CASE(names_out_of_range_are_refused) {
    for (const std::string& name : {std::string(), std::string("a/b"), std::string("a\nb"),
                                    std::string(201, 'n'), std::string("a\0b", 3)}) {
        BOOST_TEST(throws(ErrorCode::invalid_argument, [&] { Cache::open(name, options_of(kMiB)); }));
        BOOST_TEST(throws(ErrorCode::invalid_argument, [&] { Cache::attach(name); }));
        BOOST_TEST(throws(ErrorCode::invalid_argument, [&] { Cache::remove(name); }));
    }
}

BOOST_DATA_TEST_CASE(attach_needs_a_cache_and_create_none, data::make(kNamedKinds), kind) {
    const TestName name(kind);
    BOOST_TEST(throws(ErrorCode::not_found, [&] { Cache::attach(name.text()); }));
    BOOST_TEST(!Cache::remove(name.text()));
    BOOST_TEST(Cache::create(name.text(), options_of(kMiB)).has_value());
    BOOST_TEST(!Cache::create(name.text(), options_of(kMiB)).has_value());
    Cache::attach(name.text()).set("a", "1");
    BOOST_TEST((Cache::open(name.text()).get("a") == "1"));
    BOOST_TEST(Cache::remove(name.text()));
    BOOST_TEST(throws(ErrorCode::not_found, [&] { Cache::attach(name.text()); }));
}

BOOST_AUTO_TEST_CASE(a_missing_folder_is_named_in_the_error) {
    BOOST_TEST(throws(ErrorCode::not_found,
                      [] { Cache::open("/tmp/dummycache-no-such-folder/cache", options_of(kMiB)); }));
}

BOOST_DATA_TEST_CASE(what_the_creator_decided_holds_for_all, data::make(kNamedKinds), kind) {
    TestCache cache(kind, options_of(2 * kMiB, WhenFull::refuse));
    const Info info = Cache::open(cache.name(), options_of(64 * kMiB, WhenFull::evict)).info();
    BOOST_TEST(info.capacity_bytes == 2 * kMiB);
    BOOST_TEST((info.when_full == WhenFull::refuse));
}

BOOST_DATA_TEST_CASE(an_open_that_wants_the_cache_as_it_says_refuses_another, data::make(kNamedKinds), kind) {
    Options made = options_of(2 * kMiB);
    made.mode = 0640;
    TestCache cache(kind, made);
    BOOST_TEST(cache->capacity() == 2 * kMiB);
    Options wanted = made;
    wanted.when_different = WhenDifferent::refuse;
    BOOST_TEST(Cache::open(cache.name(), wanted).capacity() == 2 * kMiB);
    BOOST_TEST(Cache::attach(cache.name(), wanted).capacity() == 2 * kMiB);
    const auto refused = [&](auto change) {
        Options other = wanted;
        change(other);
        std::string message;
        for (const auto open : {&Cache::open, &Cache::attach}) {
            try {
                open(cache.name(), other);
                return std::string("not refused");
            } catch (const Error& error) {
                if (error.code() != ErrorCode::different) return std::string(error.what());
                message = error.what();
            }
        }
        return message.substr(message.find("with"));
    };
    const std::string advice = "; open it as it is, or remove it first";
    BOOST_TEST(refused([](Options& o) { o.capacity = 64 * kMiB; }) ==
               "with a capacity of 2 MiB, not 64 MiB" + advice);
    BOOST_TEST(refused([](Options& o) { o.capacity = 2 * kMiB + 1; }) ==
               "with a capacity of 2 MiB, not 2097153 bytes" + advice);
    BOOST_TEST(refused([](Options& o) { o.mode = 0600; }) == "with mode 0640, not 0600" + advice);
    BOOST_TEST(refused([](Options& o) {
                   o.when_full = WhenFull::refuse;
                   o.capacity = 3 * kMiB;
               }) == "with a capacity of 2 MiB, not 3 MiB, and when_full evict, not refuse" + advice);
    BOOST_TEST(cache->info().processes.size() == 1U);
}

BOOST_AUTO_TEST_CASE(the_mode_is_that_of_the_options) {
    for (const Kind kind : kNamedKinds) {
        Options options = options_of(kMiB);
        options.mode = 0660;
        TestCache cache(kind, options);
        BOOST_TEST(cache->info().mode == 0660U);
        const auto permissions = std::filesystem::status(cache->info().path).permissions();
        BOOST_TEST(static_cast<unsigned>(permissions) == 0660U);
    }
}

BOOST_AUTO_TEST_CASE(a_file_that_is_no_cache_is_left_alone) {
    const TestName name(Kind::file);
    std::ofstream(name.text()) << "something else";
    BOOST_TEST(throws(ErrorCode::not_a_cache, [&] { Cache::open(name.text(), options_of(kMiB)); }));
    BOOST_TEST(throws(ErrorCode::not_a_cache, [&] { Cache::attach(name.text()); }));
    BOOST_TEST(throws(ErrorCode::not_a_cache, [&] { Cache::remove(name.text()); }));
    std::string text;
    std::getline(std::ifstream(name.text()), text);
    BOOST_TEST(text == "something else");
}

BOOST_AUTO_TEST_CASE(a_directory_and_a_link_are_told_apart_from_damage) {
    const TestName name(Kind::file);
    const auto check = [&] {
        BOOST_TEST(throws(ErrorCode::not_a_file, [&] { Cache::open(name.text(), options_of(kMiB)); }));
        BOOST_TEST(throws(ErrorCode::not_a_file, [&] { Cache::attach(name.text()); }));
        BOOST_TEST(throws(ErrorCode::not_a_file, [&] { Cache::create(name.text(), options_of(kMiB)); }));
        BOOST_TEST(throws(ErrorCode::not_a_file, [&] { Cache::remove(name.text()); }));
        std::filesystem::remove(name.text());
    };
    std::filesystem::create_directory(name.text());
    check();
    std::filesystem::create_symlink("/etc/passwd", name.text());
    check();
    for (const char* folder : {".", "..", "~", "./"})
        BOOST_TEST(throws(ErrorCode::invalid_argument, [&] { Cache::open(folder, options_of(kMiB)); }));
}

BOOST_AUTO_TEST_CASE(an_empty_file_is_a_place_for_a_cache) {
    const TestName name(Kind::file);
    std::ofstream(name.text()).flush();
    BOOST_TEST(throws(ErrorCode::not_found, [&] { Cache::attach(name.text()); }));
    BOOST_TEST(!Cache::remove(name.text()));
    auto cache = Cache::open(name.text(), options_of(kMiB));
    cache.set("k", "v");
    BOOST_TEST((Cache::attach(name.text()).get("k") == "v"));
}

BOOST_AUTO_TEST_CASE(without_memory_for_a_file_the_advice_is_about_its_disk) {
    const std::filesystem::path folder =
        std::filesystem::temp_directory_path() / ("dummycache-disk-" + std::to_string(::getpid()));
    std::filesystem::create_directory(folder);
    Child child([&] {
        if (!mount_on(folder.string(), "tmpfs", "size=3m")) return kCannotMount;
        auto cache = Cache::create((folder / "cache").string(), options_of(64 * kMiB, WhenFull::refuse));
        try {
            for (int i = 0; i < 100; ++i) cache->set("k" + std::to_string(i), std::string(100'000, 'v'));
        } catch (const Error& error) {
            const std::string why = error.what();
            require(error.code() == ErrorCode::full, why);
            require(why.find("the disk of its file") != std::string::npos, why);
            return 0;
        }
        return 1;
    });
    check_mounted_child(child);
    std::filesystem::remove(folder);
}

BOOST_AUTO_TEST_CASE(list_shows_the_caches_in_shared_memory) {
    TestCache cache(Kind::shared, options_of(3 * kMiB));
    const auto listed = Cache::list();
    const auto found = std::find_if(listed.begin(), listed.end(),
                                    [&](const auto& each) { return each.name == cache.name(); });
    BOOST_REQUIRE(found != listed.end());
    BOOST_TEST(found->capacity_bytes == 3 * kMiB);
    BOOST_TEST(found->path == cache->info().path);
    BOOST_TEST(found->problem == "");
    BOOST_TEST(std::is_sorted(listed.begin(), listed.end(),
                              [](const auto& a, const auto& b) { return a.name < b.name; }));
}

BOOST_AUTO_TEST_CASE(list_says_what_is_wrong_with_a_damaged_cache) {
    const TestName name(Kind::shared);
    const std::string path = Cache::create(name.text(), options_of(kMiB)).value().info().path;
    std::filesystem::resize_file(path, 100);
    bool found = false;
    for (const ListedCache& listed : Cache::list())
        found = found || (listed.name == name.text() && !listed.problem.empty());
    BOOST_TEST(found);
    std::filesystem::remove(path);
}

BOOST_DATA_TEST_CASE(a_cache_of_any_capacity_works,
                     data::make(kAllKinds) * data::make({1, 7, 16, 100, 600, 70'000}), kind, mebibytes) {
    TestCache cache(kind, options_of(static_cast<std::uint64_t>(mebibytes) * kMiB));
    for (int i = 0; i < 300; ++i) BOOST_REQUIRE(cache->set("key" + std::to_string(i), std::to_string(i)));
    for (int i = 0; i < 300; ++i) BOOST_REQUIRE((cache->get("key" + std::to_string(i)) == std::to_string(i)));
    BOOST_TEST(cache->stats().committed_bytes <= cache->stats().capacity_bytes);
}

BOOST_AUTO_TEST_SUITE_END()
