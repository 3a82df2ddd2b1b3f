// SPDX-License-Identifier: MIT
// An example of tools/guide/cpp_tests.md, word for word from the next line on.
#include <dummycache/cache.hpp>
#include <dummycache/typed.hpp>

#include <iostream>

struct User {
    std::string name;
    int logins = 0;

    template <class Archive>
    void serialize(Archive& archive) {
        archive(name, logins);
    }
};

int main() {
    auto cache = dummycache::Cache::make_private();
    cache.put("user:ann", User{"Ann", 7}, std::chrono::hours(1));
    if (auto user = cache.fetch<User>("user:ann")) std::cout << user->name << ' ' << user->logins << '\n';
}
