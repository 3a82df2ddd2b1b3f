// SPDX-License-Identifier: MIT
// The limits for the sizes of keys and values in every cache.
#pragma once

#include "dummycache/detail/language.hpp"

#include <cstdint>

namespace dummycache {

/// A key has 1 byte or more, and at most this many.
inline constexpr std::uint64_t kMaxKeyBytes = 65'535;

/// A value has at most half as many bytes as the cache's capacity, and at most this many: 256 GiB - 1.
inline constexpr std::uint64_t kMaxValueBytes = (std::uint64_t{1} << 38) - 1;

}  // namespace dummycache
