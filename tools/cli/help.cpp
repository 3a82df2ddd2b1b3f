// SPDX-License-Identifier: MIT
// The help, made from the descriptions of the commands.
#include "tools/cli/help.hpp"

#include <array>
#include <utility>

#include "tools/cli/format/text.hpp"

namespace dummycache::cli {

namespace {

constexpr std::array kGroups{
    std::pair{Group::data, "data"},
    std::pair{Group::look, "look (changes no counter and no order of eviction)"},
    std::pair{Group::fixtures, "fixtures (states in files: written, loaded, compared)"},
    std::pair{Group::state, "state (all processes at once)"},
    std::pair{Group::caches, "caches"},
    std::pair{Group::measure, "measure"},
    std::pair{Group::other, "other"},
};

constexpr std::string_view kRules = R"(arguments
  S     a time to live: seconds (90, 1.5), or with units (250ms, 10m, 1h30m, 2d), or forever; m is a
        minute
  SIZE  bytes, or a number with K, M, G or T, also as KB or KiB (powers of 1024); m is mega
  GLOB  * any bytes, ? one, [a-z] one of these, [!a] none of these, \* a literal
  NAME  %w in a name or path is the id of the test worker, from the first of these variables that
        is set and not empty, or nothing: DUMMYCACHE_WORKER PYTEST_XDIST_WORKER TEST_ENV_NUMBER
        TEST_WORKER_INDEX JEST_WORKER_ID VITEST_POOL_ID MOCHA_WORKER_ID TEST_SHARD_INDEX
        GTEST_SHARD_INDEX; %r is the id of the run, from DUMMYCACHE_RUN or
        PYTEST_XDIST_TESTRUNUID, else the same in all processes of a session; %% is %.
        UID:NAME is the cache of another user who created it with a --mode that lets you in
  Words that begin with - and are no option go after --.

output
  Data goes to standard output, everything else to standard error. In lists a key is escaped so
  that it is one line: \\ \n \t \r, and \xHH for other control characters and for what is not
  UTF-8. With --json nothing is lost: each result is an object on a line of its own, in which a
  "key" or "value" that is not UTF-8 is called "key_base64" or "base64", as in a dump; a "ttl" is
  in seconds, null is for ever; sizes are bytes. load takes the entries that get, show and ls print.

exit codes
  0  yes, or done                          3    no such cache, no permission, no server
  1  no: missing, not stored, differs      4    refused: no space, wrong kind of value, busy
  2  a wrong command line or argument      5    bad data: damaged, or of another version
                                           124  the time to wait is over
                                           130  interrupted
  A server that does not answer gives 3, whatever the command; one whose answer was lost 4.
  A cache that does not exist is an empty one for get, take, exists, ttl, touch, persist, replace
  and del. It is made by set, add, append, incr, decr, wait and load. Other commands end with 3.
)";

void append_row(std::string& out, std::string_view left, std::string_view right, std::size_t width) {
    std::string row = "  " + std::string(left);
    const std::size_t columns = columns_of(row);
    if (columns > width) {
        row += "\n" + std::string(width + 2, ' ');
    } else {
        row.append(width + 2 - columns, ' ');
    }
    out += row.append(right).append("\n");
}

void append_options(std::string& out, std::string_view title, std::span<const OptionSpec> options) {
    constexpr std::size_t width = 25;
    out.append("\n").append(title).append("\n");
    for (const OptionSpec& option : options) {
        std::string names = option.names.starts_with("--") ? "    " : "";
        for (const char letter : option.names) names.append(1, letter).append(letter == ',' ? " " : "");
        if (!option.value.empty()) names.append(" ").append(option.value);
        append_row(out, names, option.help, width);
    }
}

}  // namespace

std::string synopsis(const Command& command) {
    std::string text(command.name);
    if (!command.operands.empty()) text.append(" ").append(command.operands);
    return text;
}

std::string overview() {
    constexpr std::size_t width = 25;
    std::string out =
        "dummycache: a cache that the processes of a machine share without a server\n\n"
        "usage: dummycache [OPTIONS] COMMAND [ARGUMENTS]\n";
    for (const auto& [group, title] : kGroups) {
        out.append("\n").append(title).append("\n");
        for (const Command* command : commands()) {
            if (command->group == group) append_row(out, synopsis(*command), command->summary, width);
        }
    }
    append_options(out, "options of every command, before or after it", common_options());
    return out.append("\n").append(kRules).append("\nMore on a command: dummycache help COMMAND\n");
}

std::string help_of(const Command& command) {
    std::string usage = synopsis(command);
    if (!command.options.empty()) {
        // Where another command stands behind, its options do.
        usage.insert(command.runs_another ? command.name.size() : usage.size(), " [OPTIONS]");
    }
    std::string out = "usage: dummycache " + usage;
    out.append("\n\n").append(command.name).append(" ").append(command.summary).append(".\n");
    if (!command.details.empty()) out.append("\n").append(command.details);
    if (!command.options.empty()) append_options(out, "options", command.options);
    out.append("\nexample\n  ").append(command.example);
    return out.append("\n\nOptions of every command, output and exit codes: dummycache help\n");
}

}  // namespace dummycache::cli
