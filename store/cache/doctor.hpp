// SPDX-License-Identifier: MIT
// Finding out what is wrong with a cache, and repairing it.
#pragma once

#include <string>
#include <vector>

#include "dummycache/diagnosis.hpp"
#include "store/layout/attachment.hpp"

namespace dummycache::store {

/// The broken invariants of the cache, one line each. Takes all locks.
[[nodiscard]] std::vector<std::string> check(Attachment& attachment);
/// The same without a lock. Also reports the state of processes and locks.
[[nodiscard]] Diagnosis diagnose(Attachment& attachment);
/// Repairs the cache. Returns what it did, one line each.
std::vector<std::string> repair(Attachment& attachment);

}  // namespace dummycache::store
