// SPDX-License-Identifier: MIT
// Goal: the checker that judges the histories of a cache accepts what can have happened and rejects
// everything else.
// Method: histories made by hand, and thousands of small random ones that are judged a second time by
// trying every order of their calls.
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <iostream>
#include <numeric>
#include <tuple>

#include "support/random.hpp"
#include "torture/linearizability/linearizability_checker.hpp"

using namespace dummycache::test;

namespace {

using Kind = Call::Kind;

struct When {
    std::uint64_t begin;
    std::uint64_t end;
};

Call call(Kind kind, When when, std::int64_t argument, bool yes, std::int64_t value = 0,
          std::int64_t expected = 0) {
    return {kind, when.begin, when.end, argument, expected, yes, value, false};
}
Call set(When when, std::int64_t number) { return call(Kind::set, when, number, true); }
Call get(When when, std::int64_t number) { return call(Kind::get, when, 0, true, number); }
Call nothing(When when) { return call(Kind::get, when, 0, false); }
Call incr(When when, std::int64_t sum) { return call(Kind::incr, when, 1, true, sum); }
Call add(When when, std::int64_t number, bool yes) { return call(Kind::add, when, number, yes); }
Call take(When when, std::int64_t number) { return call(Kind::take, when, 0, true, number); }
Call erase(When when, bool yes) { return call(Kind::erase, when, 0, yes); }
Call set_if(When when, std::int64_t expected, std::int64_t number, bool yes) {
    return call(Kind::set_if, when, number, yes, 0, expected);
}
Call killed(Call one) {
    one.was_killed = true;
    one.yes = false;
    one.value = 0;
    return one;
}

bool accepts(const std::vector<Call>& calls) { return linearizability_problem(calls).empty(); }

/// Every order of these calls in which none comes before one that had ended when it began.
bool has_an_order(const std::vector<Call>& calls) {
    std::vector<std::size_t> order(calls.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    do {
        std::optional<KeyState> state = KeyState{};
        for (std::size_t i = 0; i < order.size() && state; ++i) {
            const Call& now = calls[order[i]];
            for (std::size_t j = i + 1; j < order.size(); ++j) {
                if (calls[order[j]].end < now.begin) state.reset();
            }
            if (state) state = applied(*state, now);
        }
        if (state) return true;
    } while (std::next_permutation(order.begin(), order.end()));
    return false;
}

/// The same; each call that was killed is left out or not.
bool can_have_happened(const std::vector<Call>& calls, std::size_t at = 0) {
    if (at == calls.size()) return has_an_order(calls);
    if (calls[at].was_killed) {
        std::vector<Call> without = calls;
        without.erase(without.begin() + static_cast<std::ptrdiff_t>(at));
        if (can_have_happened(without, at)) return true;
    }
    return can_have_happened(calls, at + 1);
}

/// A few calls with few numbers and any answers, so that many are right by chance.
std::vector<Call> random_calls(Random& random) {
    const std::size_t count = 2 + random.below(4);
    std::vector<std::uint64_t> moments(2 * count);
    std::iota(moments.begin(), moments.end(), std::uint64_t{1});
    for (std::size_t i = moments.size() - 1; i != 0; --i) std::swap(moments[i], moments[random.below(i + 1)]);
    std::vector<Call> calls;
    for (std::size_t i = 0; i < count; ++i) {
        Call one;
        one.kind = static_cast<Kind>(random.below(Call::kKinds));
        std::tie(one.begin, one.end) = std::minmax(moments[2 * i], moments[2 * i + 1]);
        one.argument = static_cast<std::int64_t>(1 + random.below(2));
        one.expected = static_cast<std::int64_t>(1 + random.below(2));
        const bool always_yes = one.kind == Kind::set || one.kind == Kind::incr || one.kind == Kind::clear;
        one.yes = always_yes || random.below(2) == 0;
        one.value = static_cast<std::int64_t>(1 + random.below(3));
        one.was_killed = random.below(5) == 0;
        calls.push_back(one);
    }
    return calls;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(linearizability_checker)

BOOST_AUTO_TEST_CASE(calls_one_after_the_other_are_accepted) {
    BOOST_TEST(accepts({}));
    BOOST_TEST(accepts({nothing({1, 2}), set({3, 4}, 7), get({5, 6}, 7), erase({7, 8}, true),
                        nothing({9, 10}), erase({11, 12}, false)}));
    BOOST_TEST(accepts({incr({1, 2}, 1), incr({3, 4}, 2), take({5, 6}, 2), incr({7, 8}, 1)}));
    BOOST_TEST(accepts({add({1, 2}, 5, true), add({3, 4}, 6, false), set_if({5, 6}, 5, 8, true),
                        set_if({7, 8}, 5, 9, false), get({9, 10}, 8)}));
}

BOOST_AUTO_TEST_CASE(calls_at_once_may_have_any_order) {
    BOOST_TEST(accepts({set({1, 4}, 7), nothing({2, 3})}));
    BOOST_TEST(accepts({set({1, 4}, 7), get({2, 3}, 7)}));
    BOOST_TEST(accepts({set({1, 6}, 7), nothing({2, 3}), get({4, 5}, 7)}));
    BOOST_TEST(accepts({set({1, 10}, 1), set({2, 9}, 2), get({3, 4}, 1), get({5, 6}, 2)}));
    BOOST_TEST(accepts({incr({1, 6}, 3), incr({2, 5}, 1), incr({3, 4}, 2)}));
    BOOST_TEST(accepts({add({1, 4}, 5, false), add({2, 3}, 6, true)}));
}

BOOST_AUTO_TEST_CASE(a_value_from_the_past_is_rejected) {
    BOOST_TEST(!accepts({set({1, 2}, 1), set({3, 4}, 2), get({5, 6}, 1)}));
    BOOST_TEST(!accepts({set({1, 2}, 1), nothing({3, 4})}));
    BOOST_TEST(!accepts({set({1, 2}, 1), erase({3, 4}, true), get({5, 6}, 1)}));
    // New, then old again, next to a set that is under way.
    BOOST_TEST(!accepts({set({1, 2}, 1), set({3, 8}, 2), get({4, 5}, 2), get({6, 7}, 1)}));
    BOOST_TEST(!accepts({set({1, 10}, 1), set({2, 9}, 2), get({3, 4}, 1), get({5, 6}, 2), get({7, 8}, 1)}));
}

BOOST_AUTO_TEST_CASE(a_value_from_nowhere_or_from_the_future_is_rejected) {
    BOOST_TEST(!accepts({set({1, 2}, 1), get({3, 4}, 2)}));
    BOOST_TEST(!accepts({get({1, 2}, 1), set({3, 4}, 1)}));
    BOOST_TEST(!accepts({erase({1, 2}, true)}));
}

BOOST_AUTO_TEST_CASE(lost_and_doubled_updates_are_rejected) {
    BOOST_TEST(!accepts({incr({1, 4}, 1), incr({2, 3}, 1)}));
    BOOST_TEST(!accepts({incr({1, 2}, 2)}));
    BOOST_TEST(!accepts({add({1, 4}, 5, true), add({2, 3}, 6, true)}));
    BOOST_TEST(!accepts({set({1, 2}, 1), take({3, 6}, 1), take({4, 5}, 1)}));
    BOOST_TEST(!accepts({set({1, 2}, 1), set_if({3, 6}, 1, 2, true), set_if({4, 5}, 1, 3, true)}));
    BOOST_TEST(!accepts({set({1, 2}, 1), set_if({3, 4}, 1, 2, false)}));
}

BOOST_AUTO_TEST_CASE(a_killed_call_happened_once_or_never) {
    const Call dead = killed(set({3, 6}, 2));
    BOOST_TEST(accepts({set({1, 2}, 1), dead, get({7, 8}, 1)}));
    BOOST_TEST(accepts({set({1, 2}, 1), dead, get({7, 8}, 2)}));
    BOOST_TEST(accepts({set({1, 2}, 1), dead, get({4, 5}, 1), get({7, 8}, 2)}));
    BOOST_TEST(!accepts({set({1, 2}, 1), dead, get({4, 5}, 2), get({7, 8}, 1)}));
    // It does not happen after its death.
    BOOST_TEST(!accepts({set({1, 2}, 1), dead, get({7, 8}, 1), get({9, 10}, 2)}));
    BOOST_TEST(!accepts({killed(incr({1, 4}, 0)), incr({5, 6}, 3)}));
    BOOST_TEST(accepts({killed(incr({1, 4}, 0)), killed(incr({2, 3}, 0)), incr({5, 6}, 3)}));
}

BOOST_AUTO_TEST_CASE(small_histories_are_judged_as_by_trying_every_order) {
    Random random;
    int accepted = 0;
    int rejected = 0;
    for (int i = 0; i < 20'000; ++i) {
        const std::vector<Call> calls = random_calls(random);
        const bool expected = can_have_happened(calls);
        (expected ? accepted : rejected) += 1;
        BOOST_REQUIRE(accepts(calls) == expected);
    }
    std::cout << "small histories: " << accepted << " accepted, " << rejected << " rejected" << std::endl;
    BOOST_TEST(accepted > 1000);
    BOOST_TEST(rejected > 1000);
}

BOOST_AUTO_TEST_SUITE_END()
