// SPDX-License-Identifier: MIT
// What tells two builds with different bytes apart.
#pragma once

#include <cstdint>

namespace dummycache::store {

/// A number that changes with the size and offsets of every struct in store/layout/layout.hpp.
[[nodiscard]] std::uint64_t layout_hash() noexcept;

}  // namespace dummycache::store
