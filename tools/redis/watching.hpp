// SPDX-License-Identifier: MIT
// What the filter does when a client begins to watch or to track keys, ends its transaction, or asks for the keys of a
// slot. A filter has no context, so it takes the module's own.
#pragma once

#include "tools/redis/api.hpp"

namespace dummycache::redis {

/// Notes the keys of WATCH.
void before_watch(FilterContext* filter, Context* context) noexcept;
/// Lets the transaction fail if one of the keys that were watched last has changed. The others are looked at ten times a
/// second.
void before_exec(Context* context) noexcept;
/// Whether this command, which is CLIENT, is CLIENT TRACKING ON.
[[nodiscard]] bool starts_tracking(FilterContext* filter) noexcept;

/// Whether this command, which is CLUSTER, is about the keys of a slot.
[[nodiscard]] bool asks_for_keys_of_slot(FilterContext* filter) noexcept;

}  // namespace dummycache::redis
