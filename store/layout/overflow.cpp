// SPDX-License-Identifier: MIT
#include "store/layout/overflow.hpp"

#include <algorithm>

namespace dummycache::store {

OverflowCursor::OverflowCursor(const Memory& memory, const EntryRef& entry) noexcept
    : memory_(memory),
      committed_(memory.committed()),
      hops_left_(entry.overflow().pages.load(std::memory_order_relaxed)),
      page_(std::uint64_t{entry.overflow().first.load(std::memory_order_relaxed)} + 1) {}

template <class Step>
bool OverflowCursor::walk(std::uint64_t bytes, Step&& step) noexcept {
    while (bytes != 0) {
        if (position_ == layout::kPageBytes) {
            page_ = memory_.info(static_cast<std::uint32_t>(page_ - 1)).next.load(std::memory_order_relaxed);
            position_ = 0;
        }
        if (position_ == 0) {
            if (page_ == 0 || page_ > committed_ || hops_left_ == 0) return false;
            --hops_left_;
        }
        const std::uint64_t part = std::min<std::uint64_t>(bytes, layout::kPageBytes - position_);
        if (!step(memory_.page(static_cast<std::uint32_t>(page_ - 1)) + position_, part)) return false;
        position_ += static_cast<std::uint32_t>(part);
        bytes -= part;
    }
    return true;
}

bool OverflowCursor::copy(std::byte* to, std::uint64_t bytes) noexcept {
    return walk(bytes, [&](const std::byte* from, std::uint64_t part) {
        if (to != nullptr) {
            copy_bytes(to, from, part);
            to += part;
        }
        return true;
    });
}

bool OverflowCursor::equals(const char* own, std::uint64_t bytes) noexcept {
    return walk(bytes, [&](const std::byte* from, std::uint64_t part) {
        const bool same = equal_bytes(from, own, part);
        own += part;
        return same;
    });
}

bool key_equals_large(const Memory& memory, EntryRef entry, std::uint64_t flags, std::string_view key,
                      std::uint64_t hash) noexcept {
    if (entry.overflow().key_hash.load(std::memory_order_relaxed) != hash) return false;
    if ((flags & layout::kKeyOverflow) != 0)
        return OverflowCursor(memory, entry).equals(key.data(), key.size());
    return equal_bytes(entry.key(flags), key.data(), key.size());
}

bool copy_value_large(const Memory& memory, EntryRef entry, std::uint64_t flags, Lengths lengths,
                      std::byte* to, std::uint64_t bytes) noexcept {
    OverflowCursor cursor(memory, entry);
    const bool key_first = (flags & layout::kKeyOverflow) != 0;
    return (!key_first || cursor.copy(nullptr, lengths.key)) && cursor.copy(to, bytes);
}

bool copy_key(const Memory& memory, const EntryRef& entry, std::uint64_t flags, const Lengths& lengths,
              std::byte* to) noexcept {
    if ((flags & layout::kKeyOverflow) != 0) return OverflowCursor(memory, entry).copy(to, lengths.key);
    copy_bytes(to, entry.key(flags), lengths.key);
    return true;
}

bool is_intact(const Memory& memory, const EntryRef& entry) noexcept {
    if ((entry.deadline_word() & layout::kChecked) == 0) return false;
    std::uint64_t kept = 0;
    const std::uint64_t end = entry.offset() + entry.bytes();
    copy_bytes(reinterpret_cast<std::byte*>(&kept), memory.arena + end - sizeof kept, sizeof kept);
    return kept == checksum_of(memory, entry);
}

std::uint64_t checksum_of(const Memory& memory, const EntryRef& entry) noexcept {
    const Lengths lengths = entry.lengths();
    const std::uint64_t flags = entry.deadline_word() & 0xff & ~layout::kDead;
    const std::uint64_t head[3] = {entry.id(), lengths.word(), flags};
    XXH3_state_t state;
    XXH3_64bits_reset(&state);
    XXH3_64bits_update(&state, head, sizeof head);
    const auto add = [&](const std::byte* from, std::uint64_t bytes) {
        XXH3_64bits_update(&state, from, bytes);
    };
    if ((flags & layout::kOverflow) == 0) {
        add(entry.key(flags), lengths.key + lengths.value);
    } else {
        if ((flags & layout::kKeyOverflow) == 0) add(entry.key(flags), lengths.key);
        std::byte part[4096];
        OverflowCursor cursor(memory, entry);
        for (std::uint64_t left = overflow_bytes(lengths, flags); left != 0;) {
            const std::uint64_t bytes = std::min<std::uint64_t>(left, sizeof part);
            if (!cursor.copy(part, bytes)) return 0;
            add(part, bytes);
            left -= bytes;
        }
    }
    return XXH3_64bits_digest(&state);
}

}  // namespace dummycache::store
