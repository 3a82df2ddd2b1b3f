// SPDX-License-Identifier: MIT
// A write that is about the entry which a key has, in a full cache: the room that it makes comes from others.
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <functional>
#include <string>
#include <vector>

#include "store/entry/write.hpp"
#include "store/layout/attachment.hpp"
#include "support/checked_value.hpp"
#include "support/test_cache.hpp"

using namespace dummycache;
using namespace dummycache::test;
using namespace std::chrono_literals;
namespace data = boost::unit_test::data;

namespace {

constexpr std::size_t kFillers[] = {100, 3000, 30'000, 100'000};

/// A cache that has begun to evict, and whose oldest entries are the first numbers from `oldest` on.
class FullCache {
public:
    FullCache(std::uint64_t capacity, std::size_t filler, std::size_t key_bytes = 0)
        : cache_(Kind::private_memory, options_of(capacity)), filler_(filler), key_rest_(key_bytes, '-') {
        while (cache_->stats().evicted == 0) add();
    }

    Cache& operator*() noexcept { return *cache_; }
    Cache* operator->() noexcept { return &*cache_; }

    void add() {
        cache_->set(key_of(newest_), checked_value(key_of(newest_), 0, filler_));
        ++newest_;
    }
    /// The oldest key, or the n-th after it, around.
    std::string oldest_key(std::size_t n = 0) {
        while (!cache_->peek(key_of(oldest_))) ++oldest_;
        std::vector<std::string> present;
        for (std::uint64_t i = oldest_; i < newest_ && present.size() <= n; ++i)
            if (cache_->peek(key_of(i))) present.push_back(key_of(i));
        return present[n % present.size()];
    }
    void read_all() {
        for (std::uint64_t i = oldest_; i < newest_; ++i) static_cast<void>(cache_->contains(key_of(i)));
    }

private:
    [[nodiscard]] std::string key_of(std::uint64_t number) const {
        return "k" + std::to_string(number) + key_rest_;
    }

    TestCache cache_;
    std::size_t filler_;
    std::string key_rest_;
    std::uint64_t newest_ = 0;
    std::uint64_t oldest_ = 0;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(store_exempt)

BOOST_DATA_TEST_CASE(what_is_changed_is_not_evicted_for_it, data::make({1, 8, 48}) * data::make(kFillers),
                     mib, filler) {
    FullCache cache(static_cast<std::uint64_t>(mib) * kMiB, filler);
    for (int i = 0; i < 40; ++i) {
        const std::string key = cache.oldest_key();
        const std::string large(std::size_t{20'000} << i % 4, 'b');
        const std::string before = cache->peek(key)->value;
        switch (i % 5) {
            case 0: BOOST_TEST(cache->replace(key, large)); break;
            case 1: BOOST_TEST(cache->set_if(key, large, cache->peek(key)->id)); break;
            case 2: BOOST_TEST(cache->append(key, large) == before.size() + large.size()); break;
            case 3: BOOST_TEST(cache->append(key, "x") == before.size() + 1); break;
            default: BOOST_TEST(cache->take(key)->size() == before.size());
        }
        if (i % 5 == 2) BOOST_TEST((cache->peek(key)->value == before + large));
        if (i % 5 < 2) BOOST_TEST((cache->peek(key)->value == large));
        for (int more = 0; more < 3; ++more) cache.add();
    }
    BOOST_TEST(problems_of(*cache) == "");
}

// Then the page that entries move to is soon full, with no other one in reserve.
BOOST_DATA_TEST_CASE(what_cannot_move_stays,
                     data::make({3000, 8000}) * data::make({1, 2, 8}) * data::make({1U, 7U}), key_bytes, mib,
                     keys) {
    FullCache cache(static_cast<std::uint64_t>(mib) * kMiB, 20'000, static_cast<std::size_t>(key_bytes));
    for (unsigned i = 0; i < 300; ++i) {
        const std::string key = cache.oldest_key(i % keys);
        const std::string value(20'000 + 600 * static_cast<std::size_t>(i), 'v');
        BOOST_TEST(cache->replace(key, value));
        BOOST_REQUIRE(cache->peek(key));
        BOOST_TEST((cache->peek(key)->value == value));
        if (i % 2 == 0) cache.add();
        if (i % 3 == 0) cache.read_all();  // eviction moves what was read, too
    }
    BOOST_TEST(problems_of(*cache) == "");
}

BOOST_AUTO_TEST_CASE(a_counter_goes_on_counting) {
    TestCache cache(Kind::private_memory, options_of(kMiB));
    const auto key_of = [](int number) { return std::to_string(number) + std::string(3000, 'k'); };
    int newest = 0;
    while (cache->stats().evicted == 0) cache->set(key_of(newest++), "1");
    for (int oldest = 0; oldest < newest; ++oldest) {
        if (cache->peek(key_of(oldest))) BOOST_TEST(cache->incr(key_of(oldest)) == 2);
    }
}

BOOST_AUTO_TEST_CASE(what_does_not_fit_beside_the_old_value_leaves_it) {
    TestCache cache(Kind::private_memory, options_of(kMiB));
    const std::string half(500'000, 'h');
    cache->set("big", half);
    cache->set("other", "1");
    for (const auto& call : std::vector<std::function<void()>>{
             [&] { cache->replace("big", half); }, [&] { cache->append("big", "x"); },
             [&] { cache->set_if("big", half, cache->peek("big")->id); }}) {
        BOOST_TEST(throws(ErrorCode::full, call));
        BOOST_REQUIRE(cache->peek("big"));
        BOOST_TEST((cache->peek("big")->value == half));
        BOOST_TEST(cache->contains("other"));
    }
    BOOST_TEST(cache->set("big", half));  // the old value goes first
}

BOOST_AUTO_TEST_CASE(without_anything_else_to_evict_it_is_full) {
    TestCache cache(Kind::private_memory, options_of(kMiB));
    constexpr std::size_t kLarge = 16;  // pages; index, entries and reserve have one each
    const std::string old((cache.attachment().memory.pages - kLarge - 3) * 32 * kKiB, 'o');
    cache->set("k", old);
    for (const char* const small : {"a", "b"}) cache->set(small, std::string(10'000, 's'));
    // A value that is being written holds all other pages.
    bool asked = false;
    const store::StagedPages::Pull pull = [&](std::byte* to, std::size_t bytes) {
        std::fill_n(to, bytes, std::byte{1});
        if (std::exchange(asked, true)) return;
        BOOST_TEST(throws(ErrorCode::full, [&] { cache->replace("k", std::string(16'000, 'n')); }));
        BOOST_TEST((cache->peek("k").value().value == old));
    };
    store::WriteRequest request{"set", "large", {}, {}, Codec::bytes, store::Condition::always, 0, {}};
    request.pulled_bytes = kLarge * 32 * kKiB;
    request.pull = &pull;
    BOOST_TEST(store::write(cache.attachment(), request));
    BOOST_TEST(asked);
}

BOOST_DATA_TEST_CASE(a_new_deadline_loses_no_value, data::make({false, true}), persists) {
    TestCache cache(Kind::private_memory, options_of(8 * kMiB));
    const std::string big(3'980'573, 'b');
    cache->set("big", big, 2h);
    for (int i = 0; i < 3; ++i) cache->set("m" + std::to_string(i), std::string(900'000, 'm'));
    cache->checkpoint("c");
    BOOST_TEST((persists ? cache->persist("big") : cache->touch("big", 1h)));
    BOOST_REQUIRE(cache->peek("big"));
    BOOST_TEST((cache->peek("big")->value == big));
    BOOST_TEST((cache->ttl("big") <= 1h || persists));
}

BOOST_AUTO_TEST_CASE(what_is_taken_under_a_checkpoint_is_not_evicted_for_its_record) {
    FullCache cache(kMiB, 3000);
    cache->checkpoint("c");
    for (int i = 0; i < 100; ++i) {
        const std::string key = cache.oldest_key();
        BOOST_TEST(cache->take(key).has_value());
        cache.add();
    }
}

BOOST_AUTO_TEST_SUITE_END()
