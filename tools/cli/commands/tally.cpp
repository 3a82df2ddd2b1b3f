// SPDX-License-Identifier: MIT
#include "tools/cli/commands/tally.hpp"

#include "tools/cli/format/event_text.hpp"

namespace dummycache::cli {

namespace {

constexpr std::size_t kMostKeys = 10'000;

const char* reason_of(Fate fate) {
    switch (fate) {
        case Fate::present: return "set since";
        case Fate::deleted: return "deleted";
        case Fate::timed_out: return "set with a timeout of 0";
        case Fate::expired: return "expired";
        case Fate::evicted: return "evicted";
        case Fate::cleared: return "cleared";
        case Fate::rolled_back: return "rolled back";
        case Fate::replaced: return "replaced by a load";
        case Fate::not_written: return "never written";
        case Fate::unknown: break;
    }
    return "not known";
}

bool is_read(const Event& event) { return event.call == "get" || event.call == "contains"; }

}  // namespace

void Counts::add(const Event& event) {
    const std::string_view outcome = event.outcome;
    if (outcome == "hit") ++hits;
    if (outcome == "miss" && is_read(event)) ++misses;
    if (outcome == "stored" && !event.is_of_whole_cache()) ++stored;
    if (outcome == "refused" || outcome == "full") ++refused;
    if (outcome == "deleted" || outcome == "timed_out") ++deleted;
    if (outcome == "evicted") ++evicted;
    if (outcome == "expired") ++expired;
}

std::string Counts::hit_ratio() const {
    if (hits + misses == 0) return "-";
    return std::to_string((hits * 100 + (hits + misses) / 2) / (hits + misses)) + '%';
}

void Tally::add(const Event& event) {
    all_.add(event);
    SameName& client = clients_[event.client ? text_without_pid(*event.client) : "?"];
    client.counts.add(event);
    if (event.client) client.pids.insert(event.client->pid);
    if (event.outcome != "miss" || !is_read(event)) return;
    const bool is_known = event.key_bytes == event.key.size();
    if (is_known && (missed_.size() < kMostKeys || missed_.contains(event.key)))
        ++missed_[event.key];
    else
        ++not_looked_at_;
}

std::map<std::string, Counts> Tally::clients() const {
    std::map<std::string, Counts> all;
    for (const auto& [name, client] : clients_) {
        std::string text = name;
        if (client.pids.size() == 1) text += ' ' + std::to_string(*client.pids.begin());
        if (client.pids.size() > 1) text += " (" + std::to_string(client.pids.size()) + " processes)";
        all.emplace(std::move(text), client.counts);
    }
    return all;
}

std::map<std::string, std::uint64_t> Tally::misses_by_reason(const Cache& cache) const {
    std::map<std::string, std::uint64_t> reasons;
    for (const auto& [key, count] : missed_) reasons[reason_of(why(cache, key).fate)] += count;
    if (not_looked_at_ != 0) reasons["not looked at"] = not_looked_at_;
    return reasons;
}

}  // namespace dummycache::cli
