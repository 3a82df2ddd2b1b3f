// SPDX-License-Identifier: MIT
// An entry in the arena, read field by field. Holds no lock and owns nothing.
#pragma once

#include <cstdint>
#include <limits>
#include <string_view>
#include <type_traits>

#include "store/layout/copy_bytes.hpp"
#include "store/layout/key_hash.hpp"
#include "store/layout/memory.hpp"

namespace dummycache::store {

/// The parts of an entry's lengths word.
struct Lengths {
    std::uint64_t value;
    std::uint32_t key;
    std::uint32_t writer;

    static Lengths of(std::uint64_t word) noexcept {
        return {word >> layout::kValueShift, static_cast<std::uint32_t>(word >> layout::kKeyShift) & 0xffffU,
                static_cast<std::uint32_t>(word & layout::kWriterMask)};
    }
    [[nodiscard]] std::uint64_t word() const noexcept {
        return value << layout::kValueShift | std::uint64_t{key} << layout::kKeyShift | writer;
    }
};

[[nodiscard]] constexpr std::uint64_t round_up_8(std::uint64_t bytes) noexcept {
    return (bytes + 7) & ~std::uint64_t{7};
}

/// Bytes an entry takes in its page; `flags` are those of the deadline word.
[[nodiscard]] inline std::uint64_t entry_bytes(const Lengths& lengths, std::uint64_t flags) noexcept {
    std::uint64_t bytes = sizeof(layout::EntryHeader);
    if ((flags & layout::kOverflow) != 0) {
        bytes += sizeof(layout::OverflowRef) + ((flags & layout::kKeyOverflow) != 0 ? 0 : lengths.key);
    } else {
        bytes += lengths.key + lengths.value;
    }
    return round_up_8(bytes) + ((flags & layout::kChecked) != 0 ? layout::kChecksumBytes : 0);
}

/// Bytes of an entry that lie in its overflow pages.
[[nodiscard]] inline std::uint64_t overflow_bytes(const Lengths& lengths, std::uint64_t flags) noexcept {
    if ((flags & layout::kOverflow) == 0) return 0;
    return lengths.value + ((flags & layout::kKeyOverflow) != 0 ? lengths.key : 0);
}
/// Whether the committed pages can hold the entry's overflow pages.
[[nodiscard]] inline bool overflow_fits(const Lengths& lengths, std::uint64_t flags,
                                        std::uint32_t committed) noexcept {
    return overflow_bytes(lengths, flags) <= std::uint64_t{committed} * layout::kPageBytes;
}
[[nodiscard]] constexpr std::uint32_t pages_for(std::uint64_t bytes) noexcept {
    return static_cast<std::uint32_t>((bytes + layout::kPageBytes - 1) / layout::kPageBytes);
}

inline constexpr std::uint64_t kNoDeadline = std::numeric_limits<std::uint64_t>::max();
[[nodiscard]] constexpr std::uint64_t deadline_of(std::uint64_t deadline_word) noexcept {
    const std::uint64_t deadline = deadline_word >> layout::kDeadlineShift;
    return deadline == 0 ? kNoDeadline : deadline;
}

/// Whether an entry is visible: it was written since the last clear, and its deadline has not passed.
/// `now_us` is the time, or a function that returns it. The function is called only if the entry has a
/// deadline.
template <class Now>
[[nodiscard, gnu::always_inline]] inline bool is_visible(std::uint64_t id, std::uint64_t deadline_word,
                                                         std::uint64_t clear_era, Now&& now_us) noexcept {
    if (id >> layout::kEraShift < clear_era) return false;
    const std::uint64_t deadline = deadline_of(deadline_word);
    if constexpr (std::is_invocable_v<Now>)
        return deadline == kNoDeadline || now_us() < deadline;
    else
        return now_us < deadline;
}

inline constexpr std::uint32_t kNoExpiry = std::numeric_limits<std::uint32_t>::max();
/// A time in the unit of PageInfo::next_expiry: about 16 ms, rounded down. The largest value is reached
/// after two years.
[[nodiscard]] constexpr std::uint32_t expiry_unit(std::uint64_t time_us) noexcept {
    if (time_us == kNoDeadline) return kNoExpiry;
    const std::uint64_t unit = time_us >> 14;
    return unit < UINT32_MAX - 1 ? static_cast<std::uint32_t>(unit) : UINT32_MAX - 1;
}

/// An entry by its offset in the arena. The caller has checked that the offset is committed, or
/// holds the shard's lock.
class EntryRef {
public:
    EntryRef(const Memory& memory, std::uint64_t offset) noexcept
        : offset_(offset), at_(memory.arena + offset) {}
    static EntryRef of_slot(const Memory& memory, std::uint64_t slot_word) noexcept {
        return {memory, (slot_word & layout::kOffsetMask) * 8};
    }

    [[nodiscard]] layout::EntryHeader& header() const noexcept {
        return *reinterpret_cast<layout::EntryHeader*>(at_);
    }
    [[nodiscard]] layout::OverflowRef& overflow() const noexcept {
        return *reinterpret_cast<layout::OverflowRef*>(at_ + sizeof(layout::EntryHeader));
    }
    [[nodiscard]] std::uint64_t offset() const noexcept { return offset_; }
    [[nodiscard]] std::uint32_t page() const noexcept {
        return static_cast<std::uint32_t>(offset_ / layout::kPageBytes);
    }
    [[nodiscard]] std::uint32_t offset_in_page() const noexcept {
        return static_cast<std::uint32_t>(offset_ % layout::kPageBytes);
    }

    [[nodiscard]] std::uint64_t id() const noexcept { return header().id.load(std::memory_order_relaxed); }
    [[nodiscard]] std::uint64_t era() const noexcept { return id() >> layout::kEraShift; }
    [[nodiscard]] std::uint64_t deadline_word() const noexcept {
        return header().deadline_word.load(std::memory_order_relaxed);
    }
    [[nodiscard]] Lengths lengths() const noexcept {
        return Lengths::of(header().lengths.load(std::memory_order_relaxed));
    }
    [[nodiscard]] std::uint64_t bytes() const noexcept { return entry_bytes(lengths(), deadline_word()); }
    /// Whether its value lies in overflow pages.
    [[nodiscard]] bool is_large() const noexcept { return (deadline_word() & layout::kOverflow) != 0; }

    /// Whether the entry lies within one committed page, and its overflow pages would fit the committed
    /// memory. This must be known before anything else of the entry is read. Any offset is allowed.
    [[nodiscard]] bool fits(std::uint32_t committed) const noexcept {
        const std::uint32_t start = offset_in_page();
        if (page() >= committed || start + sizeof(layout::EntryHeader) > layout::kPageBytes) return false;
        return start + bytes() <= layout::kPageBytes && overflow_fits(lengths(), deadline_word(), committed);
    }

    /// First byte of the key, or of the value of a small entry; aligned to 8 for the key.
    [[nodiscard]] std::byte* key(std::uint64_t flags) const noexcept {
        return at_ + sizeof(layout::EntryHeader) +
               ((flags & layout::kOverflow) != 0 ? sizeof(layout::OverflowRef) : 0);
    }
    [[nodiscard]] std::byte* value(const Lengths& lengths) const noexcept {
        return at_ + sizeof(layout::EntryHeader) + lengths.key;
    }

    /// The hash of the key; only under the shard's lock.
    [[nodiscard]] KeyHash hash_locked(const Memory& memory) const noexcept {
        const std::uint64_t flags = deadline_word();
        if ((flags & layout::kOverflow) != 0) {
            return split_hash(memory, overflow().key_hash.load(std::memory_order_relaxed));
        }
        return hash_of(memory, key(flags), lengths().key);
    }

private:
    std::uint64_t offset_;
    std::byte* at_;
};

/// Whether an entry is visible at this time.
[[nodiscard]] inline bool is_visible(const EntryRef& entry, std::uint64_t clear_era,
                                     std::uint64_t now_us) noexcept {
    return is_visible(entry.id(), entry.deadline_word(), clear_era, now_us);
}

}  // namespace dummycache::store
