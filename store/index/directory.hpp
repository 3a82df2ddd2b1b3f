// SPDX-License-Identifier: MIT
// From a key to its index page, by a word of its shard's directory.
#pragma once

#include <atomic>
#include <cstdint>

#include "store/layout/key_hash.hpp"
#include "store/layout/locked_shard.hpp"

namespace dummycache::store {

/// The directory word that leads to the key's index page. A key has the same word for ever.
[[nodiscard, gnu::always_inline]] inline const layout::DirectoryWord& directory_word_of(
    const Memory& memory, const KeyHash& hash) noexcept {
    return memory.directory(hash.shard)[hash.directory_word(memory)];
}

/// The word's value, for a caller that holds no lock. The page that it leads to is whole.
[[nodiscard, gnu::always_inline]] inline std::uint32_t load_link(const layout::DirectoryWord& word) noexcept {
    return word.load(std::memory_order_acquire);  // DIR
}

/// The index page of a word's value, which is a page number + 1; null if it is not below `committed`. This
/// is the only function that follows such a number.
[[nodiscard, gnu::always_inline]] inline layout::IndexPage* index_page_at(const Memory& memory,
                                                                          std::uint32_t link,
                                                                          std::uint32_t committed) noexcept {
    return link - 1 < committed ? &memory.index_page(link - 1) : nullptr;  // 0 - 1 is above every page
}

/// The key's index page, or null if there is none yet. Holds no lock.
[[nodiscard, gnu::always_inline]] inline layout::IndexPage* index_page_of(const Memory& memory,
                                                                          const KeyHash& hash) noexcept {
    return index_page_at(memory, load_link(directory_word_of(memory, hash)), memory.committed());
}

/// The same under the shard's lock. A word that leads to no committed page marks the shard as damaged.
[[nodiscard]] inline layout::IndexPage* index_page_of(const LockedShard& shard,
                                                      const KeyHash& hash) noexcept {
    const auto& word = shard.memory.directory(shard.number)[hash.directory_word(shard.memory)];
    const std::uint32_t link = shard.checked_link(word.load(std::memory_order_relaxed));
    return index_page_at(shard.memory, link, link);
}

}  // namespace dummycache::store
