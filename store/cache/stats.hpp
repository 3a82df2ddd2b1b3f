// SPDX-License-Identifier: MIT
// The numbers of a cache: its counters, and its processes.
#pragma once

#include "dummycache/stats.hpp"
#include "store/layout/attachment.hpp"

namespace dummycache::store {

/// Sums the counters of all shards without a lock. They may be of different moments.
[[nodiscard]] Stats stats(Attachment& attachment);
/// The geometry, and the attached processes. Costs some system calls for each process.
[[nodiscard]] Info info(Attachment& attachment);

}  // namespace dummycache::store
