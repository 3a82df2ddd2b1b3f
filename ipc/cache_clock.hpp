// SPDX-License-Identifier: MIT
// One time for everybody: CLOCK_BOOTTIME plus an offset, or a frozen instant.
#pragma once

#include <atomic>
#include <cstdint>

namespace dummycache::ipc {

/// CLOCK_BOOTTIME in microseconds: what a cache's time is counted from.
[[nodiscard]] std::uint64_t boot_us() noexcept;

/// What a clock shows at one moment.
struct ClockReading {
    std::uint64_t now_us = 0;
    std::int64_t offset_us = 0;  ///< what it is ahead of the boot clock
    bool frozen = false;
};

/// The clock word of the superblock.
///
///   63       62                                  0
///   | frozen | running: offset in us, two's complement; frozen: the instant in us |
///
/// Cache time starts near 1 second when a segment is made, and is never 0.
class CacheClock {
public:
    explicit CacheClock(std::atomic<std::uint64_t>& word) : word_(word) {}

    /// Microseconds of cache time. About 35 ns.
    [[nodiscard]] std::uint64_t now_us() const noexcept;
    [[nodiscard]] bool frozen() const noexcept;
    [[nodiscard]] ClockReading read() const noexcept;

    void freeze() noexcept;
    void resume() noexcept;
    /// Moves the time on by `us`, running or frozen, up to a latest instant in about 1,100 years.
    void advance(std::uint64_t us) noexcept;
    void set(std::uint64_t us) noexcept;
    /// set, but never back; false if `us` is in the past. No process sees the time go back by it.
    [[nodiscard]] bool set_unless_back(std::uint64_t us) noexcept;

    /// The word of a clock that shows `us` now.
    [[nodiscard]] static std::uint64_t running_word(std::uint64_t us) noexcept;
    /// The word that goes on in this boot where `word` of an earlier boot would be, had that boot's
    /// clock come to `old_boot_us` by now. A frozen clock stays where it is.
    [[nodiscard]] static std::uint64_t word_after_boot(std::uint64_t word, std::int64_t old_boot_us) noexcept;

private:
    std::atomic<std::uint64_t>& word_;
};

}  // namespace dummycache::ipc
