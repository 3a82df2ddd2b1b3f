// SPDX-License-Identifier: MIT
// why: the reason why a key is there or not.
#include <algorithm>
#include <span>

#include <dummycache/history.hpp>

#include "tools/cli/call.hpp"
#include "tools/cli/commands.hpp"
#include "tools/cli/format/json.hpp"
#include "tools/cli/format/text.hpp"

namespace dummycache::cli {

namespace {

void write_json(Call& call, const std::string& key, const Explanation& known,
                const std::vector<NearKey>& near, const std::vector<OtherCache>& others) {
    JsonObject object;
    add_fate(object.bytes("key", key), known).field("lifetime", seconds_json(known.lifetime));
    if (known.fate == Fate::present) object.ttl("ttl", known.ttl);
    object.field("known_back", seconds(known.known_back));
    object.field("near", json_list(near, [](const NearKey& one) {
                     return JsonObject().bytes("key", one.key).bytes("difference", one.difference).text();
                 }));
    object.field("other_caches", json_list(others, [](const OtherCache& one) {
                     JsonObject cache;
                     cache.bytes("name", one.name).boolean("readable", one.is_readable);
                     return cache.field("age", seconds_json(one.written.ago))
                         .field("writer", client_json(one.written.by))
                         .text();
                 }));
    call.out.line(object.text());
}

void write_text(Call& call, const std::string& key, const Explanation& known,
                const std::vector<NearKey>& near, const std::vector<OtherCache>& others) {
    call.out.line(call.out.bold(escaped(key)) + ' ' + known.text());
    for (const NearKey& one : near) call.out.line("  near: " + escaped(one.key) + ' ' + one.difference);
    constexpr std::size_t kMost = 5;
    for (const OtherCache& other : std::span(others).first(std::min(others.size(), kMost))) {
        const std::string what =
            other.is_readable ? "has it, " + std::string(other.written.verb()) + ' ' + other.written.text()
                              : "is another user's cache of this name";
        call.out.line("  cache " + escaped(other.name) + ' ' + what);
    }
    if (others.size() > kMost)
        call.out.line("  and " + std::to_string(others.size() - kMost) + " more caches; --json names them");
}

Exit run_why(Call& call) {
    const std::string& key = call.operand(0);
    const Cache cache = call.attach();
    call.note_frozen_clock(cache);
    const Explanation known = why(cache, key);
    const bool is_present = known.fate == Fate::present;
    const auto near = is_present ? std::vector<NearKey>() : near_keys(cache, key);
    const auto others = is_present ? std::vector<OtherCache>() : other_caches_with(cache, key);
    call.settings.json ? write_json(call, key, known, near, others)
                       : write_text(call, key, known, near, others);
    return done_if(is_present);
}

}  // namespace

constinit const Command kWhy{
    .name = "why",
    .group = Group::look,
    .operands = "K",
    .min_operands = 1,
    .max_operands = 1,
    .summary = "tells why a key is there or not, and who made it so",
    .details =
        "Of a key that is there: who wrote it, when, and when it expires. Of one that is not: whether it\n"
        "expired, was deleted, evicted, cleared, rolled back, or never written; keys that are like it, and\n"
        "other caches that have it. The cache remembers the last 1,000 keys that went away, from a capacity\n"
        "of 4M on 4,000, from 64M on 8,000. Exit code 1 if the key is not there.\n",
    .example = "dummycache why user:7",
    .run = run_why,
};

}  // namespace dummycache::cli
