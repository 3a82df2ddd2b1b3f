// SPDX-License-Identifier: MIT
// Names of caches that differ from one test worker to the next, and from one run of the tests to the next.
#pragma once

#include <string>
#include <string_view>

namespace dummycache::store {

/// The name with `%w` replaced by the id of this test worker, `%r` by the id of this run, and `%%` by `%`.
///
/// The worker's id is what the first of these variables of the environment says that is set and not empty:
/// DUMMYCACHE_WORKER, PYTEST_XDIST_WORKER, TEST_ENV_NUMBER (parallel_tests), TEST_WORKER_INDEX (Playwright),
/// JEST_WORKER_ID, VITEST_POOL_ID, MOCHA_WORKER_ID, TEST_SHARD_INDEX (Bazel), GTEST_SHARD_INDEX. Without any it is
/// empty. If none of them is even set, the first call in a process says so on standard error: workers that run side
/// by side would share the cache.
///
/// The run's id is what DUMMYCACHE_RUN or else PYTEST_XDIST_TESTRUNUID says. Without them it is SID-START of the
/// process that began this session (`setsid`): its pid, and its start in clock ticks since the boot, 0 if it has ended.
/// In a container the number of the pid namespace follows. So it is the same in all processes of a terminal or a job.
///
/// Throws ErrorCode::invalid_argument for another letter behind `%`, and for an id with other bytes than letters,
/// digits, `-`, `_` and `.`: it becomes a part of a path. Any thread may call it, if none changes the environment.
[[nodiscard]] std::string name_for_worker(std::string_view name);

}  // namespace dummycache::store
