// SPDX-License-Identifier: MIT
// An example of tools/guide/cpp_tests.md, word for word from the next line on.
#include <dummycache/snapshot.hpp>

#include <iostream>

int main() {
    auto cache = dummycache::Cache::make_private();
    cache.set("user:ann", "Ann");
    dummycache::dump(cache, "before.jsonl");  // the file is the old one or the new one, also after a crash

    cache.incr("logins");
    const auto before = dummycache::SnapshotSource::file("before.jsonl");
    dummycache::diff(before, cache, [](const dummycache::Difference& difference) {
        std::cout << (difference.after ? "new or changed: " : "gone: ") << difference.key << '\n';
        return true;  // go on
    });

    dummycache::load(cache, "before.jsonl");
    std::cout << (dummycache::digest(cache) == dummycache::digest(before) ? "equal" : "different") << '\n';
}
