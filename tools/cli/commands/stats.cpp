// SPDX-License-Identifier: MIT
// stats: what has happened in a cache, and what it is made of.
#include <array>

#include <dummycache/clock.hpp>

#include "tools/cli/call.hpp"
#include "tools/cli/commands.hpp"
#include "tools/cli/commands/stats_watch.hpp"
#include "tools/cli/format/json.hpp"
#include "tools/cli/format/text.hpp"

namespace dummycache::cli {

namespace {

enum class Unit { count, bytes };

struct Number {
    std::string_view name;   ///< in JSON
    std::string_view label;  ///< in the list
    std::uint64_t Stats::*value;
    Unit unit = Unit::count;
};

constexpr std::array kNumbers{
    Number{"entries", "entries", &Stats::entries},
    Number{"live_bytes", "live", &Stats::live_bytes, Unit::bytes},
    Number{"committed_bytes", "memory", &Stats::committed_bytes, Unit::bytes},
    Number{"capacity_bytes", "capacity", &Stats::capacity_bytes, Unit::bytes},
    Number{"hits", "hits", &Stats::hits},
    Number{"misses", "misses", &Stats::misses},
    Number{"sets", "sets", &Stats::sets},
    Number{"erases", "erases", &Stats::erases},
    Number{"clears", "clears", &Stats::clears},
    Number{"evicted", "evicted", &Stats::evicted},
    Number{"expired", "expired", &Stats::expired},
    Number{"read_retries", "read retries", &Stats::read_retries},
    Number{"moved_bytes", "moved", &Stats::moved_bytes, Unit::bytes},
    Number{"splits", "splits", &Stats::splits},
    Number{"recoveries", "recoveries", &Stats::recoveries},
    Number{"data_pages", "data pages", &Stats::data_pages},
    Number{"index_pages", "index pages", &Stats::index_pages},
    Number{"large_pages", "large pages", &Stats::large_pages},
    Number{"free_pages", "free pages", &Stats::free_pages},
};

constexpr std::array kStatsOptions{
    OptionSpec{"--watch", "", "print what happens each second, until Ctrl-C"},
    OptionSpec{"--by-client", "", "a line a client, of the events in the journal; and why reads missed"},
    OptionSpec{"--since", "S", "with --by-client: only the events of the last S, as 30s or 5m"},
};

Exit run_stats(Call& call) {
    const bool by_client = call.arguments.has("--by-client");
    if (call.arguments.has("--since") && (!by_client || call.arguments.has("--watch")))
        throw Failure(Exit::usage, "--since goes with --by-client, and not with --watch");
    const Cache cache = call.attach_operand();
    if (call.arguments.has("--watch")) watch_stats(call, cache);
    if (by_client) {
        print_by_client(call, cache);
        return Exit::done;
    }
    const Stats stats = cache.stats();
    call.note_frozen_clock(cache);
    if (call.settings.json) {
        JsonObject object;
        for (const Number& number : kNumbers) object.number(number.name, stats.*number.value);
        object.boolean("frozen", Clock(cache).frozen());
        call.out.line(object.text());
        return Exit::done;
    }
    constexpr std::size_t kWidth = 14;
    for (const Number& number : kNumbers) {
        const std::uint64_t value = stats.*number.value;
        call.out.field(number.label, kWidth,
                       number.unit == Unit::bytes ? human_size(value) : std::to_string(value));
    }
    return Exit::done;
}

}  // namespace

constinit const Command kStats{
    .name = "stats",
    .group = Group::look,
    .operands = "[NAME|PATH]",
    .max_operands = 1,
    .options = kStatsOptions,
    .summary = "prints the counters of a cache since it was made, or what happens now",
    .details =
        "Entries that have expired count until their bytes are reclaimed. --watch prints reads, their hit\n"
        "ratio, and what was stored, deleted, evicted and expired in each second. --by-client needs the\n"
        "journal to be on, or --watch; the reason of a miss is what is known of the key by now.\n",
    .example = "dummycache stats --json",
    .run = run_stats,
};

}  // namespace dummycache::cli
