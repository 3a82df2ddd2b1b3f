// SPDX-License-Identifier: MIT
// What is known of one key: its entry, or how it went away.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "store/history/removals.hpp"
#include "store/history/write_times.hpp"

namespace dummycache::store {

/// The facts, in numbers of clients and milliseconds of the boot clock.
struct KeyFacts {
    std::uint32_t shard = 0;
    bool is_present = false;
    bool is_torn = false;              ///< it went away, and who noted it died meanwhile
    NotedRemoval removal;              ///< if it is not: what is known; `none`: nothing
    std::uint64_t clock_moved_ms = 0;  ///< when the cache's clock was last moved; 0: never
    NotedRemoval last_whole;           ///< the last clear, or load that replaced all
};

/// Looks under the lock of the key's shard.
[[nodiscard]] KeyFacts facts_of(Attachment& attachment, std::string_view key);

}  // namespace dummycache::store
