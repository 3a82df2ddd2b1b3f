// SPDX-License-Identifier: MIT
#include <memory>
#include <sstream>

#include "dummycache/snapshot.hpp"
#include "store/cache/background.hpp"
#include "store/layout/attachment.hpp"
#include "support/checked_value.hpp"
#include "torture/shared/numbered_entries.hpp"
#include "torture/steps/step_base.hpp"
#include "torture/steps/step_scenarios.hpp"

namespace dummycache::test {

using namespace std::chrono_literals;

namespace {

/// The operation on the key in hand, under a checkpoint that can be gone back to at every moment.
Scenario noted(Scenario scenario) {
    scenario.name += ", under a checkpoint";
    scenario.checkpoint = "c";
    const auto prepare = scenario.prepare;
    scenario.prepare = [prepare](Cache& cache) {
        prepare(cache);
        cache.checkpoint("c");
    };
    return scenario;
}

void change_much(Cache& cache, std::uint64_t seed) {
    for (std::uint64_t i = 0; i < 20; i += 2) set_numbered(cache, i, (i * 31 + seed) % 200);
    cache.erase(key_of(3));
    cache.erase(key_of(5));
    set_numbered(cache, 5, 10);
    cache.set("large", "small now");
    cache.set("number", checked_value("number", seed, kLarge));
    for (std::uint64_t i = 0; i < 10; ++i) set_numbered(cache, 100 + seed * 100 + i, 20);
}

Scenario rolling_back(const std::string& name, std::function<void(Cache&)> change) {
    Scenario scenario = noted(on_one_key(name, 50, [](Cache& cache) { cache.rollback("c"); }));
    const auto prepare = scenario.prepare;
    scenario.prepare = [prepare, change = std::move(change)](Cache& cache) {
        prepare(cache);
        change(cache);
    };
    scenario.all_or_nothing = true;
    return scenario;
}

/// Some pages hold nothing but what the checkpoint needs.
Scenario with_pages_of_pinned_entries() {
    const auto set_all = [](Cache& cache, std::size_t bytes) {
        for (std::uint64_t i = 0; i < 70; ++i) set_numbered(cache, i, bytes);
    };
    Scenario scenario = noted(scenario_of(
        "set after everything else was", [set_all](Cache& cache) { set_all(cache, 1000); }, setting(50)));
    const auto prepare = scenario.prepare;
    scenario.prepare = [prepare, set_all](Cache& cache) {
        prepare(cache);
        set_all(cache, 900);
    };
    return scenario;
}

}  // namespace

std::vector<Scenario> step_noted_changes() {
    std::vector<Scenario> scenarios{
        on_one_key("set of a new key", 0, setting(50)),
        on_one_key("set over an old entry", 50, setting(500)),
        on_one_key("set of a large value over a large one", kLarge, setting(2 * kLarge)),
        on_one_key("erase", 50, [](Cache& c) { c.erase("hand"); }),
        on_one_key("erase of a large value", kLarge, [](Cache& c) { c.erase("hand"); }),
        on_one_key("touch", 50, [](Cache& c) { c.touch("hand", 50s); }),
        on_one_key("persist of a large value", kLarge, [](Cache& c) { c.persist("hand"); }),
        on_one_key("incr", 0, [](Cache& c) { c.incr("number"); }),
        on_one_key("add over an expired entry", 0, [](Cache& c) { c.add("expired", "new"); }),
    };
    for (Scenario& scenario : scenarios) scenario = noted(std::move(scenario));
    scenarios.push_back(with_pages_of_pinned_entries());
    Scenario clear = noted(on_one_key("clear", 50, [](Cache& c) { c.clear(); }));
    clear.all_or_nothing = true;
    scenarios.push_back(std::move(clear));
    return scenarios;
}

Scenario compaction_of_records() {
    const auto key_of_round = [](std::uint64_t round) { return key_of(1000 + round % 100); };
    const auto last = std::make_shared<std::string>();
    Scenario scenario =
        noted(scenario_of("compaction of records", set_few, [last](Cache& cache) { cache.erase(*last); }));
    const auto prepare = scenario.prepare;
    scenario.prepare = [prepare, key_of_round, last](Cache& cache) {
        prepare(cache);
        set_numbered(cache, 3, 77);
        const store::Memory& memory = attachment_of(cache).memory;
        const std::uint64_t most = memory.pages / 8 * layout::kUndoRecords;
        for (std::uint64_t round = 0;; ++round) {
            *last = key_of_round(round);
            cache.set(*last, "x");
            if (memory.shards[0].undo_count.load() == most) return;  // the next delete finds the list full
            cache.erase(*last);
        }
    };
    return scenario;
}

std::vector<Scenario> loads() {
    const auto load_of = [](const std::string& name, LoadMode mode) {
        Scenario scenario = on_one_key(name, 50, [mode](Cache& cache) {
            std::istringstream stream(R"({"key":"hand","value":"loaded","ttl":5}
                                         {"key":"large","value":"small now"}
                                         {"key":"number","value":7}
                                         {"key":"only in the snapshot","value":"x","ttl":10})");
            LoadOptions options;
            options.mode = mode;
            load(cache, stream, options);
        });
        scenario.all_or_nothing = true;
        return scenario;
    };
    store::Background::disabled = true;  // one thread is followed
    Scenario under_checkpoint = noted(load_of("load", LoadMode::replace));
    return {load_of("load", LoadMode::replace), load_of("merging load", LoadMode::merge),
            std::move(under_checkpoint)};
}

std::vector<Scenario> step_checkpoints() {
    const auto again = [](Cache& cache) { change_much(cache, 1); };
    Scenario of_clear = rolling_back("rollback of a clear", [](Cache& cache) {
        change_much(cache, 1);
        cache.clear();
        change_much(cache, 2);
    });
    of_clear.may_have_gaps = true;
    return {
        on_one_key("checkpoint", 50, [](Cache& c) { c.checkpoint(std::to_string(c.checkpoints().size())); }),
        rolling_back("rollback", again),
        rolling_back("rollback over an inner checkpoint",
                     [](Cache& cache) {
                         change_much(cache, 1);
                         cache.checkpoint("inner");
                         change_much(cache, 2);
                     }),
        std::move(of_clear),
        scenario_of(
            "release",
            [again](Cache& cache) {
                set_few(cache);
                cache.checkpoint("c");
                again(cache);
            },
            [](Cache& cache) {
                for (const Checkpoint& held : cache.checkpoints()) cache.release(held.name);
            }),
        scenario_of(
            "release of an inner checkpoint",
            [again](Cache& cache) {
                set_few(cache);
                cache.checkpoint("outer");
                again(cache);
                cache.checkpoint("inner");
                change_much(cache, 2);
            },
            [](Cache& cache) { cache.release(cache.checkpoints().back().name); }),
    };
}

}  // namespace dummycache::test
