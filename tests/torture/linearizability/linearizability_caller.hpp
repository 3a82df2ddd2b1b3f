// SPDX-License-Identifier: MIT
// A process that calls a cache and writes down what it asked and what it was told.
#pragma once

#include "support/test_cache.hpp"
#include "torture/linearizability/linearizability_log.hpp"

namespace dummycache::test {

/// Calls at random, on few keys, until the log says stop.
void call_at_random(Cache& cache, CallLogs& logs, int caller, std::uint64_t stream);

}  // namespace dummycache::test
