// SPDX-License-Identifier: MIT
// Pages of 2 MiB for large caches, where the kernel has some.
//
// A get touches three or four pages of a cache, a set one more, and of 4 KiB pages a processor remembers some
// thousands. Shared memory has no huge pages of its own unless /dev/shm was mounted for them, but the kernel makes one
// of a block of small ones when it is asked to (MADV_COLLAPSE, Linux 6.1): as soon as the first page of a block is
// committed, when there is nothing to copy yet. It takes a tenth of a millisecond, and spares 500 page faults.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <span>

namespace dummycache::ipc {

inline constexpr std::uint64_t kHugePageBytes = std::uint64_t{2} << 20;

/// Up to here a segment has small pages: a huge one that is used in part would be much of it.
inline constexpr std::uint64_t kSmallPagesUpTo = std::uint64_t{16} << 20;

/// From here on they are made two at a time, half as often.
inline constexpr std::uint64_t kTwoAtOnceFrom = std::uint64_t{64} << 20;

/// Addresses for `bytes` that begin where a huge page can, kept free until something is mapped over them (MAP_FIXED).
class AlignedRange {
public:
    /// address() is null if there is no such range, or no huge page in so few bytes.
    explicit AlignedRange(std::uint64_t bytes) noexcept;
    ~AlignedRange();
    AlignedRange(const AlignedRange&) = delete;
    AlignedRange& operator=(const AlignedRange&) = delete;

    [[nodiscard]] void* address() const noexcept { return address_; }
    /// It is another's now.
    void release() noexcept { address_ = nullptr; }

private:
    std::uint64_t bytes_;
    void* address_ = nullptr;
};

/// Asks for the huge pages of one segment. Any thread may call.
class HugePages {
public:
    /// Bytes [from, to) of the segment, in shared memory, were committed just now: makes huge pages of the blocks that
    /// begin there, with memory for all of each. Takes 0.1 ms for a page, some milliseconds where the kernel has to look
    /// for it. Nothing changes where it has none, where the segment is small, or where less than kFreeBytes are left in
    /// /dev/shm. Killed inside: memory that is not used yet.
    void ask(std::span<std::byte> segment, std::uint64_t from, std::uint64_t to) noexcept;

    /// Private memory gets them by itself where it is used, from kSmallPagesUpTo on.
    static void hint(std::span<std::byte> segment) noexcept;

    static constexpr std::uint64_t kFreeBytes = std::uint64_t{64} << 20;

private:
    void make(std::span<std::byte> block) noexcept;

    std::atomic<std::int64_t> not_before_us_{0};
};

}  // namespace dummycache::ipc
