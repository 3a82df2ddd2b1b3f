// SPDX-License-Identifier: MIT
// Uses an installed dummycache::remote. No server is there: what it says then is what is looked at.
#include <dummycache/key_value_store.hpp>
#include <dummycache/remote.hpp>
#ifdef WITH_CACHE
#include <dummycache/cache.hpp>
#endif

#include <iostream>

namespace {

int failures = 0;

void expect(bool condition, const char* what) {
    if (condition) return;
    std::cerr << "failed: " << what << '\n';
    ++failures;
}

std::int64_t count(dummycache::KeyValueStore auto& store) { return store.incr("visits"); }

}  // namespace

int main() {
    expect(dummycache::Remote::is_address("redis://localhost"), "an address is known as one");
    try {
        auto store = dummycache::Remote::connect("unix:///nowhere/redis.sock");
        count(store);
        expect(false, "a server that is not there is an error");
    } catch (const dummycache::Error& error) {
        expect(error.code() == dummycache::ErrorCode::unreachable, error.what());
    }
#ifdef WITH_CACHE
    auto cache = dummycache::Cache::make_private();
    expect(count(cache) == 1, "the same function works on a cache");
#endif
    return failures == 0 ? 0 : 1;
}
