// SPDX-License-Identifier: MIT
#include "tools/cli/commands/stats_watch.hpp"

#include <chrono>
#include <optional>
#include <thread>

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <dummycache/events.hpp>

#include "tools/cli/commands/tally.hpp"
#include "tools/cli/format/json.hpp"
#include "tools/cli/format/text.hpp"
#include "tools/cli/parse.hpp"
#include "tools/cli/process/interrupt.hpp"

namespace dummycache::cli {

namespace {

using std::chrono::steady_clock;
using std::chrono::system_clock;

Counts counts_between(const Stats& before, const Stats& after) {
    // A counter is lower after a repair. Then nothing is told of it.
    const auto more = [](std::uint64_t from, std::uint64_t to) { return to > from ? to - from : 0; };
    Counts counts;
    counts.hits = more(before.hits, after.hits);
    counts.misses = more(before.misses, after.misses);
    counts.stored = more(before.sets, after.sets);
    counts.deleted = more(before.erases, after.erases);
    counts.evicted = more(before.evicted, after.evicted);
    counts.expired = more(before.expired, after.expired);
    return counts;
}

JsonObject& add_counts(JsonObject& object, const Counts& counts) {
    return object.number("hits", counts.hits)
        .number("misses", counts.misses)
        .number("stored", counts.stored)
        .number("refused", counts.refused)
        .number("deleted", counts.deleted)
        .number("evicted", counts.evicted)
        .number("expired", counts.expired);
}

std::vector<std::string> cells(std::string name, const Counts& counts) {
    return {std::move(name),
            std::to_string(counts.hits + counts.misses),
            counts.hit_ratio(),
            std::to_string(counts.misses),
            std::to_string(counts.stored),
            std::to_string(counts.refused),
            std::to_string(counts.deleted),
            std::to_string(counts.evicted),
            std::to_string(counts.expired)};
}

void write_clients(Call& call, const Cache& cache, const Tally& tally) {
    const auto reasons = tally.misses_by_reason(cache);
    const auto clients = tally.clients();
    if (call.settings.json) {
        for (const auto& [client, counts] : clients) {
            JsonObject object;
            object.bytes("client", client);
            call.out.line(add_counts(object, counts).text());
        }
        JsonObject all;
        JsonObject misses;
        for (const auto& [reason, count] : reasons) misses.number(reason, count);
        call.out.line(add_counts(all.field("client", "null"), tally.all())
                          .field("misses_by_reason", misses.text())
                          .text());
        return;
    }
    using enum Table::Align;
    Table table({left, right, right, right, right, right, right, right, right});
    table.row({"client", "reads", "hits", "misses", "stored", "refused", "deleted", "evicted", "expired"});
    for (const auto& [client, counts] : clients) table.row(cells(escaped(client), counts));
    if (clients.size() != 1) table.row(cells("all", tally.all()));
    table.write(call.out);
    std::string line;
    for (const auto& [reason, count] : reasons)
        line += fmt::format("{}{} {}", line.empty() ? "misses: " : ", ", count, reason);
    if (!line.empty()) call.out.line(line);
}

void write_second(Call& call, const Stats& stats, const Counts& counts) {
    if (call.settings.json) {
        JsonObject object;
        object.number("time", system_clock::to_time_t(system_clock::now()));
        add_counts(object, counts).number("entries", stats.entries).number("live_bytes", stats.live_bytes);
        return call.out.line(object.text());
    }
    const auto now = fmt::localtime(system_clock::to_time_t(system_clock::now()));
    call.out.line(fmt::format("{:%H:%M:%S} {:>9} {:>5} {:>9} {:>9} {:>9} {:>9} {:>10} {:>10}", now,
                              counts.hits + counts.misses, counts.hit_ratio(), counts.stored, counts.deleted,
                              counts.evicted, counts.expired, stats.entries, human_size(stats.live_bytes)));
}

}  // namespace

void watch_stats(Call& call, const Cache& cache) {
    constexpr auto kInterval = std::chrono::seconds(1);
    constexpr auto kPause = std::chrono::milliseconds(10);
    std::optional<EventStream> stream;
    if (call.arguments.has("--by-client")) stream.emplace(cache);
    if (!stream && call.out.is_terminal() && !call.settings.json)
        call.out.line(call.out.bold(
            "time         reads  hits    stored   deleted   evicted   expired    entries       live"));
    Stats before = cache.stats();
    for (auto next = steady_clock::now() + kInterval;; next += kInterval) {
        Tally tally;
        while (steady_clock::now() < next) {
            throw_if_interrupted();
            call.out.flush();
            const bool came = stream && stream->read([&](const Event& event) { tally.add(event); }) != 0;
            if (!came) std::this_thread::sleep_for(kPause);
        }
        const Stats now = cache.stats();
        stream ? write_clients(call, cache, tally) : write_second(call, now, counts_between(before, now));
        before = now;
    }
}

void print_by_client(Call& call, const Cache& cache) {
    std::optional<system_clock::time_point> since;
    if (const auto* text = call.arguments.value("--since"))
        since = system_clock::now() - std::chrono::duration_cast<system_clock::duration>(parse_age(*text));
    Tally tally;
    read_journal(cache, 0, [&](const Event& event) {
        throw_if_interrupted();
        if (!since || event.at >= *since) tally.add(event);
    });
    const JournalInfo info = journal_info(cache);
    if (info.state == JournalState::off && info.noted == 0)
        throw Failure(Exit::refused,
                      "no events are noted; switch them on (dummycache journal on), or add --watch");
    write_clients(call, cache, tally);
    if (info.noted > info.room)
        call.note(fmt::format("these are the last {} of {} events; the journal has no more", info.room,
                              info.noted));
}

}  // namespace dummycache::cli
