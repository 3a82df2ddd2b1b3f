// SPDX-License-Identifier: MIT
// caches, create and rm: whole caches.
#include <algorithm>
#include <array>
#include <iterator>

#include "tools/cli/call.hpp"
#include "tools/cli/commands.hpp"
#include "tools/cli/format/json.hpp"
#include "tools/cli/format/text.hpp"
#include "tools/cli/names.hpp"
#include "tools/cli/parse.hpp"

namespace dummycache::cli {

namespace {

constexpr std::array kRmOptions{
    OptionSpec{"--match", "GLOB", "the caches whose names match and to which nobody is attached"},
};
constexpr std::array kCreateOptions{
    OptionSpec{"--capacity", "SIZE", "upper bound of its memory, 1M to 512G (default 256M)"},
    OptionSpec{"--when-full", "WHAT", "evict what was used least (default), or refuse new entries",
               "evict refuse"},
    OptionSpec{"--mode", "OCTAL", "who may attach to it (default 600: its owner)"},
};

constexpr std::array kListOptions{
    OptionSpec{"--all", "", "also the caches of other users that let you in, as UID:NAME"},
};

/// Of another user's cache: what only an attached process can tell.
ListedCache looked_into(ListedCache listed) {
    try {
        const Cache cache = Cache::attach(name_that_opens(listed.name));
        const Info info = cache.info();
        listed.entries = cache.stats().entries;
        listed.capacity_bytes = info.capacity_bytes;
        listed.committed_bytes = info.committed_bytes;
        listed.processes = count_others(info);
    } catch (const Error& error) {
        listed.problem = error.what();
    }
    return listed;
}

void write_json(Output& out, const ListedCache& cache) {
    JsonObject object;
    object.bytes("name", cache.name).bytes("path", cache.path);
    object.number("capacity_bytes", cache.capacity_bytes).number("committed_bytes", cache.committed_bytes);
    if (cache.problem.empty()) {
        object.number("entries", cache.entries).number("processes", cache.processes);
    } else {
        object.bytes("problem", cache.problem);
    }
    out.line(object.text());
}

void add_to(Table& table, const ListedCache& cache) {
    const bool sound = cache.problem.empty();
    // A damaged cache may not even tell its size.
    const auto size = [](std::uint64_t bytes) { return bytes == 0 ? "-" : human_size(bytes); };
    table.row({escaped(cache.name), size(cache.capacity_bytes), size(cache.committed_bytes),
               sound ? std::to_string(cache.entries) : "-", sound ? std::to_string(cache.processes) : "-",
               one_line(cache.problem)});
}

Exit run_caches(Call& call) {
    using enum Table::Align;
    Table table({left, right, right, right, right, left});
    table.row({"name", "capacity", "memory", "entries", "processes", "problem"});
    std::vector<ListedCache> listed = Cache::list();
    if (call.arguments.has("--all"))
        std::ranges::transform(Cache::list_of_others(), std::back_inserter(listed), looked_into);
    std::ranges::sort(listed, {}, &ListedCache::name);
    for (const ListedCache& cache : listed) {
        if (call.settings.json) {
            write_json(call.out, cache);
        } else {
            add_to(table, cache);
        }
    }
    table.write(call.out);
    return Exit::done;
}

/// How the cache that exists differs from what was asked for: "", or ", with ...".
std::string differences(const Call& call, const std::string& name, const Options& wanted) {
    try {
        const Info there = Cache::attach(name).info();
        std::string text;
        const auto add = [&](const char* option, std::string_view is, std::string_view asked) {
            if (call.arguments.value(option) == nullptr || is == asked) return;
            text.append(text.empty() ? ", with " : " and ");
            text.append(option).append(" ").append(is).append(", not ").append(asked);
        };
        const bool look_alike = human_size(there.capacity_bytes) == human_size(wanted.capacity);
        const auto size = [look_alike](std::uint64_t bytes) {
            return look_alike ? std::to_string(bytes) + "B" : human_size(bytes);
        };
        add("--capacity", size(there.capacity_bytes), size(wanted.capacity));
        add("--when-full", name_of(there.when_full), name_of(wanted.when_full));
        add("--mode", mode_text(there.mode), mode_text(wanted.mode));
        return text;
    } catch (const Error&) {
        return {};  // it cannot be attached: then the other commands say why
    }
}

Exit run_create(Call& call) {
    Options options;
    if (const auto* text = call.arguments.value("--capacity")) options.capacity = parse_size(*text);
    if (const auto* text = call.arguments.value("--when-full")) options.when_full = parse_when_full(*text);
    if (const auto* text = call.arguments.value("--mode")) options.mode = parse_mode(*text);
    const std::string& name = call.operand(0);
    if (Cache::create(name, options)) return Exit::done;
    call.note(exists_already(name, differences(call, name, options)));
    return Exit::no;
}

/// Those that match, but for those to which a process is attached.
Exit remove_matching(Call& call, const std::string& glob) {
    Exit exit = Exit::no;
    for (const Garbage& garbage :
         Cache::collect_garbage({.match = glob, .older_than = std::chrono::seconds(0)})) {
        if (exit == Exit::no) exit = Exit::done;
        if (garbage.problem.empty()) {
            call.out.line(escaped(garbage.name));
        } else {
            exit = Exit::refused;
            complain(call.settings.color, garbage.problem);
        }
    }
    for (const ListedCache& cache : Cache::list()) {
        if (!glob_matches(glob, cache.name)) continue;
        exit = Exit::refused;
        complain(call.settings.color,
                 "rm: '" + cache.name + "' stays: " +
                     (cache.problem.empty() ? "a process is attached to it; 'dummycache rm " + cache.name +
                                                  "' removes it all the same"
                                            : cache.problem));
    }
    if (exit == Exit::no) call.note("rm: the name of no cache matches '" + glob + "'");
    return exit;
}

Exit run_rm(Call& call) {
    const bool by_pattern = call.arguments.has(kMatchOption.long_name());
    if (!by_pattern && call.arguments.operands.empty())
        throw Failure(Exit::usage, "too few arguments; give the name of a cache, or --match GLOB");
    const std::string glob = call.match_option();
    Exit exit = Exit::done;
    for (const std::string& name : call.arguments.operands) {
        try {
            if (Cache::remove(name)) continue;
            exit = Exit::absent;
            complain(call.settings.color,
                     "rm: there is no cache '" + name +
                         "'; 'dummycache caches' lists those there are, 'dummycache del' "
                         "deletes a key");
        } catch (const Error& error) {
            exit = exit_of(error.code());
            complain(call.settings.color, error.what());
        }
    }
    if (!by_pattern) return exit;
    const Exit matching = remove_matching(call, glob);
    return exit == Exit::done ? matching : exit;
}

}  // namespace

constinit const Command kCaches{
    .name = "caches",
    .group = Group::caches,
    .operands = "",
    .options = kListOptions,
    .cache = CacheOption::refused,
    .summary = "lists your caches in shared memory",
    .details =
        "Prints name, capacity, memory taken, entries, attached processes other than this one, and\n"
        "why a cache cannot be used. Column heads are shown on a terminal only. A cache of another\n"
        "user is used by its name UID:NAME only, and only if it was created with a --mode for others.\n",
    .example = "dummycache caches",
    .run = run_caches,
};

constinit const Command kCreate{
    .name = "create",
    .group = Group::caches,
    .operands = "NAME|PATH",
    .min_operands = 1,
    .max_operands = 1,
    .options = kCreateOptions,
    .cache = CacheOption::refused,
    .summary = "makes a cache of a chosen size",
    .details =
        "Memory is taken as entries come, not when the cache is made. Exit code 1 if there is a\n"
        "cache of this name already; it stays as it is, and what differs from the options is said.\n"
        "So many processes may write at a time: 128, from 2M on 256, from 8M on 512. Any number may read.\n",
    .example = "dummycache create build --capacity 1G",
    .run = run_create,
};

constinit const Command kRm{
    .name = "rm",
    .group = Group::caches,
    .operands = "[NAME|PATH...]",
    .max_operands = kAnyNumber,
    .options = kRmOptions,
    .cache = CacheOption::refused,
    .summary = "removes caches and all their entries",
    .details =
        "The next call of a process that is attached to a cache which is removed by its name fails, unless\n"
        "its handle reopens (Options::when_removed). To empty a cache that programs use, take 'clear'. With\n"
        "--match, caches in shared memory to which a process is attached stay (exit code 4); prints the\n"
        "name of each that goes. Exit code 3 if there is no cache of a name, 1 if no name matches.\n",
    .example = "dummycache rm --match 'tests-*'",
    .run = run_rm,
};

}  // namespace dummycache::cli
