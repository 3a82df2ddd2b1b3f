// SPDX-License-Identifier: MIT
#include "store/api/worker_name.hpp"

#include <algorithm>
#include <cstdlib>

#include "dummycache/error.hpp"

namespace dummycache::store {

namespace {

constexpr const char* kVariables[] = {
    "PYTEST_XDIST_WORKER", "TEST_ENV_NUMBER", "TEST_WORKER_INDEX", "JEST_WORKER_ID",
    "VITEST_POOL_ID",      "MOCHA_WORKER_ID", "TEST_SHARD_INDEX",  "GTEST_SHARD_INDEX",
};

bool may_be_in_id(char c) noexcept {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_' || c == '.';
}

std::string_view worker_id() {
    for (const char* const variable : kVariables) {
        const char* const value = std::getenv(variable);
        // The first worker of some test runners has an empty variable.
        if (value == nullptr || *value == '\0') continue;
        const std::string_view id = value;
        const bool leads_elsewhere = id == "." || id == "..";
        if (std::ranges::all_of(id, may_be_in_id) && !leads_elsewhere) return id;
        throw Error(ErrorCode::invalid_argument,
                    std::string("$") + variable +
                        " cannot be a part of a cache's name: it has other bytes than letters, digits, "
                        "'-', '_' and '.', or leads to another folder; set it to something else");
    }
    return {};
}

}  // namespace

std::string name_for_worker(std::string_view name) {
    std::string expanded;
    for (std::size_t at = 0; at < name.size(); ++at) {
        if (name[at] != '%') {
            expanded += name[at];
            continue;
        }
        const char letter = ++at < name.size() ? name[at] : '\0';
        if (letter == 'w') {
            expanded += worker_id();
        } else if (letter == '%') {
            expanded += '%';
        } else {
            throw Error(ErrorCode::invalid_argument,
                        "the name of a cache has a % with neither w (the id of the test worker) nor another "
                        "% behind it; write %% for one percent sign");
        }
    }
    return expanded;
}

}  // namespace dummycache::store
