// SPDX-License-Identifier: MIT
// Large keys and values: whole pages, linked by PageInfo::next (page + 1; 0 ends it).
//
//   head entry              page table                     arena
//   | ... OverflowRef{7,3} |   info[7].next = 3 ----------->  page 7: key?, value...
//                           info[3].next = 13 ---------->  page 2 (number 3 - 1) ...
#pragma once

#include <cstdint>
#include <string_view>

#include "store/layout/entry_ref.hpp"

namespace dummycache::store {

/// Walks overflow pages and checks every page number before it uses it. It compares page numbers with
/// `committed`, and limits the number of steps. So torn or hostile links end the walk and not the process.
class OverflowCursor {
public:
    OverflowCursor(const Memory& memory, const EntryRef& entry) noexcept;

    /// Copies the next `bytes` to `to`, or skips them if `to` is null. False if the pages are broken.
    bool copy(std::byte* to, std::uint64_t bytes) noexcept;
    /// Compares the next `bytes` with `own`. False if they differ, or if the pages are broken.
    bool equals(const char* own, std::uint64_t bytes) noexcept;

private:
    template <class Step>
    bool walk(std::uint64_t bytes, Step&& step) noexcept;

    const Memory& memory_;
    std::uint32_t committed_;
    std::uint32_t hops_left_;
    std::uint64_t page_;  ///< page + 1
    std::uint32_t position_ = 0;
};

/// Whether the entry's key equals `key`, wherever it lies. The caller has checked that the lengths fit the
/// page.
[[nodiscard]] bool key_equals_large(const Memory& memory, EntryRef entry, std::uint64_t flags,
                                    std::string_view key, std::uint64_t hash) noexcept;
[[nodiscard, gnu::always_inline]] inline bool key_equals(const Memory& memory, EntryRef entry,
                                                         std::uint64_t flags, std::uint32_t key_bytes,
                                                         std::string_view key, std::uint64_t hash) noexcept {
    if (key_bytes != key.size()) return false;
    if ((flags & layout::kOverflow) != 0) [[unlikely]]
        return key_equals_large(memory, entry, flags, key, hash);
    return equal_bytes(entry.key(0), key.data(), key.size());
}

/// Copies `bytes` of the entry's value to `to`. False if overflow pages are broken.
bool copy_value_large(const Memory& memory, EntryRef entry, std::uint64_t flags, Lengths lengths,
                      std::byte* to, std::uint64_t bytes) noexcept;
[[gnu::always_inline]] inline bool copy_value(const Memory& memory, EntryRef entry, std::uint64_t flags,
                                              Lengths lengths, std::byte* to, std::uint64_t bytes) noexcept {
    if ((flags & layout::kOverflow) != 0) [[unlikely]]
        return copy_value_large(memory, entry, flags, lengths, to, bytes);
    copy_bytes(to, entry.value(lengths), bytes);
    return true;
}

/// Copies the whole key of the entry. False if overflow pages are broken.
bool copy_key(const Memory& memory, const EntryRef& entry, std::uint64_t flags, const Lengths& lengths,
              std::byte* to) noexcept;

/// Whether the entry has a checksum, and it holds.
[[nodiscard]] bool is_intact(const Memory& memory, const EntryRef& entry) noexcept;

/// The checksum of an entry's unchanging parts; 0 if its overflow pages are broken. Under the shard's lock, or
/// of a copy. XXH3 of id, lengths, codec and flags but the dead hint, key, value.
[[nodiscard]] std::uint64_t checksum_of(const Memory& memory, const EntryRef& entry) noexcept;

}  // namespace dummycache::store
