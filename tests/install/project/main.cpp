// SPDX-License-Identifier: MIT
// Uses an installed dummycache: plain and typed values, an error that crosses the library's border.
#include <unistd.h>

#include <dummycache/cache.hpp>
#if !defined(WITHOUT_CEREAL)
#include <dummycache/typed.hpp>
#endif
#include <iostream>
#include <map>
#include <string>

namespace {

int failures = 0;

void expect(bool condition, const char* what) {
    if (condition) return;
    std::cerr << "failed: " << what << '\n';
    ++failures;
}

void use(const std::string& name) {
    auto cache = dummycache::Cache::open(name);
    expect(cache.set("greeting", "hello", std::chrono::minutes(1)), "set stores");
    expect(cache.get("greeting") == "hello", "get returns what set stored");
    expect(!cache.get("nothing"), "get of an absent key is empty");
    expect(cache.incr("counter") == 1, "incr counts");
    expect(dummycache::glob_matches("gr*", "greeting"), "glob_matches matches");
#if !defined(WITHOUT_CEREAL)
    const std::map<std::string, int> ages{{"ann", 30}, {"bob", 40}};
    expect(cache.put("ages", ages), "put stores");
    expect(cache.fetch<std::map<std::string, int>>("ages") == ages, "fetch returns what put stored");
#endif
    try {
        cache.incr("greeting");
        expect(false, "incr of a text throws");
    } catch (const dummycache::Error& error) {
        expect(error.code() == dummycache::ErrorCode::wrong_kind, "the error keeps its code");
    }
}

}  // namespace

int main() {
    const std::string name = "install-test-" + std::to_string(::getpid());
    try {
        use(name);
    } catch (const std::exception& error) {
        expect(false, error.what());
    }
    expect(dummycache::Cache::remove(name), "remove finds the cache");
    return failures == 0 ? 0 : 1;
}
