// SPDX-License-Identifier: MIT
// Which caches of a user are garbage, and removing them.
#pragma once

#include <vector>

#include "dummycache/diagnosis.hpp"

namespace dummycache::store {

/// With `dry_run` only says which.
std::vector<Garbage> collect_garbage(bool dry_run);

}  // namespace dummycache::store
