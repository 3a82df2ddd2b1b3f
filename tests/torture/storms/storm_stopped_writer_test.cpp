// SPDX-License-Identifier: MIT
// Goal: a writer that is stopped inside a lock costs readers nothing and writers an error that names
// it. Nobody takes its lock, and when it goes on its call is done.
// Method: a child stops itself at a kill point inside a call; the parent reads, tries to write, looks
// at the lock word, and lets it go on. A read that waited would sleep, and a process's sleeps are
// counted by the system.
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <functional>
#include <iostream>

#include <sys/resource.h>

#include "store/layout/attachment.hpp"
#include "support/checked_value.hpp"
#include "support/test_cache.hpp"
#include "torture/storms/storm_stopped_child.hpp"

using namespace dummycache;
using namespace dummycache::test;
using namespace std::chrono_literals;
namespace data = boost::unit_test::data;

namespace {

constexpr int kReads = 20'000;
constexpr auto kLockTimeout = 100ms;
constexpr std::uint64_t kBusyWriter = 7;

/// A call, and the places in it where it is stopped. `hand` is 1 before it and `after` behind it.
struct Case {
    std::string name;
    std::size_t bytes = 0;  ///< of the value
    std::function<void(Cache&)> act;
    std::optional<std::uint64_t> after;
    std::vector<const char*> points;
};

void set_hand(Cache& cache, std::uint64_t number, std::size_t bytes) {
    cache.set("hand", checked_value("hand", number, bytes));
}

/// Keys enough for a split; the values overwrite one another, so that pages are compacted too.
void set_many(Cache& cache) {
    for (std::uint64_t i = 0; i < 60'000; ++i)
        cache.set("many" + std::to_string(i % 6000), std::string(50, 'm'));
}

Case set_of(const std::string& name, std::size_t bytes, std::vector<const char*> points) {
    return {name, bytes, [bytes](Cache& cache) { set_hand(cache, 2, bytes); }, 2, std::move(points)};
}

std::vector<Case> cases() {
    return {
        set_of("set", 100,
               {"shard locked", "shard dirty", "id taken", "entry written", "fill extended",
                "before the slot is stored", "slot stored", "version bumped", "before a shard is clean",
                "shard clean"}),
        set_of("set of a large value", 40'000,
               {"page changed its kind", "slot stored", "before a page is given back", "page given back"}),
        {"erase",
         100,
         [](Cache& cache) { cache.erase("hand"); },
         std::nullopt,
         {"before the slot is emptied", "slot emptied"}},
        {"touch",
         100,
         [](Cache& cache) { cache.touch("hand", 1000s); },
         1,
         {"before a deadline is stored", "deadline stored"}},
        {"split", 100, set_many, 1, {"directory word stored", "old half of a split is being emptied"}},
        {"compaction", 100, set_many, 1, {"page given back"}},
    };
}

std::optional<std::uint64_t> hand_of(const Cache& cache) {
    const auto value = cache.get("hand");
    if (!value) return std::nullopt;
    const auto number = number_in("hand", *value);
    BOOST_REQUIRE(number.has_value());
    return number;
}

/// Reads the old value or the new one, and never the old one again; returns how often it slept.
long read_next_to_it(const Cache& cache, std::size_t bytes, const std::optional<std::uint64_t>& after) {
    const std::string old_value = checked_value("hand", 1, bytes);
    const std::string new_value = checked_value("hand", after.value_or(0), bytes);
    std::string value;
    rusage before{};
    rusage now{};
    bool is_new = false;
    ::getrusage(RUSAGE_SELF, &before);
    for (int i = 0; i < kReads; ++i) {
        const bool found = cache.get("hand", value);
        const bool is_old = found && value == old_value;
        if (!is_old || is_new) BOOST_REQUIRE((after ? found && value == new_value : !found));
        is_new = !is_old;
    }
    ::getrusage(RUSAGE_SELF, &now);
    return now.ru_nvcsw - before.ru_nvcsw;
}

/// Whether a write is refused because of this process, in time.
void check_busy(Cache& cache, pid_t holder, const std::function<void(Cache&)>& write) {
    const auto begin = std::chrono::steady_clock::now();
    try {
        write(cache);
        BOOST_ERROR("a write went through next to a writer that is stopped");
    } catch (const Error& error) {
        BOOST_TEST(error.code() == ErrorCode::busy);
        const std::string who = "process " + std::to_string(holder) + ",";
        BOOST_TEST(std::string(error.what()).find(who) != std::string::npos, error.what());
    }
    const auto taken = std::chrono::steady_clock::now() - begin;
    BOOST_TEST((taken >= kLockTimeout));
    BOOST_TEST((taken < 20 * kLockTimeout));
}

/// Who holds a lock, without the bit that says that others wait.
std::uint64_t owner_of(const layout::LockWord& word) { return word.load() & ~(std::uint64_t{1} << 31); }

/// A process that waits for the lock however long it takes. Comes back when it does wait, or did not.
Child waiting_writer(TestCache& cache, const Pipe& pipe) {
    static const Pipe* waits;
    waits = &pipe;
    Child child([&] {
        Cache own = cache.attach(options_of(0));
        ipc::kill_point_hook = [](const char* name) {
            if (std::string_view(name) != "lock.waiting" || waits == nullptr) return;
            std::exchange(waits, nullptr)->write(true);
        };
        own.set("waiting", "was here");
        if (waits != nullptr) waits->write(false);
    });
    BOOST_TEST(pipe.read<bool>(), "a writer did not wait");
    return child;
}

Options impatient() {
    Options options = options_of(0);
    options.lock_timeout = kLockTimeout;
    return options;
}

void stop_inside(Kind kind, const Case& one, const char* point) {
    TestCache cache(kind, options_of(4 * kMiB));
    BOOST_REQUIRE(cache->info().shards == 1U);
    set_hand(*cache, 1, one.bytes);
    const layout::LockWord& lock = cache.attachment().memory.shards[0].lock;
    StoppedChild writer([&] {
        Cache own = cache.attach(options_of(0));
        stop_at(point);
        one.act(own);
    });
    BOOST_REQUIRE(writer.is_stopped());
    const std::uint64_t owner = owner_of(lock);
    BOOST_TEST(owner != 0U);

    const long sleeps = read_next_to_it(*cache, one.bytes, one.after);
    BOOST_TEST(sleeps < kReads / 100);
    Cache other = cache.attach(impatient());
    check_busy(other, writer.pid(), [](Cache& c) { c.incr("n"); });
    if (point == one.points.front()) {
        check_busy(other, writer.pid(), [&](Cache& c) { set_hand(c, kBusyWriter, one.bytes); });
        check_busy(other, writer.pid(), [](Cache& c) { c.clear(); });
    }
    const Pipe pipe;
    Child waiting = waiting_writer(cache, pipe);
    BOOST_TEST(owner_of(lock) == owner);
    BOOST_TEST(!cache->get("waiting"));

    BOOST_TEST(writer.go_on() == 0);
    BOOST_TEST(waiting.wait() == 0);
    BOOST_TEST((hand_of(*cache) == one.after));
    BOOST_TEST((cache->get("waiting") == "was here"));
    BOOST_TEST(other.incr("n") == 1);
    BOOST_TEST(cache->stats().recoveries == 0U);
    BOOST_TEST(problems_of(*cache) == "");
}

}  // namespace

BOOST_AUTO_TEST_SUITE(stopped_writer)

BOOST_DATA_TEST_CASE(a_writer_that_is_stopped_holds_up_writers_and_no_reader, data::make(kNamedKinds), kind) {
    int stops = 0;
    for (const Case& one : cases()) {
        for (const char* const point : one.points) {
            BOOST_TEST_CONTEXT(one.name << ", stopped at: " << point) { stop_inside(kind, one, point); }
            ++stops;
        }
    }
    std::cout << stops << " places where a writer was stopped, " << kReads << " reads each" << std::endl;
}

BOOST_DATA_TEST_CASE(a_clear_that_is_stopped_holds_up_writers_and_no_reader,
                     data::make({"era raised", "clear era raised"}), point) {
    TestCache cache(Kind::shared, options_of(64 * kMiB));
    set_hand(*cache, 1, 100);
    StoppedChild clearer([&] {
        Cache own = cache.attach(options_of(0));
        stop_at(point);
        own.clear();
    });
    BOOST_REQUIRE(clearer.is_stopped());
    const bool is_cleared = std::string_view(point) == "clear era raised";
    BOOST_TEST((hand_of(*cache) == (is_cleared ? std::nullopt : std::optional<std::uint64_t>(1))));
    BOOST_TEST(read_next_to_it(*cache, 100, std::nullopt) < kReads / 100);
    Cache other = cache.attach(impatient());
    check_busy(other, clearer.pid(), [](Cache& c) { set_hand(c, kBusyWriter, 100); });
    check_busy(other, clearer.pid(), [](Cache& c) { c.clear(); });
    check_busy(other, clearer.pid(), [](Cache& c) { static_cast<void>(c.check()); });
    BOOST_TEST(clearer.go_on() == 0);
    BOOST_TEST(!hand_of(*cache));
    BOOST_TEST(cache->stats().entries == 0U);
    BOOST_TEST(cache->stats().clears == 1U);
    BOOST_TEST(other.incr("n") == 1);
    BOOST_TEST(cache->stats().recoveries == 0U);
    BOOST_TEST(problems_of(*cache) == "");
}

BOOST_AUTO_TEST_CASE(a_holder_of_the_lock_of_all_shards_alone_holds_up_no_writer_of_one_key) {
    TestCache cache(Kind::shared, options_of(64 * kMiB));
    StoppedChild clearer([&] {
        Cache own = cache.attach(options_of(0));
        stop_at("all shards locked");
        own.clear();
    });
    BOOST_REQUIRE(clearer.is_stopped());
    const layout::LockWord& all_shards = cache.attachment().memory.superblock->all_shards_lock;
    const std::uint64_t owner = owner_of(all_shards);
    Cache other = cache.attach(impatient());
    set_hand(other, 1, 100);
    BOOST_TEST((hand_of(*cache) == 1U));
    check_busy(other, clearer.pid(), [](Cache& c) { c.clear(); });
    check_busy(other, clearer.pid(), [](Cache& c) { c.visit([](const EntryView&) { return true; }); });
    BOOST_TEST(owner_of(all_shards) == owner);
    BOOST_TEST(clearer.go_on() == 0);
    BOOST_TEST(!hand_of(*cache));
    BOOST_TEST(cache->stats().clears == 1U);
    BOOST_TEST(problems_of(*cache) == "");
}

BOOST_AUTO_TEST_SUITE_END()
