// SPDX-License-Identifier: MIT
// Finding and removing the garbage among a user's caches.
#pragma once

#include <vector>

#include "dummycache/diagnosis.hpp"

namespace dummycache::store {

/// Lists the garbage, and removes it unless it is a dry run. Never removes a cache to which a process is attached.
std::vector<Garbage> collect_garbage(const GarbageOptions& options);

}  // namespace dummycache::store
