// SPDX-License-Identifier: MIT
// A dump is a moment, and its file is whole.
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <sstream>

#include <sys/stat.h>

#include "store/layout/attachment.hpp"
#include "store/snapshot/sorted_entries.hpp"
#include "support/child.hpp"
#include "support/kill_points.hpp"
#include "support/shared_area.hpp"
#include "tests/unit/store/snapshot/files.hpp"

using namespace dummycache;
using namespace dummycache::test;
namespace data = boost::unit_test::data;

namespace {

constexpr int kWriters = 4;
constexpr int kPairs = 50;

/// Raises two counters of each pair in turn, the first one first: at every moment the first is equal to the
/// second or one ahead.
void count_in_pairs(const TestCache& cache, int writer, const SharedArea<Tally>& tally) {
    Cache own = cache.attach(options_of(0));
    for (std::uint64_t n = 1; !tally->stop; ++n) {
        for (int pair = 0; pair < kPairs; ++pair) {
            const std::string name = std::to_string(writer) + "." + std::to_string(pair);
            own.set("first " + name, std::to_string(n));
            own.set("second " + name, std::to_string(n));
        }
    }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(snapshot_dump)

BOOST_DATA_TEST_CASE(a_dump_among_writers_is_a_state_that_there_was, data::make(kFormats), format) {
    TestCache cache(Kind::shared, options_of(16 * kMiB));
    SharedArea<Tally> tally;
    std::vector<std::unique_ptr<Child>> writers;
    for (int i = 0; i < kWriters; ++i)
        writers.push_back(std::make_unique<Child>([&, i] { count_in_pairs(cache, i, tally); }));
    const SnapshotFolder folder;
    int seen = 0;
    for (int round = 0; round < 40; ++round) {
        dump(*cache, folder.file("f"), as(format));
        TestCache copy(Kind::private_memory, options_of(16 * kMiB));
        load(*copy, folder.file("f"));
        std::uint64_t last_round[kWriters] = {};
        for (int writer = 0; writer < kWriters; ++writer) {
            std::uint64_t least = ~std::uint64_t{0};
            for (int pair = 0; pair < kPairs; ++pair) {
                const std::string name = std::to_string(writer) + "." + std::to_string(pair);
                const auto first = std::stoull(copy->get("first " + name).value_or("0"));
                const auto second = std::stoull(copy->get("second " + name).value_or("0"));
                BOOST_REQUIRE((first == second || first == second + 1));
                // Earlier pairs are never behind later ones, and never more than a round ahead.
                BOOST_REQUIRE(second <= least);
                least = second;
                last_round[writer] = std::max<std::uint64_t>(last_round[writer], first);
            }
            BOOST_REQUIRE(last_round[writer] <= least + 1);
            seen += least > 0;
        }
    }
    tally->stop = true;
    for (auto& writer : writers) BOOST_TEST(writer->wait() == 0);
    BOOST_TEST(seen > 0);
}

BOOST_DATA_TEST_CASE(a_dump_that_is_killed_leaves_the_old_file_or_the_new, data::make(kFormats), format) {
    TestCache cache(Kind::shared, options_of(4 * kMiB));
    cache->set("key", "old");
    const SnapshotFolder folder;
    const std::string file = folder.file("f");
    dump(*cache, file, as(format));
    const std::string before = folder.read("f");
    cache->set("key", "new");
    for (std::uint64_t nth = 1;; ++nth) {
        Child child([&] {
            Cache own = cache.attach();
            die_at(nth);
            dump(own, file, as(format));
        });
        const int result = child.wait();
        const std::string now = folder.read("f");
        BOOST_TEST(((now == before) || (now.find("new") != std::string::npos)));
        BOOST_TEST((failure_of([&] { static_cast<void>(summarize(SnapshotSource::file(file))); }) == ""));
        if (result == 0) break;
        BOOST_REQUIRE(result == -SIGKILL);
    }
    BOOST_TEST((folder.read("f").find("new") != std::string::npos));
    BOOST_TEST(folder.files() <= 2U);  // one may be left that had its name and not yet its place
}

BOOST_AUTO_TEST_CASE(a_file_keeps_its_mode_and_a_link_its_target) {
    TestCache cache(Kind::private_memory);
    const SnapshotFolder folder;
    const std::string file = folder.write("f", "old");
    ::chmod(file.c_str(), 0640);
    std::filesystem::create_symlink("f", folder.file("link"));
    dump(*cache, folder.file("link"));
    struct stat status {};
    BOOST_REQUIRE(::lstat(file.c_str(), &status) == 0);
    BOOST_TEST((status.st_mode & 07777) == 0640U);
    BOOST_TEST(std::filesystem::is_symlink(folder.file("link")));
    BOOST_TEST(folder.read("f") == "{\"dummycache\":1}\n");
    BOOST_TEST(folder.files() == 2U);
}

BOOST_AUTO_TEST_CASE(what_cannot_be_written_is_told_and_leaves_nothing) {
    TestCache cache(Kind::private_memory);
    cache->set("key", std::string(100'000, 'v'));
    const SnapshotFolder folder;
    BOOST_TEST((failure_of([&] { dump(*cache, folder.file("no/such/f")); }).find("No such file") !=
                std::string::npos));
    BOOST_TEST((failure_of([&] { dump(*cache, "/dev/full"); }).find("No space") != std::string::npos));
    BOOST_TEST(failure_of([&] { dump(*cache, "/dev/null"); }) == "");
    std::ostringstream broken;
    broken.setstate(std::ios::badbit);
    BOOST_TEST(!failure_of([&] { dump(*cache, broken); }).empty());
    const auto stops = [](std::uint64_t, std::uint64_t) { throw std::runtime_error("enough"); };
    DumpOptions options;
    options.progress = stops;
    BOOST_CHECK_THROW(dump(*cache, folder.file("f"), options), std::runtime_error);
    BOOST_TEST(folder.files() == 0U);
}

BOOST_AUTO_TEST_CASE(more_entries_than_are_sorted_at_once_come_in_order_too) {
    TestCache cache(Kind::private_memory, options_of(16 * kMiB));
    std::vector<std::string> keys;
    for (int i = 0; i < 20'000; ++i)
        keys.push_back(std::to_string(i * 7919LL % 20'000) + (i % 3 == 0 ? "/x" : ""));
    for (const std::string& key : keys) cache->set(key, "");
    std::sort(keys.begin(), keys.end());
    for (const std::size_t most : {100U, 1000U, 7000U, 19'999U, 20'000U}) {
        const auto image = store::take_image(cache.attachment(), "test");
        store::snapshot::SortedEntries entries(*image, store::snapshot::KeyFilter("*", {}), most);
        store::EntryLoader loader(image->memory(), image->now_us());
        BOOST_TEST(entries.count() == keys.size());
        std::size_t next = 0;
        for (auto word = entries.next(); word; word = entries.next(), ++next) {
            BOOST_REQUIRE(next < keys.size());
            BOOST_REQUIRE((loader.key(*word) == keys[next]));
        }
        BOOST_TEST(next == keys.size());
    }
}

BOOST_AUTO_TEST_SUITE_END()
