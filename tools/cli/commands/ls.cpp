// SPDX-License-Identifier: MIT
// ls: the entries of a cache.
#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <tuple>
#include <vector>

#include "tools/cli/call.hpp"
#include "tools/cli/commands.hpp"
#include "tools/cli/format/json.hpp"
#include "tools/cli/format/text.hpp"
#include "tools/cli/parse.hpp"
#include "tools/cli/process/interrupt.hpp"
#include "tools/cli/store.hpp"

namespace dummycache::cli {

namespace {

constexpr std::array kOptions{
    OptionSpec{"-l,--long", "", "print size, time to live, codec, age, writer and key"},
    OptionSpec{"--sort", "BY",
               "key (default), size (largest first), ttl (soonest first) or age (oldest first)",
               "key size ttl age"},
    kMatchOption,
    OptionSpec{"--limit", "N", "print so many only, the first in that order"},
    OptionSpec{"--by", "DEPTH", "print sums by prefix: up to so many of the separators : / . |"},
    OptionSpec{"-0,--null", "", "print keys as they are, a NUL after each, for xargs -0"},
};

/// An EntryView, which lives longer than the visit; without its value if nobody wants that.
struct Row {
    Row(const EntryView& view, const Written& who, bool with_value)
        : key(view.key),
          size(view.value.size()),
          written(who),
          entry{.value = std::string(with_value ? view.value : std::string_view{}),
                .codec = view.codec,
                .id = view.id,
                .ttl = view.ttl,
                .writer = view.writer,
                .stored_bytes = view.stored_bytes} {}

    std::string key;
    std::size_t size;
    Written written;
    Entry entry;
};

using Before = bool (*)(const Row&, const Row&);

Before order_of(const Call& call) {
    const std::string* by = call.arguments.value("--sort");
    if (by == nullptr || *by == "key") return [](const Row& a, const Row& b) { return a.key < b.key; };
    if (*by == "size") {
        return [](const Row& a, const Row& b) { return std::tie(b.size, a.key) < std::tie(a.size, b.key); };
    }
    if (*by == "ttl") {
        return [](const Row& a, const Row& b) {
            return std::tie(a.entry.ttl, a.key) < std::tie(b.entry.ttl, b.key);
        };
    }
    if (*by == "age") {
        return [](const Row& a, const Row& b) {
            // Entries of one age are of one shard, or close; of one shard, ids tell which came first.
            return std::tie(b.written.ago, a.entry.id, a.key) < std::tie(a.written.ago, b.entry.id, b.key);
        };
    }
    throw Failure(Exit::usage, "cannot sort by '" + *by + "'; give key, size, ttl or age");
}

/// Whether somebody wants to know who wrote the entries, or when. A plain list does not look.
bool wants_history(const Call& call) {
    const std::string* by = call.arguments.value("--sort");
    return call.settings.json || call.arguments.has("--long") || (by != nullptr && *by == "age");
}

std::vector<Row> rows_of(const Call& call, const Cache& cache, std::string_view glob) {
    std::vector<Row> rows;
    std::optional<History> history;
    if (wants_history(call)) history.emplace(cache);
    cache.visit([&](const EntryView& entry) {
        if (!glob_matches(glob, entry.key)) return !interrupted();
        const Written written = history ? history->written(entry.key, entry.id, entry.writer) : Written{};
        rows.emplace_back(entry, written, call.settings.json);
        return !interrupted();
    });
    throw_if_interrupted();
    return rows;
}

std::size_t count_option(const Call& call, std::string_view option, std::size_t otherwise) {
    constexpr std::uint64_t kMost = 1'000'000'000;
    const std::string* text = call.arguments.value(option);
    return text == nullptr ? otherwise : parse_count(*text, option, kMost);
}

/// What the entries of one prefix take.
struct Sums {
    std::uint64_t entries = 0;
    std::uint64_t bytes = 0;   ///< of their values
    std::uint64_t stored = 0;  ///< in the cache
};

/// Up to the separator with this number, or the last one of a key that has fewer.
std::string_view prefix_of(std::string_view key, std::size_t depth) {
    std::size_t end = 0;
    for (std::size_t i = 0; i < depth; ++i) {
        const std::size_t next = key.find_first_of(":/.|", end);
        if (next == std::string_view::npos) break;
        end = next + 1;
    }
    return key.substr(0, end);
}

Exit list_sums(Call& call, const Cache& cache, const std::string& glob, std::size_t depth) {
    std::map<std::string, Sums, std::less<>> sums;
    cache.visit([&](const EntryView& entry) {
        if (!glob_matches(glob, entry.key)) return !interrupted();
        const std::string_view prefix = prefix_of(entry.key, depth);
        auto found = sums.find(prefix);
        if (found == sums.end()) found = sums.emplace(prefix, Sums()).first;
        ++found->second.entries;
        found->second.bytes += entry.value.size();
        found->second.stored += entry.stored_bytes;
        return !interrupted();
    });
    throw_if_interrupted();
    std::vector<std::pair<std::string, Sums>> rows(sums.begin(), sums.end());
    std::ranges::stable_sort(rows, std::greater<>(), [](const auto& row) { return row.second.stored; });
    rows.resize(std::min(rows.size(), count_option(call, "--limit", rows.size())));
    using enum Table::Align;
    Table table({right, right, right, left});
    table.row({"entries", "size", "stored", "prefix"});
    for (const auto& [prefix, sum] : rows) {
        if (call.settings.json) {
            JsonObject object;
            object.bytes("prefix", prefix).number("entries", sum.entries).number("size", sum.bytes);
            call.out.line(object.number("stored_size", sum.stored).text());
        }
        table.row({std::to_string(sum.entries), human_size(sum.bytes), human_size(sum.stored),
                   prefix.empty() ? "(none)" : escaped(prefix)});
    }
    if (!call.settings.json) table.write(call.out);
    return Exit::done;
}

void write_table(Output& out, const std::vector<Row>& rows) {
    using enum Table::Align;
    Table table({right, right, left, right, left, left});
    table.row({"size", "ttl", "codec", "age", "writer", "key"});
    for (const Row& row : rows) {
        const auto& [by, ago] = row.written;
        table.row({human_size(row.size), human_ttl(row.entry.ttl), std::string(name_of(row.entry.codec)),
                   ago ? human_ttl(*ago) : "?", by ? by->text() : "?", escaped(row.key)});
    }
    table.write(out);
}

#if DUMMYCACHE_REMOTE
/// A key that holds no string has its type in the place of a value.
Exit list_json(Output& out, const Remote& server, const std::string& glob) {
    std::map<std::string, std::string> lines;
    server.visit(glob, [&](const RemoteEntry& entry) {
        throw_if_interrupted();
        JsonObject object;
        object.bytes("key", entry.key);
        entry.type == "string" ? object.value(entry.value) : object.bytes("type", entry.type);
        lines.emplace(entry.key, object.ttl("ttl", entry.ttl).text());
        return true;
    });
    for (const auto& [key, line] : lines) out.line(line);
    return Exit::done;
}

/// A server's keys; what else there is to know of an entry is a cache's own.
Exit list(Call& call, const Remote& server, const std::string& glob) {
    for (const std::string_view option : {"--long", "--sort", "--by", "--limit"}) {
        if (call.arguments.has(option))
            throw Failure(Exit::usage,
                          std::string(option) + " works on local caches only: " + server.address());
    }
    if (call.settings.json) return list_json(call.out, server, glob);
    std::vector<std::string> keys;
    server.visit_keys(glob, [&](std::string_view key) {
        throw_if_interrupted();
        keys.emplace_back(key);
        return true;
    });
    std::ranges::sort(keys);
    for (const std::string& key : keys) {
        if (call.arguments.has("--null")) {
            call.out.write(key + '\0');
        } else {
            call.out.line(escaped(key));
        }
    }
    return Exit::done;
}
#endif

Exit list(Call& call, const Cache& cache, const std::string& glob) {
    const Before before = order_of(call);
    if (const std::size_t depth = count_option(call, "--by", 0); depth != 0)
        return list_sums(call, cache, glob, depth);
    std::vector<Row> rows = rows_of(call, cache, glob);
    call.note_frozen_clock(cache);
    std::ranges::sort(rows, before);
    rows.erase(rows.begin() + static_cast<std::ptrdiff_t>(
                                  std::min(rows.size(), count_option(call, "--limit", rows.size()))),
               rows.end());
    if (call.settings.json) {
        for (const Row& row : rows) call.out.line(entry_object(row.key, row.entry, row.written).text());
    } else if (call.arguments.has("--null")) {
        for (const Row& row : rows) call.out.write(row.key + '\0');
    } else if (call.arguments.has("--long")) {
        write_table(call.out, rows);
    } else {
        for (const Row& row : rows) call.out.line(escaped(row.key));
    }
    return Exit::done;
}

Exit run_ls(Call& call) {
    static_cast<void>(order_of(call));  // A mistake in it is told before the cache is looked for.
    for (const std::string_view option : {"--long", "--sort", "--null"})
        if (call.arguments.has("--by") && call.arguments.has(option))
            throw Failure(Exit::usage, "--by adds up, so it excludes " + std::string(option));
    const std::string glob = call.glob_operand();
    return with_store(call, Missing::error, [&](const auto* store) { return list(call, *store, glob); });
}

}  // namespace

constinit const Command kLs{
    .name = "ls",
    .group = Group::look,
    .operands = "[GLOB]",
    .max_operands = 1,
    .options = kOptions,
    .store = Store::any,
    .summary = "lists the keys, in the order of their bytes",
    .details =
        "The list is of one moment. GLOB may also stand behind --match. Keys are escaped so that one entry\n"
        "is one line; -0 and --json give them whole. --json has the values too: load takes it. An age is "
        "right\n"
        "to a second, or to a thirtieth of itself. A ? stands for what is not known. --by 1 adds up what "
        "user:\n"
        "and session: take, the largest first. Column heads are shown on a terminal only.\n",
    .example = "dummycache ls -l --sort size 'user:*'",
    .run = run_ls,
};

}  // namespace dummycache::cli
