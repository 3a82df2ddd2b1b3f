// SPDX-License-Identifier: MIT
// clock: the cache's time, looked at, stopped and moved.
#include <algorithm>
#include <array>

#include <dummycache/clock.hpp>

#include "tools/cli/call.hpp"
#include "tools/cli/commands.hpp"
#include "tools/cli/format/json.hpp"
#include "tools/cli/format/text.hpp"
#include "tools/cli/parse.hpp"

namespace dummycache::cli {

namespace {

using Time = std::chrono::microseconds;

constexpr std::array kOptions{
    OptionSpec{"--force", "", "set: also to a time in the past"},
};

void show(Call& call, const Clock& clock) {
    const ClockReading reading = clock.read();
    if (call.settings.json) {
        JsonObject object;
        object.field("time", seconds(reading.now)).boolean("frozen", reading.frozen);
        call.out.line(object.field("offset", seconds(reading.offset)).text());
        return;
    }
    constexpr std::size_t kWidth = 8;
    call.out.field("time", kWidth, seconds(reading.now));
    call.out.field("state", kWidth, reading.frozen ? "frozen" : "running");
    call.out.field("offset", kWidth, seconds(reading.offset));
}

void set(const Call& call, Clock& clock, Time time) {
    const bool force = call.arguments.has("--force");
    try {
        clock.set(time, force ? Backwards::allow : Backwards::refuse);
    } catch (const Error& error) {
        if (error.code() != ErrorCode::invalid_argument) throw;
        throw Failure(Exit::usage, seconds(time) + " s is in the past, it is " + seconds(clock.now()) +
                                       " s; --force goes back");
    }
}

/// What a word after `clock` stands for; `parse` is there if it takes a time.
struct Action {
    std::string_view name;
    Time (*parse)(std::string_view text);
    void (*run)(Call& call, Clock& clock, Time time);
};

constexpr std::array kActions{
    Action{"show", nullptr, [](Call& call, Clock& clock, Time) { show(call, clock); }},
    Action{"freeze", nullptr, [](Call&, Clock& clock, Time) { clock.freeze(); }},
    Action{"advance", parse_step, [](Call&, Clock& clock, Time by) { clock.advance(by); }},
    Action{"set", parse_instant, [](Call& call, Clock& clock, Time time) { set(call, clock, time); }},
    Action{"resume", nullptr, [](Call&, Clock& clock, Time) { clock.resume(); }},
};

const Action& action_of(const Call& call) {
    const auto& operands = call.arguments.operands;
    const std::string_view name = operands.empty() ? kActions.front().name : operands.front();
    const auto* const action = std::ranges::find(kActions, name, &Action::name);
    if (action == kActions.end()) {
        throw Failure(Exit::usage, "'" + std::string(name) +
                                       "' is nothing to do; give show, freeze, advance S, set T or resume");
    }
    const bool has_argument = operands.size() > 1;
    if (has_argument != (action->parse != nullptr)) {
        throw Failure(Exit::usage, std::string(name) +
                                       (has_argument ? " takes nothing after it" : " needs a time after it"));
    }
    if (call.arguments.has("--force") && name != "set")
        throw Failure(Exit::usage, "--force has a meaning with set only");
    return *action;
}

Exit run_clock(Call& call) {
    // All that can be wrong with the command line, before it matters whether there is a cache.
    const Action& action = action_of(call);
    const Time time = action.parse == nullptr ? Time::zero() : action.parse(call.operand(1));
    const Cache cache = call.attach();
    call.note_faked_clock(cache);
    Clock clock(cache);
    action.run(call, clock, time);
    return Exit::done;
}

}  // namespace

constinit const Command kClock{
    .name = "clock",
    .group = Group::state,
    .operands = "[show|freeze|advance S|set T|resume]",
    .max_operands = 2,
    .options = kOptions,
    .summary = "shows, stops and moves the cache's time, for all processes",
    .details =
        "show      prints the time in seconds, whether it is frozen, and how far it is ahead of the\n"
        "          machine's boot clock\n"
        "freeze    stops it: nothing expires until it is resumed\n"
        "advance   moves it on by S, running or frozen\n"
        "set       sets it to T, in seconds as show prints it; going back needs --force\n"
        "resume    lets it go on from where it is\n"
        "Every process that is attached sees the change at once. It stays when nobody is.\n",
    .example = "dummycache clock freeze && dummycache clock advance 1h",
    .run = run_clock,
};

}  // namespace dummycache::cli
