// SPDX-License-Identifier: MIT
// XXH3, https://github.com/Cyan4973/xxHash: of one piece, and of many.
#pragma once

#include <cstdint>
#include <string_view>

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace dummycache::store::snapshot {

[[nodiscard]] inline std::uint64_t checksum_of(std::string_view bytes) noexcept {
    return XXH3_64bits(bytes.data(), bytes.size());
}

/// Of pieces that come one after the other.
class Checksum {
public:
    Checksum() noexcept { XXH3_64bits_reset(&state_); }

    void add(std::string_view bytes) noexcept { XXH3_64bits_update(&state_, bytes.data(), bytes.size()); }
    [[nodiscard]] std::uint64_t value() const noexcept { return XXH3_64bits_digest(&state_); }

private:
    XXH3_state_t state_;
};

}  // namespace dummycache::store::snapshot
