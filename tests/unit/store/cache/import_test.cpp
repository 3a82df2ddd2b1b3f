// SPDX-License-Identifier: MIT
// A cache in a file after the machine was started again: simulated by another boot id in the file.
#include <boost/test/unit_test.hpp>

#include <fcntl.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "dummycache/clock.hpp"
#include "dummycache/history.hpp"
#include "ipc/segment/identity.hpp"
#include "store/cache/open.hpp"
#include "store/entry/read.hpp"
#include "store/entry/write.hpp"
#include "support/child.hpp"
#include "support/test_cache.hpp"

using namespace dummycache;
using namespace dummycache::test;
using namespace std::chrono_literals;

namespace {

constexpr std::int64_t kSecond = 1'000'000;

/// Gives a file that nobody has open another boot id, and takes `wall_us` off the wall clock of its
/// boot: as if the machine had been off for that long.
void pretend_reboot(const std::string& path, std::int64_t wall_us = 0) {
    std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
    layout::Identity identity{};
    file.read(reinterpret_cast<char*>(&identity), sizeof identity);
    identity.boot_id[0] = static_cast<unsigned char>(identity.boot_id[0] + 1);
    identity.boot_realtime_us -= wall_us;
    identity.identity_hash = ipc::hash_identity(identity);
    file.seekp(0);
    file.write(reinterpret_cast<const char*>(&identity), sizeof identity);
    BOOST_REQUIRE(file.good());
}

/// Replaces a text in the file's bytes; it must be there once.
void damage(const std::string& path, const std::string& text) {
    std::ifstream in(path, std::ios::binary);
    std::string bytes(std::filesystem::file_size(path), '\0');
    in.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    BOOST_REQUIRE(in.good());
    const std::size_t at = bytes.find(text);
    BOOST_REQUIRE(at != std::string::npos && bytes.find(text, at + 1) == std::string::npos);
    std::fstream out(path, std::ios::in | std::ios::out | std::ios::binary);
    out.seekp(static_cast<std::streamoff>(at));
    out.put(static_cast<char>(text[0] + 1));
    BOOST_REQUIRE(out.good());
}

struct FileOfAnotherBoot {
    std::string path =
        std::filesystem::temp_directory_path() / ("dummycache-import-" + std::to_string(::getpid()));

    FileOfAnotherBoot() { remove(); }
    ~FileOfAnotherBoot() { remove(); }
    void remove() const {
        for (const char* suffix : {"", ".dummycache-import", ".dummycache-lock", ".dummycache-tmp"}) {
            std::filesystem::remove(path + suffix);
        }
    }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(store_import, FileOfAnotherBoot)

BOOST_AUTO_TEST_CASE(writers_survive_a_reboot_and_times_are_not_known) {
    Options options;
    options.client_name = "before";
    Cache::open(path, options).set("old", "v");
    pretend_reboot(path);
    options.client_name = "after";
    Cache cache = Cache::open(path, options);
    cache.set("new", "v");
    const History history(cache);
    const auto written = [&](const char* key) {
        const auto entry = cache.peek(key);
        return history.written(key, entry->id, entry->writer);
    };
    BOOST_REQUIRE((written("old").by && written("new").by));
    BOOST_TEST(written("old").by->name == "before");
    BOOST_TEST(!written("old").ago.has_value());
    BOOST_TEST(written("new").by->name == "after");
    BOOST_TEST(written("new").ago.has_value());
}

BOOST_AUTO_TEST_CASE(entries_survive_a_reboot_with_their_codecs) {
    const std::string large(200'000, 'L');
    {
        Cache cache = Cache::open(path);
        cache.set("small", "value", {}, Codec::text);
        cache.set("large", large);
        cache.set(std::string(40'000, 'k'), "long key");
        cache.incr("count", 7);
        cache.set("gone", "x");
        cache.erase("gone");
    }
    pretend_reboot(path);
    Cache cache = Cache::attach(path);
    BOOST_TEST((cache.get("small") == "value"));
    BOOST_TEST((cache.get_entry("small")->codec == Codec::text));
    BOOST_TEST((cache.get("large") == large));
    BOOST_TEST((cache.get(std::string(40'000, 'k')) == "long key"));
    BOOST_TEST(cache.incr("count") == 8);
    BOOST_TEST(!cache.get("gone"));
    BOOST_TEST(cache.check().empty());
    BOOST_TEST(!std::filesystem::exists(path + ".dummycache-import"));
}

BOOST_AUTO_TEST_CASE(capacity_and_what_happens_when_full_stay_as_they_were) {
    Options options;
    options.capacity = 8 << 20;
    options.when_full = WhenFull::refuse;
    { Cache::open(path, options); }
    pretend_reboot(path);
    const Info info = Cache::open(path).info();
    BOOST_TEST(info.capacity_bytes == options.capacity);
    BOOST_TEST((info.when_full == WhenFull::refuse));
}

BOOST_AUTO_TEST_CASE(an_entry_that_was_written_back_in_part_is_dropped) {
    {
        Cache cache = Cache::open(path);
        cache.set("a", "the value of a, which is torn");
        cache.set("b", "the value of b, which is whole");
        cache.set("c", std::string(100'000, 'c') + "torn in its pages");
    }
    pretend_reboot(path);
    damage(path, "the value of a");
    damage(path, "torn in its pages");
    Cache cache = Cache::open(path);
    BOOST_TEST(!cache.get("a"));
    BOOST_TEST((cache.get("b") == "the value of b, which is whole"));
    BOOST_TEST(!cache.get("c"));
}

BOOST_AUTO_TEST_CASE(time_goes_on_while_the_machine_is_off) {
    {
        Cache cache = Cache::open(path);
        cache.set("short", "x", 50s);
        cache.set("long", "x", 1h);
    }
    pretend_reboot(path, 100 * kSecond);
    Cache cache = Cache::open(path);
    BOOST_TEST(!cache.get("short"));
    BOOST_TEST((*cache.ttl("long") <= 1h - 100s));
    BOOST_TEST((*cache.ttl("long") > 1h - 200s));
}

BOOST_AUTO_TEST_CASE(a_clock_that_was_moved_goes_on_from_there) {
    std::chrono::microseconds before{};
    {
        Clock clock(Cache::open(path));
        clock.advance(1000h);
        before = clock.now();
    }
    pretend_reboot(path, 100 * kSecond);
    const Clock clock(Cache::open(path));
    BOOST_TEST(!clock.frozen());
    BOOST_TEST((clock.now() >= before + 100s));
    BOOST_TEST((clock.now() < before + 200s));
}

BOOST_AUTO_TEST_CASE(a_frozen_clock_stays_frozen) {
    std::chrono::microseconds before{};
    {
        const auto attachment = store::open_cache(path, {});
        ipc::CacheClock(attachment->memory.superblock->clock).freeze();
        store::write(*attachment, {"set", "a", "x", 50s, Codec::bytes, store::Condition::always, 0, {}});
        before = *store::ttl(*attachment, "a");
    }
    pretend_reboot(path, 100 * kSecond);
    const auto attachment = store::open_cache(path, {});
    BOOST_TEST(ipc::CacheClock(attachment->memory.superblock->clock).frozen());
    BOOST_TEST((*store::ttl(*attachment, "a") == before));
}

BOOST_AUTO_TEST_CASE(processes_that_open_at_once_import_once_and_share) {
    {
        Cache cache = Cache::open(path);
        for (int i = 0; i < 20'000; ++i) cache.set("key " + std::to_string(i), "value");
    }
    pretend_reboot(path);
    const int failed = run_processes(4, [&](int) {
        Options patient;
        patient.lock_timeout = 30s;
        Cache cache = Cache::open(path, patient);
        require(cache.get("key 19999") == "value", "an entry is missing");
        cache.incr("opened");
    });
    BOOST_TEST(failed == 0);
    BOOST_TEST(Cache::open(path).incr("opened", 0) == 4);
}

BOOST_AUTO_TEST_CASE(an_import_that_was_killed_is_done_again) {
    {
        Cache cache = Cache::open(path);
        cache.set("a", "1");
    }
    pretend_reboot(path);
    std::ofstream(path + ".dummycache-import") << "half of an import, by a process that died";
    BOOST_CHECK_THROW(Cache::open(path), Error);  // not ours by its bytes: it is not removed
    std::filesystem::remove(path + ".dummycache-import");
    {
        Cache half = Cache::open(path + ".dummycache-import");
        half.set("a", "stale");
    }
    BOOST_TEST((Cache::open(path).get("a") == "1"));
}

BOOST_AUTO_TEST_SUITE_END()
