// SPDX-License-Identifier: MIT
// The age of entries, comparable between shards: how many pages the whole cache has filled since. All of it is
// derived: a wrong age costs an entry its place, never truth.
#pragma once

#include <cstdint>

#include "store/layout/memory.hpp"
#include "store/layout/truth.hpp"

namespace dummycache::store {

/// An age in pages, and 1 more. 0: there is nothing that has an age.
using Age = std::uint32_t;

inline constexpr unsigned kTimeShift = 3;

/// A time of the clock of ages as it is kept: a multiple of 8. A large entry keeps it in PageInfo::fill. If damage makes
/// that page one of entries, too, the next entry in it is still aligned.
[[nodiscard]] inline std::uint32_t time_word(std::uint64_t time) noexcept {
    return static_cast<std::uint32_t>(time) << kTimeShift;
}

/// Moves the clock of ages on by `pages`; returns its time.
inline std::uint64_t fill_pages(const Memory& memory, std::uint64_t pages) noexcept {
    return memory.superblock->pages_filled.fetch_add(pages, kRelaxed) + pages;
}

/// The time now.
[[nodiscard]] inline std::uint64_t fill_time(const Memory& memory) noexcept {
    return memory.superblock->pages_filled.load(kRelaxed);
}

/// The age of what was filled at this time. The clock may be read a little too early: then the age is 1.
[[nodiscard]] inline Age age_of(const Memory& memory, std::uint32_t filled_at) noexcept {
    const std::uint32_t age = (time_word(fill_time(memory)) - filled_at) >> kTimeShift;
    return age < (UINT32_MAX >> kTimeShift) / 2 ? age + 1 : 1;
}

[[nodiscard]] inline layout::FilledAt& filled_at(const Memory& memory, std::uint32_t page) noexcept {
    return *reinterpret_cast<layout::FilledAt*>(memory.page(page));
}

/// Notes that a page of entries is full now.
inline void note_filled(const Memory& memory, std::uint32_t page) noexcept {
    begin_bytes();  // REUSE
    filled_at(memory, page).store(time_word(fill_pages(memory, 1)), kRelaxed);
}

/// The age of the page that a shard evicts next. The caller need not hold its lock.
[[nodiscard]] inline Age oldest_page_age(const Memory& memory, const layout::Shard& shard) noexcept {
    const std::uint32_t link = shard.oldest.load(kRelaxed);
    if (link == 0 || link > memory.committed()) return 0;
    return age_of(memory, static_cast<std::uint32_t>(filled_at(memory, link - 1).load(kRelaxed)));
}

/// The age of a shard's oldest large entry. The caller need not hold its lock.
[[nodiscard]] inline Age oldest_large_age(const Memory& memory, const layout::Shard& shard) noexcept {
    const std::uint32_t link = shard.large_oldest.load(kRelaxed);
    if (link == 0 || link > memory.committed()) return 0;
    return age_of(memory, memory.info(link - 1).fill.load(kRelaxed));
}

}  // namespace dummycache::store
