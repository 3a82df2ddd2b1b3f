// SPDX-License-Identifier: MIT
// What is peculiar to SORT: it looks up keys that it does not name, and knows whether a script calls it.
#pragma once

#include <vector>

#include "tools/redis/argument_text.hpp"
#include "tools/redis/request.hpp"

namespace dummycache::redis {

/// Those strings of the cache that SORT looks up for the patterns of its BY and GET.
[[nodiscard]] std::vector<OwnString> sort_lookups(const Request& request);

/// Whether a script wants a set as it lies (BY with a pattern that has no star). A set has no order, so the server sorts it then, that
/// scripts do the same everywhere. It does not know that a call by a module comes from a script.
[[nodiscard]] bool sorts_set_by_constant(const Request& request);
/// Sorts that set as the server does for a script.
[[nodiscard]] CallReply* call_sort_in_order(const Request& request);

}  // namespace dummycache::redis
