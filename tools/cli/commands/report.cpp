// SPDX-License-Identifier: MIT
// report: what a recording tells.
#include <algorithm>
#include <chrono>
#include <optional>
#include <span>

#include <fmt/format.h>

#include "tools/cli/call.hpp"
#include "tools/cli/commands.hpp"
#include "tools/cli/commands/pattern_tally.hpp"
#include "tools/cli/commands/recording.hpp"
#include "tools/cli/commands/tally.hpp"
#include "tools/cli/format/json.hpp"
#include "tools/cli/format/text.hpp"

namespace dummycache::cli {

namespace {

constexpr std::size_t kMostRows = 20;

/// All that is told of a recording.
struct Told {
    Recording recording;
    Tally clients;
    PatternTally patterns;
    std::chrono::microseconds lasted{0};  ///< from the first event to the last
};

Told read(const std::string& path) {
    Told told;
    std::optional<std::chrono::system_clock::time_point> first;
    told.recording = read_recording(path, [&](const Event& event) {
        if (!first) first = event.at;
        told.lasted = std::chrono::duration_cast<std::chrono::microseconds>(event.at - *first);
        told.clients.add(event);
        told.patterns.add(event);
    });
    return told;
}

std::uint64_t reads_of(const Counts& counts) { return counts.hits + counts.misses; }

/// Patterns for which `is_such` holds, in one line.
template <class IsSuch>
void write_list(Output& out, const char* name, const std::vector<PatternTally::Row>& rows, IsSuch is_such) {
    std::string line;
    std::size_t left_out = 0;
    std::size_t shown = 0;
    for (const auto& [pattern, known] : rows) {
        if (!is_such(known.counts)) continue;
        if (++shown > kMostRows)
            ++left_out;
        else
            line += (line.empty() ? "" : ", ") + escaped(pattern);
    }
    if (left_out != 0) line += fmt::format(", and {} more", left_out);
    if (!line.empty()) out.line(std::string(name) + ": " + line);
}

bool is_never_read(const Counts& counts) { return counts.stored != 0 && reads_of(counts) == 0; }
bool is_never_found(const Counts& counts) { return counts.misses != 0 && counts.hits == 0; }

void write_patterns(Output& out, const std::vector<PatternTally::Row>& rows) {
    using enum Table::Align;
    Table table({left, right, right, right, right, right, right});
    table.row({"pattern", "keys", "reads", "hits", "stored", "evicted", "bytes"});
    for (const auto& [pattern, known] : std::span(rows).first(std::min(rows.size(), kMostRows)))
        table.row({escaped(pattern), std::to_string(known.keys), std::to_string(reads_of(known.counts)),
                   known.counts.hit_ratio(), std::to_string(known.counts.stored),
                   std::to_string(known.counts.evicted), human_size(known.stored_bytes)});
    table.write(out);
    if (rows.size() > kMostRows)
        out.line(fmt::format("and {} more patterns; --json has all", rows.size() - kMostRows));
}

void write_text(Call& call, const Told& told) {
    Output& out = call.out;
    const Counts& all = told.clients.all();
    out.line(fmt::format(
        "cache {}: {} events in {}, {} lost{}", escaped(told.recording.cache), told.recording.events,
        text::time_text(std::chrono::duration_cast<std::chrono::milliseconds>(told.lasted)),
        told.recording.lost,
        told.recording.is_whole ? "" : "; the recording has no end: its recorder was killed"));
    out.line(fmt::format("{} reads ({} hits), {} stored, {} refused, {} deleted, {} evicted", reads_of(all),
                         all.hit_ratio(), all.stored, all.refused, all.deleted, all.evicted));
    std::string reasons;
    for (const auto& [reason, count] : told.patterns.misses_by_reason())
        reasons += fmt::format("{}{} {}", reasons.empty() ? "misses: " : ", ", count, reason);
    if (!reasons.empty()) out.line(reasons);
    const auto rows = told.patterns.by_events();
    out.line("");
    write_patterns(out, rows);
    out.line("");
    write_list(out, "written and never read", rows, is_never_read);
    write_list(out, "read and never found", rows, is_never_found);
    for (const auto& [client, counts] : told.clients.clients())
        out.line(fmt::format("{}: {} reads ({} hits), {} stored", escaped(client), reads_of(counts),
                             counts.hit_ratio(), counts.stored));
}

void write_json(Call& call, const Told& told) {
    JsonObject head;
    head.bytes("cache", told.recording.cache)
        .number("events", told.recording.events)
        .number("lost", told.recording.lost);
    JsonObject misses;
    for (const auto& [reason, count] : told.patterns.misses_by_reason()) misses.number(reason, count);
    call.out.line(head.boolean("whole", told.recording.is_whole)
                      .field("seconds", seconds(told.lasted))
                      .field("misses_by_reason", misses.text())
                      .text());
    for (const auto& [pattern, known] : told.patterns.by_events()) {
        JsonObject row;
        row.bytes("pattern", pattern).number("keys", known.keys).number("hits", known.counts.hits);
        row.number("misses", known.counts.misses)
            .number("stored", known.counts.stored)
            .number("refused", known.counts.refused);
        row.number("deleted", known.counts.deleted)
            .number("evicted", known.counts.evicted)
            .number("expired", known.counts.expired);
        call.out.line(row.number("stored_bytes", known.stored_bytes).text());
    }
    for (const auto& [client, counts] : told.clients.clients()) {
        JsonObject row;
        row.bytes("client", client).number("hits", counts.hits).number("misses", counts.misses);
        call.out.line(row.number("stored", counts.stored)
                          .number("refused", counts.refused)
                          .number("deleted", counts.deleted)
                          .text());
    }
}

Exit run_report(Call& call) {
    const Told told = read(call.operand(0));
    call.settings.json ? write_json(call, told) : write_text(call, told);
    return Exit::done;
}

}  // namespace

constinit const Command kReport{
    .name = "report",
    .group = Group::look,
    .operands = "FILE",
    .min_operands = 1,
    .max_operands = 1,
    .cache = CacheOption::refused,
    .summary = "tells what a recording shows: hit ratios, misses, patterns of keys, clients",
    .details =
        "FILE is what 'record' has written; - is standard input. Numbers, UUIDs and hashes in keys become "
        "*,\n"
        "and keys of one pattern are counted together: how many, how often read, found, stored. Then the\n"
        "patterns that were written and never read, and those that were read and never found. Why a read\n"
        "missed is told by the events before it.\n",
    .example = "dummycache report events.jsonl",
    .run = run_report,
};

}  // namespace dummycache::cli
