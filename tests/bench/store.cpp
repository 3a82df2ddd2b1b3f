// SPDX-License-Identifier: MIT
// The list of peers.
#include "tests/bench/store.hpp"

#include <algorithm>

namespace dummycache::bench {

namespace {

std::vector<Peer>& registry() {
    static std::vector<Peer> peers;
    return peers;
}

}  // namespace

std::vector<Peer> all_peers() {
    std::vector<Peer> peers = registry();
    std::sort(peers.begin(), peers.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
    return peers;
}

RegisterPeer::RegisterPeer(std::string name, std::string what, Cost cost, StoreMaker make) {
    registry().push_back({std::move(name), std::move(what), cost, std::move(make)});
}

}  // namespace dummycache::bench
