// SPDX-License-Identifier: MIT
// A load changes the cache as it was told to, or not at all.
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <map>
#include <sstream>

#include <sys/stat.h>

#include "support/child.hpp"
#include "tests/unit/store/snapshot/files.hpp"

using namespace dummycache;
using namespace dummycache::test;
using namespace std::chrono_literals;
namespace data = boost::unit_test::data;

namespace {

std::map<std::string, std::string> entries_of(const Cache& cache) {
    std::map<std::string, std::string> entries;
    cache.visit([&](const EntryView& entry) {
        entries.emplace(entry.key, entry.value);
        return true;
    });
    return entries;
}

LoadOptions in_mode(LoadMode mode) {
    LoadOptions options;
    options.mode = mode;
    return options;
}

/// The sanitizer keeps what was freed.
#if defined(__SANITIZE_ADDRESS__)
constexpr bool kKeepsWhatWasFreed = true;
#elif defined(__has_feature)
constexpr bool kKeepsWhatWasFreed = __has_feature(address_sanitizer);
#else
constexpr bool kKeepsWhatWasFreed = false;
#endif

/// Resident memory of this process, in MiB: `VmHWM` is the most it ever had, `RssAnon` its own now.
std::uint64_t mebibytes_of(const char* field) {
    std::ifstream status("/proc/self/status");
    for (std::string line; std::getline(status, line);) {
        if (line.starts_with(field)) return std::stoull(line.substr(line.find(':') + 1)) / 1024;
    }
    return 0;
}

/// A file of 20,000 entries that expire in a minute.
std::string file_of_a_minute(const SnapshotFolder& folder) {
    FrozenCache source(Kind::private_memory, options_of(64 * kMiB));
    for (int i = 0; i < 20'000; ++i) source->set("key" + std::to_string(i), std::string(100, 'n'), 60s);
    dump(*source, folder.file("minute.dcs"), as(SnapshotFormat::binary));
    return folder.file("minute.dcs");
}

}  // namespace

BOOST_AUTO_TEST_SUITE(snapshot_load)

BOOST_DATA_TEST_CASE(the_mode_decides_what_stays, data::make(kFormats), format) {
    using Entries = std::map<std::string, std::string>;
    FrozenCache source(Kind::private_memory);
    source->set("a", "new");
    source->set("b", "new");
    const SnapshotFolder folder;
    const std::string file = folder.file("f");
    dump(*source, file, as(format));
    const auto after = [&](LoadMode mode, std::uint64_t stored, std::uint64_t present) {
        TestCache cache(Kind::shared);
        cache->set("b", "old");
        cache->set("c", "old");
        const LoadResult result = load(*cache, file, in_mode(mode));
        BOOST_TEST(result.stored == stored);
        BOOST_TEST(result.present == present);
        BOOST_TEST(problems_of(*cache) == "");
        return entries_of(*cache);
    };
    BOOST_TEST((after(LoadMode::replace, 2, 0) == Entries{{"a", "new"}, {"b", "new"}}));
    BOOST_TEST((after(LoadMode::merge, 2, 0) == Entries{{"a", "new"}, {"b", "new"}, {"c", "old"}}));
    BOOST_TEST((after(LoadMode::only_missing, 1, 1) == Entries{{"a", "new"}, {"b", "old"}, {"c", "old"}}));
}

BOOST_DATA_TEST_CASE(what_cannot_fit_changes_nothing, data::make({true, false}), evicts) {
    FrozenCache source(Kind::private_memory, options_of(16 * kMiB));
    for (int i = 0; i < 5000; ++i) source->set("key" + std::to_string(i), std::string(1000, 'x'));
    const SnapshotFolder folder;
    dump(*source, folder.file("f"), as(SnapshotFormat::binary));
    TestCache cache(Kind::shared, options_of(4 * kMiB, evicts ? WhenFull::evict : WhenFull::refuse));
    cache->set("old", "stays");
    const std::string failure = failure_of([&] { load(*cache, folder.file("f")); });
    BOOST_TEST(failure.starts_with(std::to_string(static_cast<int>(ErrorCode::full)) + " "));
    BOOST_TEST((failure.find("larger capacity") != std::string::npos));
    BOOST_TEST((cache->get("old") == "stays"));

    FrozenCache large(Kind::private_memory, options_of(16 * kMiB));
    large->set("value", std::string(3 * kMiB, 'v'));
    dump(*large, folder.file("g"), as(SnapshotFormat::binary));
    BOOST_TEST(failure_of([&] { load(*cache, folder.file("g")); }).find("half the capacity") !=
               std::string::npos);
    BOOST_TEST((cache->get("old") == "stays"));
}

BOOST_AUTO_TEST_CASE(what_is_said_to_fit_fits) {
    for (const std::size_t bytes : {0U, 100U, 1000U, 9000U, 17'000U, 40'000U}) {
        FrozenCache source(Kind::private_memory, options_of(64 * kMiB));
        const SnapshotFolder folder;
        // More and more entries, until one more would not fit.
        const std::uint64_t step = 3 * kMiB / (bytes + 60) / 8 + 1;
        TestCache cache(Kind::shared, options_of(4 * kMiB, WhenFull::refuse));
        std::uint64_t count = 0;
        std::string failure;
        while (failure.empty()) {
            for (std::uint64_t i = 0; i < step; ++i)
                source->set("key" + std::to_string(count++), std::string(bytes, 'x'));
            dump(*source, folder.file("f"), as(SnapshotFormat::binary));
            failure = failure_of([&] { load(*cache, folder.file("f")); });
            if (failure.empty()) BOOST_TEST(cache->stats().entries == count);
        }
        BOOST_TEST((failure.find("the snapshot needs") != std::string::npos), failure);
        BOOST_TEST(count * (bytes + 30) > 15 * kMiB / 8);
    }
}

BOOST_AUTO_TEST_CASE(a_cache_of_the_capacity_that_a_summary_names_has_room) {
    for (const std::size_t bytes : {0U, 100U, 10'000U, 100'000U}) {
        FrozenCache source(Kind::private_memory, options_of(256 * kMiB));
        for (std::uint64_t i = 0; i < 20 * kMiB / (bytes + 100); ++i)
            source->set("key" + std::to_string(i), std::string(bytes, 'x'));
        const SnapshotFolder folder;
        dump(*source, folder.file("f"), as(SnapshotFormat::binary));
        const SnapshotSummary summary = summarize(SnapshotSource::file(folder.file("f")));
        TestCache cache(Kind::file, options_of(summary.capacity, WhenFull::refuse));
        BOOST_TEST(load(*cache, folder.file("f")).stored == summary.entries);
        BOOST_TEST(summary.capacity < 64 * kMiB);
    }
    FrozenCache source(Kind::private_memory, options_of(64 * kMiB));
    source->set("one value", std::string(20 * kMiB, 'x'));
    TestCache cache(Kind::file, options_of(summarize(*source).capacity, WhenFull::refuse));
    std::stringstream stream;
    dump(*source, stream, as(SnapshotFormat::binary));
    BOOST_TEST(load(*cache, stream).stored == 1U);
}

BOOST_AUTO_TEST_CASE(a_bad_snapshot_does_not_even_commit_memory) {
    TestCache cache(Kind::shared, options_of(64 * kMiB));
    cache->set("old", "stays");
    const std::uint64_t before = cache->info().committed_bytes;
    std::string text;
    for (int i = 0; i < 20'000; ++i)
        text += "{\"key\":\"k" + std::to_string(i) + "\",\"value\":\"" + std::string(1000, 'v') + "\"}\n";
    std::istringstream stream(text + "{\"key\":\n");
    BOOST_TEST(is_bad_snapshot(failure_of([&] { load(*cache, stream); })));
    BOOST_TEST(cache->info().committed_bytes == before);
    BOOST_TEST((cache->get("old") == "stays"));
}

BOOST_AUTO_TEST_CASE(progress_goes_from_nothing_to_all_and_may_stop_a_load_that_only_checks) {
    FrozenCache source(Kind::private_memory, options_of(16 * kMiB));
    for (int i = 0; i < 5000; ++i) source->set("key" + std::to_string(i), "x");
    const SnapshotFolder folder;
    dump(*source, folder.file("f"), as(SnapshotFormat::text));
    FrozenCache cache(Kind::private_memory, options_of(16 * kMiB));
    cache->set("old", "stays");
    LoadOptions options;
    std::uint64_t last = 0;
    std::uint64_t all = 0;
    options.progress = [&](std::uint64_t done, std::uint64_t total) {
        BOOST_TEST(done >= last);
        last = done;
        all = total;
    };
    load(*cache, folder.file("f"), options);
    BOOST_TEST(last == all);
    BOOST_TEST(all == 2 * folder.read("f").size());
    cache->clear();
    cache->set("old", "stays");
    options.progress = [](std::uint64_t, std::uint64_t) { throw std::runtime_error("enough"); };
    BOOST_CHECK_THROW(load(*cache, folder.file("f"), options), std::runtime_error);
    BOOST_TEST(cache->contains("old"));
}

BOOST_AUTO_TEST_CASE(files_that_cannot_be_read_are_told) {
    TestCache cache(Kind::private_memory);
    const SnapshotFolder folder;
    const auto said = [&](const std::string& path) { return failure_of([&] { load(*cache, path); }); };
    BOOST_TEST((said(folder.file("none")).find("none': No such file") != std::string::npos));
    BOOST_TEST((said(folder.file("")).find("Is a directory") != std::string::npos));
    const std::string pipe = folder.file("pipe");
    BOOST_REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);
    Child writer([&] { std::ofstream(pipe) << "{\"key\":\"through a pipe\",\"value\":\"v\"}\n"; });
    BOOST_TEST(said(pipe) == "");
    BOOST_TEST(writer.wait() == 0);
    BOOST_TEST(cache->contains("through a pipe"));
}

BOOST_DATA_TEST_CASE(a_load_takes_little_memory_whatever_the_size_of_the_file, data::make(kFormats), format) {
    const SnapshotFolder folder;
    {
        FrozenCache source(Kind::private_memory, options_of(512 * kMiB));
        for (int i = 0; i < (kKeepsWhatWasFreed ? 50'000 : 1'000'000); ++i)
            source->set("key" + std::to_string(i), std::string(100, 'x'));
        if (format == SnapshotFormat::binary) source->set("huge", std::string(150 * kMiB, 'h'));
        dump(*source, folder.file("f"), as(format));
    }
    TestCache cache(Kind::shared, options_of(512 * kMiB));
    Child child([&] {
        Cache own = cache.attach();
        const std::uint64_t before = mebibytes_of("RssAnon");
        std::uint64_t most = 0;
        LoadOptions options;
        std::uint64_t calls = 0;
        options.progress = [&](std::uint64_t, std::uint64_t) {
            if (++calls % 64 == 0) most = std::max(most, mebibytes_of("RssAnon"));
        };
        load(own, folder.file("f"), options);
        require(calls > 50, "progress was not reported");
        require(kKeepsWhatWasFreed || most < before + 64,
                "a load took " + std::to_string(most - before) + " MiB");
    });
    BOOST_TEST(child.wait() == 0);
}

BOOST_AUTO_TEST_CASE(a_load_that_is_interrupted_while_it_stores_changes_nothing) {
    FrozenCache source(Kind::private_memory, options_of(64 * kMiB));
    for (int i = 0; i < 30'000; ++i) source->set("key" + std::to_string(i), std::string(100, 'n'));
    std::ostringstream stream;
    dump(*source, stream, as(SnapshotFormat::binary));
    FrozenCache cache(Kind::shared, options_of(64 * kMiB));
    for (int i = 0; i < 5000; ++i) cache->set("key" + std::to_string(i), std::string(50, 'o'));
    const std::string before = digest(*cache);
    for (int round = 1; round <= 20; ++round) {
        LoadOptions options;
        int calls = 0;
        options.progress = [&](std::uint64_t done, std::uint64_t total) {
            if (done > total / 2 && ++calls == round) throw std::runtime_error("enough");
        };
        std::istringstream input(stream.str());
        BOOST_CHECK_THROW(load(*cache, input, options), std::exception);
        BOOST_REQUIRE(problems_of(*cache) == "");
        BOOST_REQUIRE(digest(*cache) == before);
    }
}

BOOST_DATA_TEST_CASE(a_load_without_room_for_old_and_new_side_by_side_keeps_all_of_the_new,
                     data::make({WhenFull::evict, WhenFull::refuse}), when_full) {
    FrozenCache source(Kind::private_memory, options_of(64 * kMiB));
    for (int i = 0; i < 60'000; ++i)
        source->set("key" + std::to_string(i), std::string(static_cast<std::size_t>(i % 60), 'n'));
    std::ostringstream stream;
    dump(*source, stream, as(SnapshotFormat::binary));
    const std::uint64_t least = summarize(*source).capacity;
    for (const std::uint64_t more : {0U, 1U, 2U, 4U, 8U}) {
        FrozenCache cache(Kind::shared, options_of(least + more * kMiB, when_full));
        for (int i = 0; i < 25'000; ++i) cache->set("old" + std::to_string(i), std::string(40, 'o'));
        for (int i = 0; i < 10'000; ++i) cache->set("key" + std::to_string(i), std::string(40, 'o'));
        for (int i = 0; i < 25'000; ++i) static_cast<void>(cache->get("old" + std::to_string(i)));
        for (int round = 0; round < 2; ++round) {
            std::istringstream input(stream.str());
            BOOST_TEST(load(*cache, input).stored == 60'000U);
            BOOST_TEST(digest(*cache) == digest(*source));
            BOOST_TEST(problems_of(*cache) == "");
        }
    }
}

BOOST_AUTO_TEST_CASE(a_load_over_a_load_moves_nothing) {
    const SnapshotFolder folder;
    const std::string file = file_of_a_minute(folder);
    FrozenCache cache(Kind::private_memory, options_of(64 * kMiB));
    for (int round = 0; round < 4; ++round) {
        load(*cache, file);
        BOOST_TEST(cache->stats().moved_bytes == 0U);
    }
}

BOOST_AUTO_TEST_CASE(what_was_loaded_is_reclaimed_when_its_time_is_over) {
    const SnapshotFolder folder;
    const std::string file = file_of_a_minute(folder);
    FrozenCache cache(Kind::private_memory, options_of(64 * kMiB));
    for (int round = 0; round < 2; ++round) load(*cache, file);
    cache.clock().advance(61'000'000);
    for (int i = 0; i < 40'000; ++i) cache->set("later" + std::to_string(i), std::string(100, 'l'));
    BOOST_TEST(cache->stats().expired >= 15'000U);
}

BOOST_AUTO_TEST_SUITE_END()
