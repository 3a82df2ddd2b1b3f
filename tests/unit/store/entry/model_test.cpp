// SPDX-License-Identifier: MIT
// Random operations, compared with a model. DUMMYCACHE_TEST_OPERATIONS says how many (1,000,000),
// DUMMYCACHE_TEST_SEED which.
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <map>
#include <vector>

#include "dummycache/fork.hpp"
#include "store/layout/attachment.hpp"
#include "support/model.hpp"
#include "support/random.hpp"
#include "support/test_cache.hpp"

using namespace dummycache;
using namespace dummycache::test;
namespace data = boost::unit_test::data;

namespace {

constexpr std::uint64_t kRuns = 9;  // kinds times sorts of cache

struct Sort {
    const char* name;
    std::uint64_t capacity_bytes;
    WhenFull when_full;
    std::uint64_t keys;
    bool may_be_full;
    std::uint64_t medium_every;  ///< one value in so many has up to 3,000 bytes
};
std::ostream& operator<<(std::ostream& out, const Sort& sort) { return out << sort.name; }

constexpr Sort kSorts[] = {
    {"roomy", 32 * kMiB, WhenFull::evict, 2000, false, 20},
    {"evicting", kMiB, WhenFull::evict, 20'000, true, 2},
    {"refusing", kMiB, WhenFull::refuse, 20'000, true, 2},
};

std::string key_of(std::uint64_t number) {
    std::string key = "key" + std::to_string(number);
    if (number % 997 == 5) key.resize(1 + number % 40'000, 'k');
    return key;
}

Operation random_operation(Random& random, const Sort& sort) {
    Operation operation;
    operation.call = static_cast<Operation::Call>(random.below(Operation::kCalls + 8));
    if (static_cast<int>(operation.call) >= Operation::kCalls) operation.call = Operation::Call::set;
    operation.key = key_of(random.below(random.below(3) == 0 ? sort.keys / 20 : sort.keys));
    const std::uint64_t most = random.below(100) == 0                 ? 40'000
                               : random.below(sort.medium_every) == 0 ? 3000
                                                                      : 120;
    operation.value =
        random.below(4) == 0 ? std::to_string(random.below(1000)) : random.bytes(random.below(most));
    operation.codec = static_cast<Codec>(random.below(6));
    operation.delta =
        static_cast<std::int64_t>(random.bits() >> (1 + random.below(63))) * (random.below(2) == 0 ? 1 : -1);
    if (random.below(2) == 0)
        operation.timeout_us = static_cast<std::int64_t>(random.below(5'000'000)) - 100'000;
    if (operation.call == Operation::Call::persist) operation.timeout_us.reset();
    return operation;
}

/// A cache, its model, and what has been compared.
class Comparison {
public:
    Comparison(Kind kind, const Sort& sort)
        : sort_(sort),
          cache_(kind, options_of(sort.capacity_bytes, sort.when_full)),
          random_(sort.keys + static_cast<unsigned>(kind)) {}

    /// `may_clear`: a cache that is cleared to the end may never become full.
    void step(bool may_clear) {
        if (random_.below(100) == 0) cache_.clock().advance(random_.below(1'000'000));
        if (may_clear && random_.below(20'000) == 0) {
            cache_->clear();
            model_.clear();
        }
        if (random_.below(30'000) == 0) step_fork();
        if (steps_++ == next_checkpoint_) {
            step_checkpoints();
            // Soon, so that there is room for what is changed also in a full cache, or late.
            next_checkpoint_ = steps_ + random_.below(random_.below(2) == 0 ? 60 : 4000);
        }
        const Operation operation = random_operation(random_, sort_);
        const std::uint64_t now_us = cache_.clock().now_us();
        const auto found = model_.find(operation.key);
        const std::optional<Item> item = found == model_.end() ? std::nullopt : std::optional(found->second);
        const std::string answer = answer_of(*cache_, operation);
        Outcome outcome = expected(operation, item, now_us);
        if (evicts() && (answer != outcome.answer || !is_left(operation.key, outcome.left, now_us))) {
            outcome = expected(operation, std::nullopt, now_us);  // it had been evicted
        }
        if (may_refuse(operation) && answer == "full") outcome = {"full", item};
        BOOST_REQUIRE_MESSAGE(answer == outcome.answer, "call " << static_cast<int>(operation.call) << " on "
                                                                << operation.key << " says " << answer
                                                                << " instead of " << outcome.answer);
        BOOST_REQUIRE_MESSAGE(
            is_left(operation.key, outcome.left, now_us),
            "call " << static_cast<int>(operation.call) << " leaves another entry at " << operation.key);
        if (outcome.left && cache_->peek(operation.key)) {
            model_[operation.key] = *outcome.left;
        } else {
            model_.erase(operation.key);
        }
    }

    /// Looks at everything.
    void finish() {
        const std::uint64_t now_us = cache_.clock().now_us();
        BOOST_TEST(problems_of(*cache_) == "");
        std::size_t alive = 0;
        for (const auto& [key, item] : model_) alive += item.is_alive(now_us);
        std::size_t visited = 0;
        cache_->visit([&](const EntryView& entry) {
            const auto found = model_.find(std::string(entry.key));
            BOOST_REQUIRE((found != model_.end() && found->second.value == entry.value &&
                           found->second.is_alive(now_us)));
            ++visited;
            return true;
        });
        if (evicts()) BOOST_TEST(visited <= alive);
        if (!evicts()) BOOST_TEST(visited == alive);
        BOOST_TEST((cache_->stats().evicted > 0) == evicts());
    }

    [[nodiscard]] std::string problems() { return problems_of(*cache_); }

    /// How often the cache went back to a checkpoint.
    [[nodiscard]] int rollbacks() const noexcept { return rollbacks_; }

private:
    struct Held {
        std::string name;
        std::map<std::string, Item> model;
        std::map<std::string, Item> state;  ///< what really was there, if entries are evicted
        std::uint64_t now_us;
    };

    std::map<std::string, Item> state() { return state_of(*cache_); }
    static std::map<std::string, Item> state_of(Cache& cache) {
        std::map<std::string, Item> all;
        const std::uint64_t now_us = attachment_of(cache).now_us();
        cache.visit([&](const EntryView& entry) {
            const auto deadline =
                entry.ttl == kForever ? 0 : now_us + static_cast<std::uint64_t>(entry.ttl.count());
            all.emplace(entry.key, Item{std::string(entry.value), entry.codec, deadline});
            return true;
        });
        return all;
    }

    /// A fork is the same, now and at each checkpoint.
    void step_fork() {
        const TestName name(cache_.kind() == Kind::file ? Kind::file : Kind::shared);
        Cache copy = fork_cache(*cache_, name.text()).value();
        BOOST_REQUIRE(problems_of(copy) == "");
        BOOST_REQUIRE((state_of(copy) == state()));
        const auto held = cache_->checkpoints();
        if (held_.empty() || held.back().lost) return;
        copy.rollback(held_.back().name);
        BOOST_REQUIRE(problems_of(copy) == "");
        BOOST_REQUIRE((state_of(copy) == held_.back().state));
    }

    /// Takes, goes back to, or releases a checkpoint.
    void step_checkpoints() {
        const std::uint64_t choice = random_.below(5);
        if (held_.empty() || (choice < 2 && held_.size() < 4 && stack_.size() < kMostCheckpoints)) {
            const std::string name = "checkpoint " + std::to_string(taken_++);
            cache_->checkpoint(name);
            held_.push_back({name, model_, state(), cache_.clock().now_us()});
            stack_.push_back(name);
            return;
        }
        const std::size_t index = random_.below(held_.size());
        const bool lost = cache_->checkpoints().at(index).lost;
        BOOST_REQUIRE((!lost || sort_.may_be_full));
        if (choice < 4 && !lost) {
            cache_->rollback(held_[index].name);
            ++rollbacks_;
            held_.resize(index + 1);
            model_ = held_.back().model;
            BOOST_REQUIRE(cache_.clock().now_us() == held_.back().now_us);
            BOOST_REQUIRE((state() == held_.back().state));
        } else {
            cache_->release(held_[index].name);
            held_.erase(held_.begin() + static_cast<std::ptrdiff_t>(index));
        }
        // One that was released keeps its place below one that is held.
        while (!stack_.empty() && (held_.empty() || stack_.back() != held_.back().name)) stack_.pop_back();
        BOOST_REQUIRE(problems() == "");
    }

    [[nodiscard]] bool evicts() const { return sort_.may_be_full && sort_.when_full == WhenFull::evict; }

    /// A cache that evicts refuses a change of a large value when making room for the new one took the
    /// old one away.
    [[nodiscard]] bool may_refuse(const Operation& operation) const {
        using Call = Operation::Call;
        if (!sort_.may_be_full) return false;
        switch (operation.call) {
            case Call::replace:
            case Call::set_if:
            case Call::append: return true;
            case Call::set:
            case Call::add:
            case Call::incr: return !evicts();
            default: return false;
        }
    }

    /// Whether this is what the key has now; where entries are evicted, absence is right as well.
    bool is_left(const std::string& key, const std::optional<Item>& item, std::uint64_t now_us) {
        const auto entry = cache_->peek(key);
        if (!item || !item->is_alive(now_us)) return !entry;
        if (!entry) return evicts();
        const auto deadline =
            entry->ttl == kForever ? 0 : now_us + static_cast<std::uint64_t>(entry->ttl.count());
        return entry->value == item->value && entry->codec == item->codec && deadline == item->deadline_us;
    }

    Sort sort_;
    FrozenCache cache_;
    Random random_;
    std::map<std::string, Item> model_;
    static constexpr std::size_t kMostCheckpoints = 15;
    std::vector<Held> held_;
    std::vector<std::string> stack_;  ///< names, also of those that were released below others
    std::uint64_t steps_ = 0;
    std::uint64_t next_checkpoint_ = 1000;
    int taken_ = 0;
    int rollbacks_ = 0;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(store_model)

BOOST_DATA_TEST_CASE(random_operations_do_what_the_model_does, data::make(kAllKinds) * data::make(kSorts),
                     kind, sort) {
    const std::uint64_t operations = number_from_environment("DUMMYCACHE_TEST_OPERATIONS", 1'000'000) / kRuns;
    Comparison comparison(kind, sort);
    for (std::uint64_t i = 0; i < operations; ++i) {
        comparison.step(i < operations / 2);
        if (i % 10'000 == 0) BOOST_REQUIRE(comparison.problems() == "");
    }
    comparison.finish();
    // In a full cache all of them may be lost.
    if (!sort.may_be_full) BOOST_TEST(comparison.rollbacks() > 0);
    BOOST_TEST_MESSAGE(sort.name << ": " << comparison.rollbacks() << " rollbacks");
}

BOOST_AUTO_TEST_SUITE_END()
