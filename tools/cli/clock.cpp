// SPDX-License-Identifier: MIT
// clock: the cache's time, looked at, stopped and moved.
#include <algorithm>
#include <array>

#include <dummycache/clock.hpp>

#include "call.hpp"
#include "commands.hpp"
#include "json.hpp"
#include "parse.hpp"
#include "text.hpp"

namespace dummycache::cli {

namespace {

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
    call.out.line(call.out.dim("time    ") + seconds(reading.now));
    call.out.line(call.out.dim("state   ") + (reading.frozen ? "frozen" : "running"));
    call.out.line(call.out.dim("offset  ") + seconds(reading.offset));
}

/// What a word after `clock` stands for; `argument` is there if it takes one.
struct Action {
    std::string_view name;
    bool takes_argument;
    void (*run)(Call& call, Clock& clock);
};

constexpr std::array kActions{
    Action{"show", false, [](Call& call, Clock& clock) { show(call, clock); }},
    Action{"freeze", false, [](Call&, Clock& clock) { clock.freeze(); }},
    Action{"advance", true, [](Call& call, Clock& clock) { clock.advance(parse_step(call.operand(1))); }},
    Action{"set", true,
           [](Call& call, Clock& clock) {
               const bool force = call.arguments.has("--force");
               clock.set(parse_instant(call.operand(1)), force ? Backwards::allow : Backwards::refuse);
           }},
    Action{"resume", false, [](Call&, Clock& clock) { clock.resume(); }},
};

const Action& action_of(const Call& call) {
    const auto& operands = call.arguments.operands;
    const std::string_view name = operands.empty() ? kActions.front().name : operands.front();
    const auto* const action = std::ranges::find(kActions, name, &Action::name);
    if (action == kActions.end()) {
        throw Failure(Exit::usage, "clock: '" + std::string(name) +
                                       "' is nothing to do; give show, freeze, advance S, set T or resume");
    }
    const bool has_argument = operands.size() > 1;
    if (has_argument != action->takes_argument) {
        throw Failure(Exit::usage, "clock: " + std::string(name) +
                                       (has_argument ? " takes nothing after it" : " needs a time after it"));
    }
    if (call.arguments.has("--force") && name != "set")
        throw Failure(Exit::usage, "clock: --force has a meaning with set only");
    return *action;
}

Exit run_clock(Call& call) {
    const Action& action = action_of(call);
    Clock clock(call.attach());
    action.run(call, clock);
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
