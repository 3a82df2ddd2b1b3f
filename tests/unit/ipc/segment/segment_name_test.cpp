// SPDX-License-Identifier: MIT
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <fstream>

#include "tests/unit/ipc/fixtures.hpp"

using namespace dummycache;
using namespace dummycache::test;
using ipc::Fault;
using ipc::Kind;
using ipc::parse_name;

BOOST_AUTO_TEST_SUITE(ipc_segment_name)

BOOST_AUTO_TEST_CASE(a_word_is_the_name_of_shared_memory_that_carries_the_uid) {
    const ipc::SegmentName name = parse_name("orders.v2 \xc3\xa4");
    BOOST_TEST((name.kind == Kind::shared));
    BOOST_TEST(name.text == "orders.v2 \xc3\xa4");
    BOOST_TEST(name.path == "/dev/shm/dummycache." + std::to_string(::geteuid()) + ".orders.v2 \xc3\xa4");
}

BOOST_AUTO_TEST_CASE(a_path_is_a_file_and_becomes_absolute) {
    BOOST_TEST((parse_name("/tmp/a.cache").kind == Kind::file));
    BOOST_TEST(parse_name("/tmp/a.cache").path == "/tmp/a.cache");
    const std::string here = std::filesystem::current_path().string();
    BOOST_TEST(parse_name("./a.cache").path == here + "/./a.cache");
    BOOST_TEST(parse_name("../a.cache").path == here + "/../a.cache");
    BOOST_TEST(parse_name("./a.cache").text == "./a.cache");
}

BOOST_AUTO_TEST_CASE(bad_names_are_refused_with_what_is_wrong) {
    const std::string too_long(201, 'n');
    for (const std::string& bad :
         {std::string(), std::string("a/b"), std::string("a\nb"), std::string("a\0b", 3),
          std::string("tab\t"), std::string("/tmp/"), std::string("/"), std::string("./."),
          std::string("/tmp/.."), std::string("."), std::string(".."), std::string("~"), std::string("~/x"),
          too_long, "/tmp/" + too_long, "/" + std::string(5000, 'x')}) {
        BOOST_TEST_CONTEXT(bad) {
            BOOST_TEST(fault_of([&] { static_cast<void>(parse_name(bad)); }) == number(Fault::invalid_name));
            const std::string message = message_of([&] { static_cast<void>(parse_name(bad)); });
            BOOST_TEST(message.find('\n') == std::string::npos);
            BOOST_TEST(message.find("choose another") != std::string::npos);
        }
    }
    BOOST_TEST(fault_of([&] { static_cast<void>(parse_name(std::string(200, 'n'))); }) == -1);
}

BOOST_AUTO_TEST_CASE(the_list_holds_this_users_segments_and_nothing_else) {
    const TestSegment one(Kind::shared);
    const TestSegment two(Kind::shared);
    const TestSegment elsewhere(Kind::file);
    const std::vector<std::string> names = ipc::Segment::list();
    BOOST_TEST(std::is_sorted(names.begin(), names.end()));
    BOOST_TEST(std::count(names.begin(), names.end(), one->name().text) == 1);
    BOOST_TEST(std::count(names.begin(), names.end(), two->name().text) == 1);
    for (const std::string& name : names) BOOST_TEST(name.find("tmp.") != 0U);
    ipc::Segment::remove(one->name(), kLockTimeoutMs);
    const std::vector<std::string> later = ipc::Segment::list();
    BOOST_TEST(std::count(later.begin(), later.end(), one->name().text) == 0);
}

BOOST_AUTO_TEST_CASE(the_list_holds_damaged_segments_too) {
    const TestName name(Kind::shared);
    std::ofstream(name.get().path) << "noise";
    const std::vector<std::string> names = ipc::Segment::list();
    BOOST_TEST(std::count(names.begin(), names.end(), name.get().text) == 1);
}

BOOST_AUTO_TEST_CASE(a_number_and_a_colon_name_the_cache_of_that_user) {
    const std::uint32_t stranger = ::geteuid() + 77;
    const std::string text = std::to_string(stranger) + ":orders.v2";
    const ipc::SegmentName name = parse_name(text);
    BOOST_TEST((name.kind == Kind::shared && name.other_user == stranger));
    BOOST_TEST(name.text == text);
    BOOST_TEST(name.path == "/dev/shm/dummycache." + std::to_string(stranger) + ".orders.v2");
    BOOST_TEST(parse_name("00" + text).text == text);
    const ipc::SegmentName own = parse_name(std::to_string(::geteuid()) + ":orders");
    BOOST_TEST(!own.other_user.has_value());
    BOOST_TEST(own.text == "orders");
    BOOST_TEST(own.path == parse_name("orders").path);
    for (const char* plain : {"a1:x", "1", ":x", "1.5:x"})
        BOOST_TEST(!parse_name(plain).other_user.has_value());
    for (const char* bad : {"1:", "1:2:x", "4294967296:x", "99999999999999999999:x"}) {
        BOOST_TEST_CONTEXT(bad) {
            BOOST_TEST(fault_of([&] { static_cast<void>(parse_name(bad)); }) == number(Fault::invalid_name));
        }
    }
}

BOOST_AUTO_TEST_CASE(others_are_found_by_what_their_names_say) {
    const std::string family = "ipc-test-others-" + std::to_string(::getpid());
    const std::string before = "/dev/shm/" + family + ".";
    const std::string own = before + std::to_string(::geteuid()) + ".a";
    const std::string paths[] = {own,
                                 before + "70001.b",
                                 before + "70002.a",
                                 before + "70001.a",
                                 before + "x.a",
                                 before + "070001.c",
                                 before + "70001.",
                                 before + "70001.2:c"};
    for (const std::string& path : paths) std::ofstream(path) << "x";
    std::string found;
    for (const auto& other : ipc::others_names(family)) found += std::to_string(other.uid) + other.name + ' ';
    BOOST_TEST(found == "70001a 70002a 70001b ");
    for (const std::string& path : paths) ::unlink(path.c_str());
}

BOOST_AUTO_TEST_CASE(a_family_holds_the_names_behind_its_prefix_only) {
    const std::string uid = std::to_string(::geteuid());
    BOOST_TEST(ipc::shared_path("family", "x") == "/dev/shm/family." + uid + ".x");
    const std::string family = "ipc-test-family-" + std::to_string(::getpid());
    const std::string paths[] = {ipc::shared_path(family, "b"), ipc::shared_path(family, "a"),
                                 ipc::shared_path(family, ""), ipc::shared_path(family, "with\nnewline"),
                                 ipc::shared_path(family + "-other", "c")};
    for (const std::string& path : paths) std::ofstream(path) << "x";
    BOOST_TEST((ipc::shared_names(family) == std::vector<std::string>{"a", "b"}));
    for (const std::string& path : paths) ::unlink(path.c_str());
    BOOST_TEST(ipc::shared_names(family).empty());
}

BOOST_AUTO_TEST_SUITE_END()
