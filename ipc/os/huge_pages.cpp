// SPDX-License-Identifier: MIT
// Asks the kernel for huge pages, and stops asking where it is slow.
#include "ipc/os/huge_pages.hpp"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <limits>

#include <sys/mman.h>
#include <sys/statvfs.h>

#include "ipc/machine_clock.hpp"
#include "ipc/os/reserve.hpp"
#include "ipc/os/round_up.hpp"
#include "ipc/os/shared_folder.hpp"

namespace dummycache::ipc {

namespace {

constexpr int kCollapse = 25;  // MADV_COLLAPSE, which not every C library knows

// A kernel that takes so long moves other memory out of the way, or finds none in the end.
constexpr std::int64_t kSlowUs = 20'000;
constexpr std::int64_t kPauseUs = 1'000'000;
constexpr std::int64_t kNever = std::numeric_limits<std::int64_t>::max();

std::int64_t now_us() noexcept {
    return std::chrono::duration_cast<std::chrono::microseconds>(steady_now().time_since_epoch()).count();
}

/// A block that is used in part takes memory that others may want.
bool shared_memory_is_short() noexcept {
    struct statvfs status {};
    if (::statvfs(kSharedFolder, &status) != 0) return true;
    return status.f_blocks != 0 && status.f_bavail * status.f_frsize < HugePages::kFreeBytes;
}

}  // namespace

AlignedRange::AlignedRange(std::uint64_t bytes) noexcept : bytes_(bytes) {
    if (bytes < kHugePageBytes) return;
    const std::uint64_t room = bytes + kHugePageBytes;
    void* const all = ::mmap(nullptr, room, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (all == MAP_FAILED) return;
    auto* const first = static_cast<std::byte*>(all);
    const auto begin = reinterpret_cast<std::uintptr_t>(all);
    const std::uint64_t before = round_up(begin, kHugePageBytes) - begin;
    if (before != 0) ::munmap(first, before);
    ::munmap(first + before + bytes, room - before - bytes);
    address_ = first + before;
}

AlignedRange::~AlignedRange() {
    if (address_ != nullptr) ::munmap(address_, bytes_);
}

void HugePages::ask(std::span<std::byte> segment, std::uint64_t from, std::uint64_t to) noexcept {
    for (std::uint64_t at = std::max(round_up(from, kHugePageBytes), kSmallPagesUpTo); at < to;
         at += kHugePageBytes) {
        const std::uint64_t bytes = at < kTwoAtOnceFrom ? kHugePageBytes : 2 * kHugePageBytes;
        if (at % bytes == 0 && at + bytes <= segment.size()) make(segment.subspan(at, bytes));
    }
}

void HugePages::make(std::span<std::byte> block) noexcept {
    const std::int64_t begun_us = now_us();
    if (begun_us < not_before_us_.load(std::memory_order_relaxed) || shared_memory_is_short()) return;
    int error = 0;
    // The kernel refuses a block without any page, as if the file had been truncated there.
    if (block.size() > kHugePageBytes && prepare_writes(&block[kHugePageBytes], 1, error) != Reserved::yes)
        return;
    if (::madvise(block.data(), block.size(), kCollapse) != 0) error = errno;
    const std::int64_t ended_us = now_us();
    if (error == EINVAL) {
        not_before_us_.store(kNever, std::memory_order_relaxed);  // this kernel does not do it
    } else if (error != 0 || ended_us - begun_us > kSlowUs) {
        not_before_us_.store(ended_us + kPauseUs, std::memory_order_relaxed);
    }
}

void HugePages::hint(std::span<std::byte> segment) noexcept {
    if (segment.size() <= kSmallPagesUpTo) return;
    const auto large = segment.subspan(kSmallPagesUpTo);
    static_cast<void>(::madvise(large.data(), large.size(), MADV_HUGEPAGE));
}

}  // namespace dummycache::ipc
