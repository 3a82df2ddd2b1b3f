// SPDX-License-Identifier: MIT
// The search of Wing and Gong, in the order of time: it keeps every pair of a state that the key may
// have and the open calls that have happened by then. Only when a call ends must it have happened; then
// those open calls are put before it that make its answer right (G. Lowe, "Testing for
// linearizability", 2017). Pairs that are met again are not looked at again.
#include "torture/linearizability/linearizability_checker.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <stdexcept>
#include <utility>

namespace dummycache::test {

namespace {

constexpr std::size_t kMostOpen = 64;

using Happened = std::uint64_t;  ///< a bit a place in the list of open calls

struct Possibility {
    KeyState state;
    Happened happened = 0;

    auto operator<=>(const Possibility&) const = default;
};

class Search {
public:
    void begin(const Call& call) {
        const auto place = std::find(open_.begin(), open_.end(), nullptr);
        if (place == open_.end()) throw std::length_error("too many calls at once");
        *place = &call;
    }

    /// False if the call cannot have happened by now.
    bool end(const Call& call) {
        const auto place =
            static_cast<std::size_t>(std::find(open_.begin(), open_.end(), &call) - open_.begin());
        const Happened bit = Happened{1} << place;
        std::set<Possibility> left;
        std::set<Possibility> met;
        std::vector<Possibility> waiting(possible_.begin(), possible_.end());
        while (!waiting.empty()) {
            const Possibility now = waiting.back();
            waiting.pop_back();
            if ((now.happened & bit) != 0) {
                left.insert({now.state, now.happened & ~bit});
                continue;
            }
            if (!met.insert(now).second) continue;
            go_on_from(now, waiting);
        }
        // One that was killed need not have happened, but then it never will.
        if (call.was_killed) left.insert(possible_.begin(), possible_.end());
        if (call.was_killed) forget(left, bit);
        open_[place] = nullptr;
        possible_ = std::move(left);
        return !possible_.empty();
    }

private:
    void go_on_from(const Possibility& now, std::vector<Possibility>& waiting) const {
        for (std::size_t i = 0; i < kMostOpen; ++i) {
            const Happened bit = Happened{1} << i;
            if (open_[i] == nullptr || (now.happened & bit) != 0) continue;
            if (const auto state = applied(now.state, *open_[i]))
                waiting.push_back({*state, now.happened | bit});
        }
    }

    /// The place will be another call's.
    static void forget(std::set<Possibility>& possible, Happened bit) {
        std::set<Possibility> without;
        for (const Possibility& one : possible) without.insert({one.state, one.happened & ~bit});
        possible = std::move(without);
    }

    std::array<const Call*, kMostOpen> open_{};
    std::set<Possibility> possible_{Possibility{}};
};

const char* name_of(Call::Kind kind) {
    static constexpr const char* kNames[Call::kKinds] = {"get",   "set",  "add",  "replace", "set_if",
                                                         "erase", "take", "incr", "clear"};
    return kNames[static_cast<int>(kind)];
}

/// The call, and those that were open at its end.
std::string described(const std::vector<Call>& calls, const Call& wrong) {
    std::string text = "cannot have happened: ";
    const auto add = [&](const Call& call) {
        text += name_of(call.kind);
        text += "(" + std::to_string(call.argument) + ", " + std::to_string(call.expected) + ") = " +
                (call.was_killed ? "killed"
                 : call.yes      ? "yes " + std::to_string(call.value)
                                 : "no") +
                " [" + std::to_string(call.begin) + ", " + std::to_string(call.end) + "]; ";
    };
    add(wrong);
    text += "next to: ";
    for (const Call& call : calls) {
        if (&call != &wrong && call.begin < wrong.end && call.end > wrong.begin) add(call);
    }
    return text;
}

}  // namespace

std::optional<KeyState> applied(const KeyState& state, const Call& call) {
    using Kind = Call::Kind;
    const auto if_said = [&](bool yes, const KeyState& left) -> std::optional<KeyState> {
        if (!call.was_killed && yes != call.yes) return std::nullopt;
        return left;
    };
    const auto if_told = [&](const KeyState& told, const KeyState& left) -> std::optional<KeyState> {
        if (!call.was_killed && told && call.yes && *told != call.value) return std::nullopt;
        return if_said(told.has_value(), left);
    };
    switch (call.kind) {
        case Kind::get: return if_told(state, state);
        case Kind::take: return if_told(state, std::nullopt);
        case Kind::erase: return if_said(state.has_value(), std::nullopt);
        case Kind::set: return if_said(true, call.argument);
        case Kind::add: return if_said(!state, state ? state : call.argument);
        case Kind::replace: return if_said(state.has_value(), state ? call.argument : state);
        case Kind::set_if: {
            const bool same = state == call.expected;
            return if_said(same, same ? call.argument : state);
        }
        case Kind::incr: {
            const KeyState sum = state.value_or(0) + call.argument;
            return if_told(sum, sum);
        }
        case Kind::clear: return if_said(true, std::nullopt);
    }
    return std::nullopt;
}

std::string linearizability_problem(std::vector<Call> calls) {
    struct Moment {
        std::uint64_t when;
        const Call* call;
        bool is_end;
    };
    std::vector<Moment> moments;
    for (const Call& call : calls) {
        moments.push_back({call.begin, &call, false});
        moments.push_back({call.end, &call, true});
    }
    std::sort(moments.begin(), moments.end(),
              [](const Moment& a, const Moment& b) { return a.when < b.when; });
    Search search;
    for (const Moment& moment : moments) {
        if (!moment.is_end)
            search.begin(*moment.call);
        else if (!search.end(*moment.call))
            return described(calls, *moment.call);
    }
    return "";
}

}  // namespace dummycache::test
