// SPDX-License-Identifier: MIT
#include "tests/bench/compare.hpp"

#include <algorithm>
#include <iostream>
#include <set>
#include <stdexcept>
#include <utility>

#include "tools/bench/timing.hpp"

namespace dummycache::bench {

namespace {

void say_once(const std::string& peer) {
    static std::set<std::string> said;
    if (said.insert(peer).second) std::cerr << peer << ": left out, its server is not installed\n";
}

void one_round(Contestant& contestant, const Comparison& comparison, bool cpu_time, bool counts) {
    if (contestant.store == nullptr) {
        contestant.store = contestant.make(comparison.room);
        if (comparison.prepare) comparison.prepare(*contestant.store);
    }
    const std::size_t operations = contestant.share(comparison.operations);
    if (comparison.warm) comparison.warm(*contestant.store, contestant.share(comparison.operations / 10));
    const auto call = [&] { comparison.timed(*contestant.store, operations); };
    const double ns = cpu_time ? cpu_time_of(call) : time_of(call);
    if (counts) contestant.ns.push_back(ns / static_cast<double>(operations));
    if (comparison.fresh) contestant.store.reset();
}

}  // namespace

std::size_t Contestant::share(std::size_t operations) const {
    return cost == Cost::round_trip ? std::min(operations, most_round_trips) : operations;
}

std::vector<Contestant> contestants(const Settings& settings, const Comparison& comparison) {
    std::vector<Contestant> all;
    all.push_back({"", Cost::call, make_ours});
    for (Peer& peer : all_peers()) {
        if (!is_among(settings.peers, peer.name) || !is_among(comparison.only, peer.name)) continue;
        if (peer.cost == Cost::round_trip && (comparison.in_memory_only || settings.cpu_time)) continue;
        all.push_back({peer.name, peer.cost, std::move(peer.make)});
    }
    if (comparison.also && is_among(settings.peers, comparison.also->name))
        all.push_back({comparison.also->name, comparison.also->cost, comparison.also->make});
    for (Contestant& one : all) {
        one.most_round_trips = comparison.most_round_trips;
        one.store = one.make(comparison.room);
        if (one.store == nullptr) say_once(one.name);
    }
    std::erase_if(all, [](const Contestant& one) { return one.store == nullptr; });
    for (Contestant& one : all)
        if (comparison.prepare) comparison.prepare(*one.store);
    return all;
}

void expect_found(std::size_t found, std::size_t expected) {
    if (found == expected) return;
    throw std::runtime_error("a store found " + std::to_string(found) + " keys and not " +
                             std::to_string(expected) + "; its times mean nothing");
}

void report(const Settings& settings, const Comparison& comparison, const std::vector<Contestant>& all,
            const std::string& unit) {
    Row row;
    row.workload = comparison.workload;
    row.measure = comparison.measure;
    row.unit = unit;
    row.ours = median(all.front().ns);
    row.ours_min = least(all.front().ns);
    if (all.size() == 1) settings.report(row);
    for (auto peer = all.begin() + 1; peer != all.end(); ++peer) {
        const auto limit = comparison.limits.find(peer->name);
        row.limit = limit == comparison.limits.end() ? std::nullopt : std::optional(limit->second);
        row.peer = peer->name;
        row.theirs = median(peer->ns);
        row.theirs_min = least(peer->ns);
        settings.report(row);
    }
}

void compare(const Settings& settings, const Comparison& comparison) {
    std::vector<Contestant> all = contestants(settings, comparison);
    for (std::size_t round = 0; round <= settings.repeat; ++round) {
        for (std::size_t i = 0; i < all.size(); ++i) {
            one_round(all[(round + i) % all.size()], comparison, settings.cpu_time, round != 0);
        }
    }
    report(settings, comparison, all, settings.cpu_time ? "cpu ns" : "ns");
}

}  // namespace dummycache::bench
