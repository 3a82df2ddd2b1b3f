// SPDX-License-Identifier: MIT
// What is told of a cache: its counters, its processes.
#pragma once

#include "dummycache/stats.hpp"
#include "store/layout/attachment.hpp"

namespace dummycache::store {

/// Sums counters without a lock: they may be of different moments.
[[nodiscard]] Stats stats(Attachment& attachment);
/// Geometry, and which processes are attached; some system calls for each.
[[nodiscard]] Info info(Attachment& attachment);

}  // namespace dummycache::store
