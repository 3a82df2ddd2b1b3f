// SPDX-License-Identifier: MIT
#include "tools/cli/commands/pattern_tally.hpp"

#include <algorithm>

#include "tools/cli/format/key_pattern.hpp"

namespace dummycache::cli {

namespace {

/// What an event tells of the key from then on; empty if it tells nothing.
std::string_view change_of(const Event& event) {
    if (event.outcome == "stored") return "expired, or undone";  // if it is missed later
    if (event.outcome == "hit") return "expired, or undone";
    if (event.outcome == "deleted") return "deleted";
    if (event.outcome == "timed_out") return "set with a timeout of 0";
    if (event.outcome == "evicted") return "evicted";
    if (event.outcome == "expired") return "expired";
    return {};
}

std::string_view change_of_all(const Event& event) {
    if (event.outcome == "cleared") return "cleared";
    if (event.outcome == "rolled_back") return "rolled back";
    return "not in what was loaded";
}

}  // namespace

std::string_view PatternTally::fate_of(const Event& event) const {
    const auto last = last_.find(event.key_hash);
    // What a clear or a rollback took away was there before.
    if (last == last_.end()) return "not seen before";
    return last->second.number > whole_.number ? last->second.outcome : whole_.outcome;
}

void PatternTally::add(const Event& event) {
    ++number_;
    if (event.is_of_whole_cache()) {
        whole_ = {change_of_all(event), number_};
        return;
    }
    PatternCounts& pattern = patterns_[event.key.empty() ? "?" : pattern_of(event.key)];
    const std::uint64_t misses = pattern.counts.misses;
    pattern.counts.add(event);
    if (pattern.counts.misses != misses) ++reasons_[fate_of(event)];
    if (event.outcome == "stored") pattern.stored_bytes += event.value_bytes;
    const auto [last, is_new] = last_.try_emplace(event.key_hash, Last{"not seen before", number_});
    if (is_new) ++pattern.keys;
    if (const auto change = change_of(event); !change.empty()) last->second = {change, number_};
}

std::vector<PatternTally::Row> PatternTally::by_events() const {
    std::vector<Row> rows(patterns_.begin(), patterns_.end());
    const auto events = [](const Row& row) {
        const Counts& counts = row.second.counts;
        return counts.hits + counts.misses + counts.stored + counts.deleted + counts.evicted + counts.expired;
    };
    std::ranges::stable_sort(rows, std::ranges::greater(), events);
    return rows;
}

}  // namespace dummycache::cli
