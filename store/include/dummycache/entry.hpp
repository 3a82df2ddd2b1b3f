// SPDX-License-Identifier: MIT
// What a caller sees of one entry.
#pragma once

#include "dummycache/detail/language.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace dummycache {

/// How a value is to be read by people and by other languages. The cache never looks inside.
enum class Codec : std::uint8_t { bytes = 0, text = 1, int64 = 2, json = 3, cereal = 4, pickle = 5 };

[[nodiscard]] constexpr std::string_view name_of(Codec codec) noexcept {
    switch (codec) {
        case Codec::bytes: return "bytes";
        case Codec::text: return "text";
        case Codec::int64: return "int64";
        case Codec::json: return "json";
        case Codec::cereal: return "cereal";
        case Codec::pickle: return "pickle";
    }
    return "unknown";
}

/// Empty if no codec has this name.
[[nodiscard]] constexpr std::optional<Codec> codec_named(std::string_view name) noexcept {
    for (auto codec = Codec::bytes; codec <= Codec::pickle;
         codec = static_cast<Codec>(static_cast<std::uint8_t>(codec) + 1)) {
        if (name_of(codec) == name) return codec;
    }
    return std::nullopt;
}

/// Changes with every write of a key, and is never used again. set_if compares it.
using EntryId = std::uint64_t;

/// The remaining life of an entry that lives for ever.
inline constexpr std::chrono::microseconds kForever = std::chrono::microseconds::max();

/// An entry of a consistent copy of the cache. The views are valid only during the visit.
struct EntryView {
    std::string_view key;
    std::string_view value;
    Codec codec = Codec::bytes;
    EntryId id = 0;
    std::chrono::microseconds ttl = kForever;  ///< remaining, in the cache's time
    std::uint32_t writer = 0;        ///< process slot that wrote it; another process may have it by now
    std::uint64_t stored_bytes = 0;  ///< bytes it takes in the segment, without the index
    unsigned visits = 0;  ///< since eviction passed it: 0, 1, or 2 for "two or more"; see WhenFull::evict
};

/// An entry that was read by its key, with all its data.
struct Entry {
    std::string value;
    Codec codec = Codec::bytes;
    EntryId id = 0;
    std::chrono::microseconds ttl = kForever;
    std::uint32_t writer = 0;
    std::uint64_t stored_bytes = 0;
};

}  // namespace dummycache
