// SPDX-License-Identifier: MIT
#include "torture/steps/step_scenarios.hpp"

#include <filesystem>
#include <memory>

#include "store/layout/attachment.hpp"
#include "store/layout/key_hash.hpp"
#include "support/checked_value.hpp"
#include "torture/shared/numbered_entries.hpp"
#include "torture/steps/step_base.hpp"

namespace dummycache::test {

using namespace std::chrono_literals;

void set_few(Cache& cache) {
    for (std::uint64_t i = 0; i < 20; ++i)
        set_numbered(cache, i, i * 29 % 300, i % 3 == 0 ? Timeout(1h) : Timeout{});
    cache.set("large", checked_value("large", 1000, kLarge));
}

Scenario scenario_of(const std::string& name, std::function<void(Cache&)> prepare,
                     std::function<void(Cache&)> act, WhenFull when_full) {
    Scenario scenario;
    scenario.name = name;
    scenario.options = options_of(kMiB, when_full);
    scenario.prepare = std::move(prepare);
    scenario.act = std::move(act);
    return scenario;
}

Scenario on_one_key(const std::string& name, std::size_t hand_bytes, std::function<void(Cache&)> act) {
    const auto prepare = [hand_bytes](Cache& cache) {
        set_few(cache);
        if (hand_bytes != 0) cache.set("hand", checked_value("hand", 1, hand_bytes), 100s);
        cache.set("number", "41", 100s);
        cache.set("expired", "x", 1us);
        attachment_of(cache).memory.superblock->clock.fetch_add(5);
    };
    return scenario_of(name, prepare, std::move(act));
}

std::function<void(Cache&)> setting(std::size_t bytes) {
    // Made here: making it is not worth stepping through.
    return [value = checked_value("hand", 2, bytes)](Cache& cache) { cache.set("hand", value); };
}

namespace {

using Call = std::function<void(Cache&, std::uint64_t)>;
using Happened = std::function<bool(const Stats& before, const Stats& now)>;

/// How often `call` must be made until something happened, tried on a copy of the cache: a page is
/// split or reclaimed by one call among many, and only that one is worth stepping through.
std::uint64_t calls_until(Cache& cache, const Call& call, const Happened& happened) {
    const TestName name(Kind::shared);
    const std::string path = cache.info().path;
    const std::string own_name = cache.info().name;
    std::filesystem::copy_file(path, path.substr(0, path.size() - own_name.size()) + name.text());
    Cache copy = Cache::attach(name.text());
    const Stats before = copy.stats();
    for (std::uint64_t i = 0;; ++i) {
        try {
            call(copy, i);
        } catch (const Error&) {
            return i;
        }
        if (happened(before, copy.stats())) return i;
    }
}

/// Prepares, and makes all calls but the one in which it happens; that one is the operation.
Scenario up_to(const std::string& name, std::function<void(Cache&)> prepare, Call call, Happened happened,
               WhenFull when_full = WhenFull::evict) {
    const auto last = std::make_shared<std::uint64_t>(0);
    const auto prepare_up_to = [=](Cache& cache) {
        prepare(cache);
        *last = calls_until(cache, call, happened);
        for (std::uint64_t i = 0; i < *last; ++i) call(cache, i);
    };
    return scenario_of(
        name, prepare_up_to, [=](Cache& cache) { call(cache, *last); }, when_full);
}

/// Keys that all share their two buckets: one more than these hold splits the index page, which need
/// not be full for it.
std::vector<std::string> keys_of_two_buckets(const store::Memory& memory, std::size_t count) {
    std::vector<std::string> keys{"two0"};
    const store::KeyHash wanted = store::hash_of(memory, keys.front());
    for (std::uint64_t i = 1; keys.size() < count; ++i) {
        std::string key = "two" + std::to_string(i);
        const store::KeyHash hash = store::hash_of(memory, key);
        if ((hash.first == wanted.first && hash.second() == wanted.second()) ||
            (hash.first == wanted.second() && hash.second() == wanted.first)) {
            keys.push_back(std::move(key));
        }
    }
    return keys;
}

}  // namespace

std::vector<Scenario> step_writes() {
    return {
        on_one_key("set of a new key", 0, setting(50)),
        on_one_key("set of the same size", 50, setting(50)),
        on_one_key("set of a larger value", 50, setting(500)),
        on_one_key("set of a smaller value", 500, setting(50)),
        on_one_key("set of a new large value", 0, setting(kLarge)),
        on_one_key("set of a large value over a small one", 50, setting(kLarge)),
        on_one_key("set of a small value over a large one", kLarge, setting(50)),
        on_one_key("set of a large value over a large one", kLarge, setting(2 * kLarge)),
        on_one_key("set of a new long key", 0,
                   [key = std::string(kLarge, 'k')](Cache& c) { c.set(key, "value"); }),
        on_one_key("set with no time left", 50, [](Cache& c) { c.set("hand", "new", 0s); }),
        on_one_key("set over an expired entry", 0, [](Cache& c) { c.set("expired", "new", 10s); }),
        on_one_key("add", 0, [](Cache& c) { c.add("hand", "new"); }),
        on_one_key("add over an expired entry", 0, [](Cache& c) { c.add("expired", "new"); }),
        on_one_key("add of a key that is there", 50, [](Cache& c) { c.add("hand", "new"); }),
        on_one_key("replace", 50, [](Cache& c) { c.replace("hand", "new"); }),
        on_one_key("incr", 0, [](Cache& c) { c.incr("number"); }),
        on_one_key("incr of a new key", 0, [](Cache& c) { c.incr("hand", 7); }),
        on_one_key("append", 50, [](Cache& c) { c.append("hand", "more"); }),
        on_one_key("append that makes a value large", kLarge / 2,
                   [](Cache& c) { c.append("hand", std::string(kLarge / 2, 'm')); }),
    };
}

std::vector<Scenario> step_deletes() {
    Scenario clear = on_one_key("clear", 50, [](Cache& c) { c.clear(); });
    clear.all_or_nothing = true;
    return {
        on_one_key("erase", 50, [](Cache& c) { c.erase("hand"); }),
        on_one_key("erase of a large value", kLarge, [](Cache& c) { c.erase("hand"); }),
        on_one_key("erase of an expired entry", 0, [](Cache& c) { c.erase("expired"); }),
        on_one_key("take", 50, [](Cache& c) { c.take("hand"); }),
        on_one_key("take of a large value", kLarge, [](Cache& c) { c.take("hand"); }),
        on_one_key("touch", 50, [](Cache& c) { c.touch("hand", 50s); }),
        on_one_key("touch with no time left", 50, [](Cache& c) { c.touch("hand", 0s); }),
        on_one_key("persist", 50, [](Cache& c) { c.persist("hand"); }),
        on_one_key("get", 50, [](Cache& c) { static_cast<void>(c.get("hand")); }),
        on_one_key("get of a key that is not there", 0, [](Cache& c) { static_cast<void>(c.get("hand")); }),
        clear,
    };
}

Scenario step_split() {
    const auto last = std::make_shared<std::string>();
    const auto prepare = [last](Cache& cache) {
        for (std::uint64_t i = 0; i < 150; ++i) set_numbered(cache, i, 16);
        for (std::string& key : keys_of_two_buckets(attachment_of(cache).memory, 2 * layout::kSlots + 1)) {
            *last = std::move(key);
            if (would_split(attachment_of(cache), *last)) return;
            cache.set(*last, "x");
        }
    };
    return scenario_of("split", prepare, [last](Cache& c) { c.set(*last, "split"); });
}

Scenario step_compaction() {
    const auto prepare = [](Cache& cache) {
        for (std::uint64_t i = 0; i < 200; ++i) set_numbered(cache, i, 1000);
    };
    return up_to(
        "compaction", prepare, [](Cache& c, std::uint64_t i) { set_numbered(c, i % 100 * 2, 1000); },
        [](const Stats& before, const Stats& now) { return now.moved_bytes > before.moved_bytes; });
}

Scenario step_compaction_of_cleared() {
    const auto prepare = [](Cache& cache) {
        for (std::uint64_t i = 0; i < 150; ++i) set_numbered(cache, i, 1000);
        cache.clear();
        for (std::uint64_t i = 0; i < 20; ++i) set_numbered(cache, i * 3, 1000);
    };
    const auto pages = [](const Stats& s) { return s.data_pages; };
    return up_to(
        "compaction after a clear", prepare,
        [](Cache& c, std::uint64_t i) { set_numbered(c, 1000 + i, 1000); },
        [pages](const Stats& before, const Stats& now) { return pages(now) < pages(before); });
}

Scenario step_eviction() {
    Scenario scenario = up_to(
        "eviction", [](Cache& cache) { fill(cache, 2000); },
        [](Cache& c, std::uint64_t i) { set_numbered(c, 10'000 + i, 2000); },
        [](const Stats& before, const Stats& now) { return now.evicted > before.evicted; });
    scenario.evicts = true;
    return scenario;
}

Scenario step_eviction_for_large() {
    const auto prepare = [](Cache& cache) {
        fill(cache, 4000);
        for (const std::uint64_t i : {0U, 5U}) static_cast<void>(cache.get(key_of(i)));
    };
    Scenario scenario = scenario_of("eviction for a large value", prepare,
                                    [](Cache& c) { c.set("hand", std::string(70'000, 'h')); });
    scenario.evicts = true;
    return scenario;
}

Scenario step_expiry() {
    const auto prepare = [](Cache& cache) {
        fill(cache, 2000, 1s);
        for (std::uint64_t i = 0; i < 400; i += 3) cache.persist(key_of(i));
        attachment_of(cache).memory.superblock->clock.fetch_add(2'000'000);
    };
    return up_to(
        "expiry", prepare, [](Cache& c, std::uint64_t i) { set_numbered(c, 10'000 + i, 2000); },
        [](const Stats& before, const Stats& now) { return now.expired > before.expired; }, WhenFull::refuse);
}

Scenario step_refusal() {
    return up_to(
        "refusal", [](Cache& cache) { fill(cache, 2000); },
        [](Cache& c, std::uint64_t i) { set_numbered(c, 10'000 + i, 2000); },
        [](const Stats&, const Stats&) { return false; }, WhenFull::refuse);
}

Scenario step_growth() {
    return up_to(
        "growth", set_few, [](Cache& c, std::uint64_t i) { set_numbered(c, 1000 + i, 1000); },
        [](const Stats& before, const Stats& now) { return now.committed_bytes > before.committed_bytes; });
}

}  // namespace dummycache::test
