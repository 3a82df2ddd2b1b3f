// SPDX-License-Identifier: MIT
#include "torture/shared/scenario.hpp"

#include "support/checked_value.hpp"

namespace dummycache::test {

void set_base(Cache& cache) {
    for (std::uint64_t i = 0; i < 200; ++i) {
        const std::string key = "base" + std::to_string(i);
        cache.set(key, checked_value(key, i, i * 7 % 300),
                  i % 3 == 0 ? Timeout(std::chrono::hours(1)) : Timeout{});
    }
    for (const std::uint64_t i : {1000U, 1001U, 1002U}) {
        const std::string key = "large" + std::to_string(i);
        cache.set(key, checked_value(key, i, 60'000 + i));
    }
}

}  // namespace dummycache::test
