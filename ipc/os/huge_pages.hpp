// SPDX-License-Identifier: MIT
// Pages of 2 MiB for large caches, where the kernel has some.
//
// A get touches three or four pages of a cache, and a set one more. A processor keeps the addresses of some thousand
// pages of 4 KiB, so in a large cache it often waits for page tables. Shared memory has huge pages only if /dev/shm
// was mounted for them. But the kernel makes one of a block of small pages when a process asks (MADV_COLLAPSE,
// Linux 6.1). That is done when the first page of the block is committed, while there is nothing to copy yet. It
// takes 0.1 ms and saves 500 page faults.
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

/// A range of addresses that begins where a huge page can. It is kept free until something is mapped over it
/// (MAP_FIXED). For one thread.
class AlignedRange {
public:
    /// address() is null if there is no such range, or no huge page in so few bytes.
    explicit AlignedRange(std::uint64_t bytes) noexcept;
    ~AlignedRange();
    AlignedRange(const AlignedRange&) = delete;
    AlignedRange& operator=(const AlignedRange&) = delete;

    [[nodiscard]] void* address() const noexcept { return address_; }
    /// The caller has mapped something there: the destructor leaves the range alone.
    void release() noexcept { address_ = nullptr; }

private:
    std::uint64_t bytes_;
    void* address_ = nullptr;
};

/// Asks for the huge pages of one segment. Any thread may call.
class HugePages {
public:
    /// Bytes [from, to) of the segment, in shared memory, were committed just now. Makes a huge page of each block
    /// that begins there; that reserves memory for the whole block. Takes 0.1 ms for a page, and some milliseconds
    /// if the kernel has to look for memory. Does nothing if the kernel has none, if the segment is small, or if
    /// less than kFreeBytes are left in /dev/shm. Killed inside: memory that nobody uses yet.
    void ask(std::span<std::byte> segment, std::uint64_t from, std::uint64_t to) noexcept;

    /// For private memory: the kernel itself makes huge pages where memory is used, from kSmallPagesUpTo on.
    static void hint(std::span<std::byte> segment) noexcept;

    /// With less left in /dev/shm nobody asks: a block that is used in part takes memory that others may want.
    static constexpr std::uint64_t kFreeBytes = std::uint64_t{64} << 20;

private:
    void make(std::span<std::byte> block) noexcept;

    std::atomic<std::int64_t> not_before_us_{0};
};

}  // namespace dummycache::ipc
