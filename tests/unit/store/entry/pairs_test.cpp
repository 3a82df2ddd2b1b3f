// SPDX-License-Identifier: MIT
// Each feature after each other one, in caches that evict or refuse, against a model that is a std::map.
//
// A feature does something to the cache and the same to the model. After each step the cache holds what the model holds:
// values, codecs and deadlines to the microsecond. A new feature is one more line in kFeatures.
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <map>
#include <sstream>
#include <thread>
#include <vector>

#include "dummycache/fork.hpp"
#include "dummycache/lease.hpp"
#include "dummycache/snapshot.hpp"
#include "support/model.hpp"
#include "support/test_cache.hpp"

using namespace dummycache;
using namespace dummycache::test;
using namespace std::chrono_literals;
namespace data = boost::unit_test::data;

namespace {

constexpr int kKeys = 40;
constexpr std::uint64_t kSecond = 1'000'000;
using State = std::map<std::string, Item>;

std::string key_of(int number) { return "key" + std::to_string(number); }

/// A cache, and what it has to hold.
class Both {
public:
    Both(Kind kind, WhenFull when_full)
        : cache_(kind, options_of(2 * kMiB, when_full)), when_full_(when_full) {}

    Cache& cache() noexcept { return *cache_; }
    [[nodiscard]] std::uint64_t now() { return cache_.clock().now_us(); }
    [[nodiscard]] Kind kind() const noexcept { return cache_.kind(); }

    /// A call on one key, on both. What a full cache refuses changes nothing.
    void call(const Operation& operation) {
        const auto item = model_.find(operation.key);
        const auto before = item == model_.end() ? std::nullopt : std::optional(item->second);
        const std::string answer = answer_of(*cache_, operation);
        if (answer == "full") {
            BOOST_TEST((when_full_ == WhenFull::refuse && may_be_full_));
            return;
        }
        const Outcome outcome = expected(operation, before, now());
        if (!has_evicted_) BOOST_TEST(answer == outcome.answer);
        if (has_evicted_ && answer != outcome.answer) return forget(operation.key);
        if (outcome.left)
            model_[operation.key] = *outcome.left;
        else
            model_.erase(operation.key);
    }
    void set(const std::string& key, const std::string& value, std::optional<std::int64_t> timeout_us = {},
             Codec codec = Codec::bytes) {
        call({Operation::Call::set, key, value, codec, timeout_us, 1});
    }

    void fill() {
        may_be_full_ = true;
        for (int i = 0; i < 1000; ++i) set("filler" + std::to_string(i), std::string(3000, 'f'));
        has_evicted_ = has_evicted_ || cache_->stats().evicted != 0;
        BOOST_TEST(has_evicted_ == (when_full_ == WhenFull::evict));
    }
    void advance(std::uint64_t us) { cache_.clock().advance(us); }
    void clear() {
        cache_->clear();
        model_.clear();
    }
    void checkpoint() {
        if (held_.size() == 8) return;
        held_.push_back({model_, now()});
        cache_->checkpoint("c" + std::to_string(held_.size()));
    }
    /// Goes back to the newest checkpoint, or finds that it is lost. Only a full cache may lose one.
    void rollback() {
        if (held_.empty()) checkpoint();
        const std::string name = "c" + std::to_string(held_.size());
        try {
            cache_->rollback(name);
            model_ = held_.back().first;
            BOOST_TEST(now() == held_.back().second);
        } catch (const Error& error) {
            BOOST_TEST((error.code() == ErrorCode::checkpoint_lost && may_be_full_));
        }
        cache_->release(name);
        held_.pop_back();
    }
    void fork() {
        const TestName name(kind() == Kind::file ? Kind::file : Kind::shared);
        Cache copy = fork_cache(*cache_, name.text()).value();
        compare(copy);
        copy.set(key_of(1), "of the copy");
        copy.clear();
        BOOST_TEST(problems_of(copy) == "");
    }
    /// Loads 30 keys, of which some are there.
    void load(LoadMode mode) {
        std::string text = "{\"dummycache\":1}\n";
        for (int i = 20; i < 50; ++i)
            text += "{\"key\":\"" + key_of(i) + "\",\"value\":\"loaded\"" +
                    (i % 2 == 0 ? ",\"ttl\":7}\n" : "}\n");
        std::istringstream stream(text);
        LoadOptions options;
        options.mode = mode;
        const std::uint64_t time = now();
        std::map<std::string, EntryId> before;
        for (int i = 20; i < 50; ++i)
            if (const auto entry = cache_->peek(key_of(i))) before[key_of(i)] = entry->id;
        try {
            dummycache::load(*cache_, stream, options);
        } catch (const Error& error) {
            BOOST_TEST((error.code() == ErrorCode::full && may_be_full_));
            return;
        }
        if (mode == LoadMode::replace) model_.clear();
        for (int i = 20; i < 50; ++i) {
            if (mode == LoadMode::only_missing && !was_loaded(key_of(i), before, time)) continue;
            model_[key_of(i)] = {"loaded", Codec::bytes, i % 2 == 0 ? time + 7 * kSecond : 0};
        }
    }

    void compare() {
        compare(*cache_);
        BOOST_TEST(problems_of(*cache_) == "");
    }

private:
    /// Whether a load of missing keys has stored this one. The model knows, unless the key was evicted.
    bool was_loaded(const std::string& key, const std::map<std::string, EntryId>& before,
                    std::uint64_t time) {
        const auto in_model = model_.find(key);
        const bool stays = in_model != model_.end() && in_model->second.is_alive(time);
        if (!stays || !has_evicted_) return !stays;
        const auto was = before.find(key);
        const auto is = cache_->peek(key);
        return was == before.end() || (is && is->id != was->second);
    }
    void forget(const std::string& key) {
        cache_->erase(key);
        model_.erase(key);
    }
    void compare(const Cache& cache) {
        State found;
        const std::uint64_t time = now();
        cache.visit([&](const EntryView& entry) {
            const std::uint64_t left = static_cast<std::uint64_t>(entry.ttl.count());
            found[std::string(entry.key)] = {std::string(entry.value), entry.codec,
                                             entry.ttl == kForever ? 0 : time + left};
            return true;
        });
        State wanted;
        for (const auto& [key, item] : model_) {
            if (item.is_alive(time) && (!has_evicted_ || found.contains(key))) wanted.emplace(key, item);
        }
        BOOST_TEST(found.size() == wanted.size());
        BOOST_TEST((found == wanted));
    }

    FrozenCache cache_;
    WhenFull when_full_;
    State model_;
    std::vector<std::pair<State, std::uint64_t>> held_;
    bool may_be_full_ = false;
    bool has_evicted_ = false;  ///< then entries may be missing, and those that are there are right
};

void touch(Both& both) {
    for (int i = 0; i < kKeys; i += 2) both.call({Operation::Call::touch, key_of(i), "", {}, 4 * kSecond, 1});
    for (int i = 1; i < kKeys; i += 4) both.call({Operation::Call::persist, key_of(i), "", {}, {}, 1});
}

void set_with_ttl(Both& both) {
    for (int i = 0; i < kKeys; ++i)
        both.set(key_of(i), std::string(100, 't'), 5 * kSecond + static_cast<std::uint64_t>(i), Codec::text);
    for (int i = 0; i < kKeys; i += 7) both.call({Operation::Call::ttl, key_of(i), "", {}, {}, 1});
}

void update(Both& both) {
    for (int i = 0; i < kKeys; i += 3) both.call({Operation::Call::append, key_of(i), "more", {}, {}, 1});
    for (int i = 0; i < 5; ++i)
        both.call({Operation::Call::incr, "count" + std::to_string(i), "", {}, {}, 5});
}

void set_large(Both& both) {
    both.set("large", std::string(200'000, 'l'), 6 * kSecond, Codec::json);
    both.call({Operation::Call::append, "large", std::string(50'000, 'm'), {}, {}, 1});
    both.set(std::string(40'000, 'k'), "of a long key");
}

void let_expire(Both& both) {
    for (int i = 0; i < 10; ++i) both.set("short" + std::to_string(i), std::string(1000, 's'), 1000);
    both.advance(2000);
    for (int i = 0; i < 10; i += 2)
        both.call({Operation::Call::add, "short" + std::to_string(i), "again", {}, {}, 1});
}

void erase(Both& both) {
    for (int i = 0; i < kKeys; i += 3) both.call({Operation::Call::erase, key_of(i), "", {}, {}, 1});
    for (int i = 1; i < kKeys; i += 9) both.call({Operation::Call::take, key_of(i), "", {}, {}, 1});
}

void wait(Both& both) {
    both.call({Operation::Call::erase, "awaited", "", {}, {}, 1});
    std::thread waiter([&] {
        both.cache().wait(
            "awaited", [](const auto& value) { return value.has_value(); }, 200ms);
    });
    both.set("awaited", "here", 3 * kSecond);
    waiter.join();
}

void lease(Both& both) {
    both.call({Operation::Call::erase, "leased", "", {}, {}, 1});
    auto found = get_or_lease(both.cache(), "leased", 5s, 1s);
    BOOST_REQUIRE(found.lease.has_value());
    both.set("leased", "by a write that came first");
    const bool there = both.cache().contains("leased");
    if (there) BOOST_TEST(!found.lease->fill("too late"));
}

struct Feature {
    const char* name;
    void (*apply)(Both&);
};
std::ostream& operator<<(std::ostream& out, const Feature& feature) { return out << feature.name; }

const Feature kFeatures[] = {{"touch", touch},
                             {"ttl", set_with_ttl},
                             {"update", update},
                             {"large", set_large},
                             {"expired", let_expire},
                             {"erase", erase},
                             {"full", [](Both& both) { both.fill(); }},
                             {"checkpoint", [](Both& both) { both.checkpoint(); }},
                             {"rollback", [](Both& both) { both.rollback(); }},
                             {"clear", [](Both& both) { both.clear(); }},
                             {"fork", [](Both& both) { both.fork(); }},
                             {"load", [](Both& both) { both.load(LoadMode::replace); }},
                             {"merge", [](Both& both) { both.load(LoadMode::merge); }},
                             {"load_missing", [](Both& both) { both.load(LoadMode::only_missing); }},
                             {"clock", [](Both& both) { both.advance(4 * kSecond + 20); }},
                             {"wait", wait},
                             {"lease", lease}};

}  // namespace

BOOST_AUTO_TEST_SUITE(store_pairs)

BOOST_DATA_TEST_CASE(each_feature_goes_with_each,
                     data::make(kFeatures) * data::make({WhenFull::refuse, WhenFull::evict}), first,
                     when_full) {
    for (const Feature& second : kFeatures) {
        BOOST_TEST_CONTEXT(first.name << ", then " << second.name) {
            Both both(Kind::shared, when_full);
            set_with_ttl(both);
            const auto step = [&](const Feature& feature) {
                feature.apply(both);
                both.compare();
            };
            step(first);
            step(second);
            step(first);
            update(both);
            both.compare();
            step(second);
            both.advance(10 * kSecond);
            both.compare();
            both.rollback();
            both.compare();
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()
