// SPDX-License-Identifier: MIT
// The stores that keep one contract: private caches, shared ones, a server, a cluster.
#pragma once

#include <boost/mpl/list.hpp>

#include <dummycache/cache.hpp>
#include <dummycache/key_value_store.hpp>
#include <dummycache/remote.hpp>

#include "cluster.hpp"
#include "server.hpp"
#include "support/test_cache.hpp"

namespace dummycache::test {

static_assert(KeyValueStore<Cache> && KeyValueStore<Remote>);
static_assert(!KeyValueStore<std::string>);

// Each gives a case an empty store. Servers are started once for all cases.

struct PrivateCache {
    Cache store = Cache::make_private(options_of(8 * kMiB));
};

struct SharedCache {
    TestCache cache{Kind::shared};
    Cache store = *cache;
};

struct OneServer {
    static RedisServer& server() {
        static RedisServer only;
        return only;
    }
    OneServer() { store.clear(); }
    Remote store = Remote::connect("unix://" + server().socket());
};

struct ThreeNodes {
    static RedisCluster& cluster() {
        static RedisCluster only;
        return only;
    }
    ThreeNodes() { store.clear(); }
    Remote store = Remote::connect(cluster().address());
};

using Homes = boost::mpl::list<PrivateCache, SharedCache, OneServer, ThreeNodes>;

}  // namespace dummycache::test
