// SPDX-License-Identifier: MIT
// monitor, log and journal: what happens in a cache, and what has happened.
#include <array>
#include <limits>
#include <optional>
#include <thread>

#include <fmt/format.h>

#include <dummycache/events.hpp>

#include "tools/cli/call.hpp"
#include "tools/cli/commands.hpp"
#include "tools/cli/commands/event_filter.hpp"
#include "tools/cli/format/event_text.hpp"
#include "tools/cli/format/json.hpp"
#include "tools/cli/format/text.hpp"
#include "tools/cli/parse.hpp"
#include "tools/cli/process/interrupt.hpp"

namespace dummycache::cli {

namespace {

constexpr OptionSpec kValuesOption{"--values", "", "show the beginning of the value that the key has by now"};
constexpr std::array kMonitorOptions{kMatchOption,  kOpOption,  kOutcomeOption,
                                     kClientOption, kPidOption, kValuesOption};
constexpr std::array kLogOptions{OptionSpec{"--last", "N", "the last N events only"},
                                 kMatchOption,
                                 kOpOption,
                                 kOutcomeOption,
                                 kClientOption,
                                 kPidOption};

/// The beginning of the value that the key has by now, for an event that says that it has one.
std::optional<std::string> value_of(const Cache& cache, const Event& event) {
    constexpr std::size_t kShown = 60;
    const bool has_value = event.outcome == "hit" || event.outcome == "stored";
    if (!has_value || event.key.empty() || event.key_bytes > event.key.size()) return std::nullopt;
    const auto entry = cache.peek(event.key);
    if (!entry) return std::nullopt;
    return entry->value.substr(0, kShown) + (entry->value.size() > kShown ? "..." : "");
}

/// Writes events as they come, and says how many are missing.
class EventPrinter {
public:
    EventPrinter(Call& call, const Cache& cache)
        : call_(call),
          cache_(cache),
          filter_(call),
          shows_values_(call.arguments.has(kValuesOption.long_name())) {}

    void print(const Event& event) {
        if (!filter_.shows(event)) return;
        const auto value = shows_values_ ? value_of(cache_, event) : std::nullopt;
        if (call_.settings.json) return call_.out.line(event_json(event, value));
        call_.out.line(event_line(call_.out, event, value ? escaped(*value) : std::string()));
    }
    /// `time`: so far.
    void print_unwatched(std::chrono::milliseconds time) {
        if (time == unwatched_) return;
        const auto more = time - std::exchange(unwatched_, time);
        call_.out.line(call_.settings.json ? unwatched_json(more) : unwatched_line(call_.out, more));
    }
    /// `lost`: so far.
    void print_lost(std::uint64_t lost) {
        if (lost == lost_) return;
        const std::uint64_t more = lost - std::exchange(lost_, lost);
        call_.out.line(call_.settings.json ? lost_json(more) : lost_line(call_.out, more));
    }

private:
    Call& call_;
    const Cache& cache_;
    EventFilter filter_;
    bool shows_values_;
    std::uint64_t lost_ = 0;
    std::chrono::milliseconds unwatched_{0};
};

Exit run_monitor(Call& call) {
    constexpr auto kPause = std::chrono::milliseconds(2);
    const Cache cache = call.open();
    EventPrinter printer(call, cache);
    EventStream stream(cache);
    call.note("watching '" + cache.info().name + "'; Ctrl-C ends it");
    for (;;) {
        // A line at a time if there are few, so that a reader of a pipe sees each at once.
        const std::size_t count = stream.read([&](const Event& event) {
            printer.print_unwatched(stream.unwatched());
            printer.print_lost(stream.lost());
            printer.print(event);
        });
        printer.print_unwatched(stream.unwatched());
        printer.print_lost(stream.lost());
        call.out.flush();
        throw_if_interrupted();
        if (count == 0) std::this_thread::sleep_for(kPause);
    }
}

/// It is on, and yet nothing can be noted.
void note_if_without_memory(const Call& call, const JournalInfo& info) {
    if (info.state != JournalState::off && info.memory == 0)
        call.note(
            "the system has no memory for the journal, so nothing is noted; make room in the cache's file "
            "system");
}

Exit run_log(Call& call) {
    std::size_t last = 0;
    if (const auto* text = call.arguments.value("--last"))
        last = parse_count(*text, "--last", std::numeric_limits<std::int64_t>::max());
    const Cache cache = call.attach();
    EventPrinter printer(call, cache);
    read_journal(cache, last, [&](const Event& event) {
        throw_if_interrupted();
        printer.print(event);
    });
    const JournalInfo info = journal_info(cache);
    if (info.state == JournalState::off && info.noted == 0)
        call.note("no events are noted; switch them on: dummycache journal on");
    note_if_without_memory(call, info);
    return Exit::done;
}

std::string state_text(const JournalInfo& info) {
    switch (info.state) {
        case JournalState::off: return "off";
        case JournalState::watched: return "on while somebody watches";
        case JournalState::on: return "on";
    }
    return "?";
}

void print_state(Call& call, const JournalInfo& info) {
    if (call.settings.json) {
        call.out.line(JsonObject()
                          .bytes("state", info.state == JournalState::on        ? "on"
                                          : info.state == JournalState::watched ? "watched"
                                                                                : "off")
                          .number("room", info.room)
                          .number("noted", info.noted)
                          .number("memory", info.memory)
                          .text());
        return;
    }
    constexpr std::size_t kWidth = 8;
    call.out.field("journal", kWidth, state_text(info));
    call.out.field("keeps", kWidth, fmt::format("the last {} events", info.room));
    call.out.field("noted", kWidth, std::to_string(info.noted));
    call.out.field("memory", kWidth, human_size(info.memory));
    note_if_without_memory(call, info);
}

Exit run_journal(Call& call) {
    if (call.arguments.operands.empty()) {
        print_state(call, journal_info(call.attach()));
        return Exit::done;
    }
    const std::string& word = call.operand(0);
    if (word != "on" && word != "off")
        throw Failure(Exit::usage, "'" + escaped(word) + "' is neither on nor off");
    Cache cache = call.open();
    switch_journal(cache, word == "on");
    return Exit::done;
}

}  // namespace

constinit const Command kMonitor{
    .name = "monitor",
    .group = Group::look,
    .operands = "",
    .options = kMonitorOptions,
    .summary = "prints each call of each process as it happens",
    .details =
        "A line an event: when, what was called, what came of it, the key, the size of the value, who. Of a\n"
        "long key the first 80 bytes. A cache that does not exist is made. Calls that only look, as those\n"
        "of ls or show, are no events. Nobody waits for this command: if it is too slow, events are lost,\n"
        "and a line says how many.\n" DUMMYCACHE_EVENT_WORDS,
    .example = "dummycache monitor --outcome miss --match 'user:*'",
    .run = run_monitor,
};

constinit const Command kLog{
    .name = "log",
    .group = Group::look,
    .operands = "",
    .options = kLogOptions,
    .summary = "prints the last events that the journal has",
    .details =
        "Events are noted while the journal is on, or while somebody watches. It keeps the last ones: a\n"
        "2,048th of the capacity in number, from 2,048 to 131,072; unless it is on, only as long as a\n"
        "process uses the cache.\n" DUMMYCACHE_EVENT_WORDS,
    .example = "dummycache log --last 20",
    .run = run_log,
};

constinit const Command kJournal{
    .name = "journal",
    .group = Group::look,
    .operands = "[on|off]",
    .max_operands = 1,
    .summary = "switches the noting of events on or off, or tells whether it is on",
    .details =
        "Without this, events are noted only while somebody watches. It costs each call some 50 ns, and\n"
        "a sixteenth of the capacity in memory (256K to 16M), beside the capacity.\n",
    .example = "dummycache journal on",
    .run = run_journal,
};

}  // namespace dummycache::cli
