// SPDX-License-Identifier: MIT
// What is wrong with a cache, and mending it.
#pragma once

#include <string>
#include <vector>

#include "dummycache/diagnosis.hpp"
#include "store/layout/attachment.hpp"

namespace dummycache::store {

/// Broken invariants, a line each, under all locks.
[[nodiscard]] std::vector<std::string> check(Attachment& attachment);
/// The same without a lock, with what processes and locks are up to.
[[nodiscard]] Diagnosis diagnose(Attachment& attachment);
/// Says what it did, a line each.
std::vector<std::string> repair(Attachment& attachment);

}  // namespace dummycache::store
