// SPDX-License-Identifier: MIT
// caches, create and rm: whole caches.
#include <algorithm>
#include <array>

#include "tools/cli/call.hpp"
#include "tools/cli/commands.hpp"
#include "tools/cli/format/json.hpp"
#include "tools/cli/format/text.hpp"
#include "tools/cli/names.hpp"
#include "tools/cli/parse.hpp"

namespace dummycache::cli {

namespace {

constexpr std::array kCreateOptions{
    OptionSpec{"--capacity", "SIZE", "upper bound of its memory, 1M to 512G (default 256M)"},
    OptionSpec{"--when-full", "WHAT", "evict what was used least (default), or refuse new entries",
               "evict refuse"},
    OptionSpec{"--mode", "OCTAL", "who may attach to it (default 600: its owner)"},
};

/// A listed cache with what only an attached process can tell.
struct Row {
    ListedCache cache;
    std::uint64_t entries = 0;
    std::size_t processes = 0;
};

Row row_of(ListedCache listed) {
    Row row{.cache = std::move(listed)};
    if (!row.cache.problem.empty()) return row;
    try {
        const Cache cache = Cache::attach(name_that_opens(row.cache.name));
        row.entries = cache.stats().entries;
        row.processes = count_others(cache.info());
    } catch (const Error& error) {
        row.cache.problem = error.what();
    }
    return row;
}

void write_json(Output& out, const Row& row) {
    JsonObject object;
    object.bytes("name", row.cache.name).bytes("path", row.cache.path);
    object.number("capacity_bytes", row.cache.capacity_bytes)
        .number("committed_bytes", row.cache.committed_bytes);
    if (row.cache.problem.empty()) {
        object.number("entries", row.entries).number("processes", row.processes);
    } else {
        object.bytes("problem", row.cache.problem);
    }
    out.line(object.text());
}

void add_to(Table& table, const Row& row) {
    const bool sound = row.cache.problem.empty();
    // A damaged cache may not even tell its size.
    const auto size = [](std::uint64_t bytes) { return bytes == 0 ? "-" : human_size(bytes); };
    table.row({escaped(row.cache.name), size(row.cache.capacity_bytes), size(row.cache.committed_bytes),
               sound ? std::to_string(row.entries) : "-", sound ? std::to_string(row.processes) : "-",
               one_line(row.cache.problem)});
}

Exit run_caches(Call& call) {
    using enum Table::Align;
    Table table({left, right, right, right, right, left});
    table.row({"name", "capacity", "memory", "entries", "processes", "problem"});
    std::vector<ListedCache> listed = Cache::list();
    std::ranges::sort(listed, {}, &ListedCache::name);
    for (ListedCache& cache : listed) {
        const Row row = row_of(std::move(cache));
        if (call.settings.json) {
            write_json(call.out, row);
        } else {
            add_to(table, row);
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

Exit run_rm(Call& call) {
    const std::string& name = call.operand(0);
    if (Cache::remove(name)) return Exit::done;
    throw Failure(Exit::absent,
                  "rm: there is no cache '" + name + "'; 'dummycache caches' lists those there are");
}

}  // namespace

constinit const Command kCaches{
    .name = "caches",
    .group = Group::caches,
    .operands = "",
    .cache = CacheOption::refused,
    .summary = "lists your caches in shared memory",
    .details =
        "Prints name, capacity, memory taken, entries, attached processes other than this one, and\n"
        "why a cache cannot be used. Column heads are shown on a terminal only.\n",
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
    .operands = "NAME|PATH",
    .min_operands = 1,
    .max_operands = 1,
    .cache = CacheOption::refused,
    .summary = "removes a cache and all its entries",
    .details =
        "The next call of a process that is attached to it fails, unless its handle reopens\n"
        "(Options::when_removed). To empty a cache that programs use, take 'clear'.\n",
    .example = "dummycache rm build",
    .run = run_rm,
};

}  // namespace dummycache::cli
