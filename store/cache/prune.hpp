// SPDX-License-Identifier: MIT
// Finding and removing the garbage among a user's caches.
#pragma once

#include <vector>

#include "dummycache/diagnosis.hpp"

namespace dummycache::store {

/// With `dry_run` only lists the garbage; otherwise removes it, too.
std::vector<Garbage> collect_garbage(bool dry_run);

}  // namespace dummycache::store
