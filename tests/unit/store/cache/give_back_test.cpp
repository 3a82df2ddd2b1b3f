// SPDX-License-Identifier: MIT
// Memory goes back to the system after a clear or a failed load, when the last process has left.
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <fstream>
#include <optional>

#include <sys/stat.h>
#include <unistd.h>

#include "dummycache/clock.hpp"
#include "dummycache/snapshot.hpp"
#include "support/child.hpp"
#include "support/own_shm.hpp"
#include "support/test_cache.hpp"

using namespace dummycache;
using namespace dummycache::test;
using namespace std::chrono_literals;
namespace data = boost::unit_test::data;

namespace {

constexpr std::uint64_t kContent = 20 * kMiB;

std::uint64_t memory_of(const std::string& path) {
    struct stat status {};
    BOOST_REQUIRE(::stat(path.c_str(), &status) == 0);
    return static_cast<std::uint64_t>(status.st_blocks) * 512;
}

void fill(Cache& cache) {
    for (std::uint64_t bytes = 0; bytes < kContent; bytes += 3000)
        cache.set("key" + std::to_string(bytes), std::string(3000, 'v'));
}

/// Writes a fixture of values that do not fit into `bytes`.
void write_fixture(const std::string& path, std::uint64_t bytes) {
    std::ofstream file(path);
    for (std::uint64_t sum = 0; sum < bytes; sum += 10'000)
        file << R"({"key":"k)" << sum << R"(","value":")" << std::string(10'000, 'x') << "\"}\n";
}

}  // namespace

BOOST_AUTO_TEST_SUITE(store_give_back)

BOOST_DATA_TEST_CASE(a_cleared_cache_gives_its_memory_back_when_it_is_left, data::make(kNamedKinds), kind) {
    const TestName name(kind);
    std::optional<Cache> cache = Cache::open(name.text(), options_of(64 * kMiB));
    const std::string path = cache->info().path;
    const std::uint64_t empty = memory_of(path);
    fill(*cache);
    Clock(*cache).freeze();
    const auto frozen = Clock(*cache).now();
    cache->clear();
    BOOST_TEST(memory_of(path) > kContent);
    cache.reset();
    BOOST_TEST(memory_of(path) <= empty + kMiB);
    cache = Cache::open(name.text());
    BOOST_TEST(Clock(*cache).frozen());
    BOOST_TEST((Clock(*cache).now() == frozen));
    BOOST_TEST(cache->stats().entries == 0U);
    BOOST_TEST(problems_of(*cache) == "");
    fill(*cache);
    BOOST_TEST((cache->get("key0") == std::string(3000, 'v')));
    BOOST_TEST(problems_of(*cache) == "");
}

BOOST_DATA_TEST_CASE(what_was_set_after_the_clear_stays, data::make(kNamedKinds), kind) {
    const TestName name(kind);
    std::optional<Cache> cache = Cache::open(name.text(), options_of(64 * kMiB));
    fill(*cache);
    cache->clear();
    cache->set("after", "value");
    cache.reset();
    cache = Cache::open(name.text());
    BOOST_TEST((cache->get("after") == "value"));
    BOOST_TEST(problems_of(*cache) == "");
}

BOOST_AUTO_TEST_CASE(memory_stays_while_another_process_is_attached) {
    const TestName name(Kind::shared);
    std::optional<Cache> cache = Cache::open(name.text(), options_of(64 * kMiB));
    const std::optional<Cache> other = Cache::open(name.text());
    const std::string path = cache->info().path;
    fill(*cache);
    cache->clear();
    cache.reset();
    BOOST_TEST(memory_of(path) > kContent);
    BOOST_TEST(!other->get("key0"));
    BOOST_TEST(problems_of(*other) == "");
}

BOOST_AUTO_TEST_CASE(the_process_that_leaves_last_gives_back_what_another_one_cleared) {
    const TestName name(Kind::shared);
    std::optional<Cache> cache = Cache::open(name.text(), options_of(64 * kMiB));
    std::optional<Cache> last = Cache::open(name.text());
    const std::string path = cache->info().path;
    const std::uint64_t empty = memory_of(path);
    fill(*cache);
    cache->clear();
    cache.reset();
    BOOST_TEST(memory_of(path) > kContent);
    last.reset();
    BOOST_TEST(memory_of(path) <= empty + kMiB);
}

BOOST_AUTO_TEST_CASE(a_cache_whose_keys_were_all_deleted_gives_its_memory_back) {
    const TestName name(Kind::shared);
    std::optional<Cache> cache = Cache::open(name.text(), options_of(64 * kMiB));
    const std::string path = cache->info().path;
    const std::uint64_t empty = memory_of(path);
    fill(*cache);
    cache->erase_if("*");
    cache.reset();
    BOOST_TEST(memory_of(path) <= empty + kMiB);
    BOOST_TEST(problems_of(Cache::open(name.text())) == "");
}

BOOST_AUTO_TEST_CASE(memory_stays_while_a_forked_child_can_read_it) {
    const TestName name(Kind::shared);
    std::optional<Cache> cache = Cache::open(name.text(), options_of(64 * kMiB));
    const std::string path = cache->info().path;
    fill(*cache);
    int gate[2];
    BOOST_REQUIRE(::pipe(gate) == 0);
    Child child([&] {
        ::close(gate[1]);
        char byte = 0;
        require(::read(gate[0], &byte, 1) == 0, "the gate did not open");
        require(!cache->get("key0"), "a cleared entry is there");
        return 0;
    });
    ::close(gate[0]);
    cache->clear();
    cache.reset();
    BOOST_TEST(memory_of(path) > kContent);
    ::close(gate[1]);
    BOOST_TEST(child.wait() == 0);
}

BOOST_AUTO_TEST_CASE(a_held_checkpoint_keeps_what_it_needs) {
    const TestName name(Kind::shared);
    std::optional<Cache> cache = Cache::open(name.text(), options_of(64 * kMiB));
    fill(*cache);
    cache->checkpoint("before");
    cache->clear();
    cache.reset();
    cache = Cache::open(name.text());
    cache->rollback("before");
    BOOST_TEST((cache->get("key0") == std::string(3000, 'v')));
    BOOST_TEST(problems_of(*cache) == "");
}

BOOST_AUTO_TEST_CASE(a_failed_load_leaves_no_memory_taken) {
    with_own_shm(64, [] {
        const std::string fixture = "/dev/shm/../../tmp/give-back-" + std::to_string(::getpid()) + ".jsonl";
        write_fixture(fixture, 77 * kMiB);
        std::optional<Cache> cache = Cache::open("give-back");
        const std::string path = cache->info().path;
        const std::uint64_t empty = memory_of(path);
        const bool full = throws(ErrorCode::full, [&] { load(*cache, fixture); });
        ::unlink(fixture.c_str());
        require(full, "it was loaded");
        cache.reset();
        require(memory_of(path) <= empty + kMiB, "its memory is still taken");
        Cache other = Cache::open("another");
        require(other.set("key", std::string(10 * kMiB, 'x')), "another cache found no memory");
    });
}

BOOST_AUTO_TEST_SUITE_END()
