// SPDX-License-Identifier: MIT
// The words for calls and outcomes, in the order of layout::Call and layout::Outcome.
#pragma once

#include <iterator>
#include <string_view>

#include "store/layout/journal.hpp"

namespace dummycache::store {

inline constexpr std::string_view kCallNames[] = {
    "?",     "get",     "contains", "set",  "add",    "replace", "set_if",   "fill", "erase",  "take",
    "touch", "persist", "incr",     "decr", "append", "clear",   "rollback", "load", "reclaim"};
inline constexpr std::string_view kOutcomeNames[] = {"?",       "hit",     "miss",    "stored",
                                                     "refused", "full",    "deleted", "timed_out",
                                                     "expired", "evicted", "cleared", "rolled_back"};
static_assert(std::size(kCallNames) == static_cast<std::size_t>(layout::Call::reclaim) + 1);
static_assert(std::size(kOutcomeNames) == static_cast<std::size_t>(layout::Outcome::rolled_back) + 1);

}  // namespace dummycache::store
