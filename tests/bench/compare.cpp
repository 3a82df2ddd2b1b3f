// SPDX-License-Identifier: MIT
#include "tests/bench/compare.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>
#include <vector>

#include "tests/bench/timing.hpp"

namespace dummycache::bench {

namespace {

struct Contestant {
    std::string name;
    StoreMaker make;
    std::unique_ptr<Store> store{};
    std::vector<double> ns{};
};

std::vector<Contestant> contestants(const Settings& settings) {
    std::vector<Contestant> all;
    all.push_back({"", make_ours});
    for (Peer& peer : all_peers()) {
        const auto& wanted = settings.peers;
        if (!wanted.empty() && std::find(wanted.begin(), wanted.end(), peer.name) == wanted.end()) continue;
        all.push_back({peer.name, std::move(peer.make)});
    }
    return all;
}

void make_store(Contestant& contestant, const Comparison& comparison) {
    contestant.store = contestant.make(comparison.entries);
    if (comparison.prepare) comparison.prepare(*contestant.store);
}

void one_round(Contestant& contestant, const Comparison& comparison, bool cpu_time, bool counts) {
    if (contestant.store == nullptr) make_store(contestant, comparison);
    if (comparison.warm) comparison.warm(*contestant.store);
    const auto call = [&] { comparison.timed(*contestant.store); };
    const double ns = cpu_time ? cpu_time_of(call) : time_of(call);
    if (counts) contestant.ns.push_back(ns / static_cast<double>(comparison.operations));
    if (comparison.fresh) contestant.store.reset();
}

}  // namespace

void expect_found(std::size_t found, std::size_t expected) {
    if (found == expected) return;
    throw std::runtime_error("a store found " + std::to_string(found) + " keys and not " + std::to_string(expected) +
                             "; its times mean nothing");
}

void compare(const Settings& settings, const Comparison& comparison) {
    std::vector<Contestant> all = contestants(settings);
    for (std::size_t round = 0; round <= settings.repeat; ++round) {
        for (std::size_t i = 0; i < all.size(); ++i) {
            one_round(all[(round + i) % all.size()], comparison, settings.cpu_time, round != 0);
        }
    }
    Row row;
    row.workload = comparison.workload;
    row.unit = settings.cpu_time ? "cpu ns" : "ns";
    row.ours = median(all.front().ns);
    row.ours_min = least(all.front().ns);
    if (all.size() == 1) settings.report(row);
    row.limit = comparison.limit;
    for (auto peer = all.begin() + 1; peer != all.end(); ++peer) {
        row.peer = peer->name;
        row.theirs = median(peer->ns);
        row.theirs_min = least(peer->ns);
        settings.report(row);
    }
}

}  // namespace dummycache::bench
