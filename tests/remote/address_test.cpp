// SPDX-License-Identifier: MIT
// Addresses, and the slots of keys.
#include <boost/test/unit_test.hpp>

#include "support/test_cache.hpp"
#include "tools/remote/address.hpp"
#include "tools/remote/hash_slot.hpp"

using namespace dummycache;
using namespace dummycache::remote;
using dummycache::test::throws;

BOOST_AUTO_TEST_SUITE(address)

BOOST_AUTO_TEST_CASE(hosts_ports_and_databases_are_read) {
    const auto text = [](const char* address) { return parse_address(address).text(); };
    BOOST_TEST(text("redis://localhost") == "redis://localhost:6379");
    BOOST_TEST(text("redis://localhost/") == "redis://localhost:6379");
    BOOST_TEST(text("redis://10.0.0.1:7000/5") == "redis://10.0.0.1:7000/5");
    BOOST_TEST(text("redis://[::1]:7000") == "redis://[::1]:7000");
    BOOST_TEST(text("redis://[::1]/2") == "redis://[::1]:6379/2");
    BOOST_TEST(text("unix:///run/redis.sock") == "unix:///run/redis.sock");
    BOOST_TEST(text("unix:///run/redis.sock?db=2") == "unix:///run/redis.sock?db=2");
}

BOOST_AUTO_TEST_CASE(users_and_passwords_are_read_and_not_shown) {
    const Address address = parse_address("redis://ann:p%40ss:w%2Frd@host:1/2");
    BOOST_TEST(address.login.user == "ann");
    BOOST_TEST(address.login.password == "p@ss:w/rd");
    BOOST_TEST(address.login.database == 2U);
    BOOST_TEST(address.text() == "redis://host:1/2");
    BOOST_TEST(parse_address("redis://:secret@host").login.password == "secret");
    BOOST_TEST(parse_address("unix://:secret@/x@y").login.password == "secret");
    BOOST_TEST(parse_address("unix://:secret@/x@y").endpoint.path == "/x@y");
}

BOOST_AUTO_TEST_CASE(what_is_no_address_is_refused) {
    for (const char* text : {"",
                             "default",
                             "redis://",
                             "redis://:7000",
                             "redis://host:",
                             "redis://host:x",
                             "redis://host:0",
                             "redis://host:70000",
                             "redis://host/x",
                             "redis://host/-1",
                             "redis://[::1",
                             "redis://[::1]x",
                             "redis://user@host",
                             "redis://:%4@host",
                             "redis://:%zz@host",
                             "rediss://host",
                             "unix://",
                             "unix://run/redis.sock",
                             "unix:///run/redis.sock?x=1",
                             "unix:///run/redis.sock?no=1",
                             "unix:///run/redis.sock?db=x"})
        BOOST_TEST(throws(ErrorCode::invalid_argument, [&] { (void)parse_address(text); }), text);
}

BOOST_AUTO_TEST_CASE(addresses_are_told_from_names_of_caches) {
    BOOST_TEST(is_address("redis://x"));
    BOOST_TEST(is_address("unix://x"));
    BOOST_TEST(is_address("rediss://x"));
    for (const char* name : {"default", "redis", "redis:", "./redis://x", "/unix://x"})
        BOOST_TEST(!is_address(name));
}

// The values are those of CLUSTER KEYSLOT.
BOOST_AUTO_TEST_CASE(slots_are_those_of_redis) {
    BOOST_TEST(slot_of("123456789") == 12739);
    BOOST_TEST(slot_of("foo") == 12182);
    BOOST_TEST(slot_of("") == 0);
}

BOOST_AUTO_TEST_CASE(a_tag_stands_for_the_key) {
    BOOST_TEST(slot_of("{user1000}.following") == slot_of("{user1000}.followers"));
    BOOST_TEST(slot_of("{user1000}.following") == slot_of("user1000"));
    BOOST_TEST(slot_of("foo{{bar}}zap") == slot_of("{bar"));
    BOOST_TEST(slot_of("foo{bar}{zap}") == slot_of("bar"));
    BOOST_TEST(slot_of("foo{}{bar}") != slot_of("bar"));
    BOOST_TEST(slot_of("foo{bar") != slot_of("bar"));
}

BOOST_AUTO_TEST_SUITE_END()
