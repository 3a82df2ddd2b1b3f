// SPDX-License-Identifier: MIT
// Names of caches that differ from one test worker to the next.
#pragma once

#include <string>
#include <string_view>

namespace dummycache::store {

/// The name with `%w` replaced by the id of this test worker, or by nothing if this is none, and `%%` by
/// `%`. The id is what the first of these variables of the environment says that is set and not empty:
/// PYTEST_XDIST_WORKER, TEST_ENV_NUMBER (parallel_tests), TEST_WORKER_INDEX (Playwright), JEST_WORKER_ID,
/// VITEST_POOL_ID, MOCHA_WORKER_ID, TEST_SHARD_INDEX (Bazel), GTEST_SHARD_INDEX.
/// Throws ErrorCode::invalid_argument for another letter behind `%`, and for an id with other bytes than
/// letters, digits, `-`, `_` and `.`: it becomes a part of a path.
[[nodiscard]] std::string name_for_worker(std::string_view name);

}  // namespace dummycache::store
