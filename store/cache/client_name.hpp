// SPDX-License-Identifier: MIT
// How a process is called among the clients of a cache.
#pragma once

#include <string>

#include "dummycache/options.hpp"

namespace dummycache::store {

/// Environment variables by which test runners tell a worker its id; the first one that is set counts.
inline constexpr const char* kWorkerVariables[] = {
    "DUMMYCACHE_WORKER", "PYTEST_XDIST_WORKER", "TEST_ENV_NUMBER",  "TEST_WORKER_INDEX", "JEST_WORKER_ID",
    "VITEST_POOL_ID",    "MOCHA_WORKER_ID",     "TEST_SHARD_INDEX", "GTEST_SHARD_INDEX",
};

/// Options::client_name, or else $DUMMYCACHE_CLIENT, or else the id of the test worker; may be empty.
[[nodiscard]] std::string client_name(const Options& options);

}  // namespace dummycache::store
