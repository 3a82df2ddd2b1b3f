// SPDX-License-Identifier: MIT
// One time for everybody: the boot clock of the machine (boot_us) plus an offset, or a frozen instant.
#pragma once

#include <atomic>
#include <cstdint>

namespace dummycache::ipc {

/// What a clock shows at one moment.
struct ClockReading {
    std::uint64_t now_us = 0;    ///< cache time
    std::int64_t offset_us = 0;  ///< cache time minus boot_us()
    bool frozen = false;
};

/// The clock word of the superblock.
///
///   63       62                                  0
///   | frozen | running: offset in us, two's complement; frozen: the instant in us |
///
/// Cache time counts microseconds. It starts near 1 second when a segment is made, and it is never 0.
///
/// Any thread of any process may call anything here, also while others change the clock. Nothing here throws or
/// waits. A change is one compare-and-swap: a process killed inside leaves the old word or the new one.
class CacheClock {
public:
    /// The latest instant, after about 1,100 years. The layer above keeps instants in 56 bits, so there is as much room
    /// again behind this one.
    static constexpr std::uint64_t kLatest = std::uint64_t{1} << 55;

    explicit CacheClock(std::atomic<std::uint64_t>& word) : word_(word) {}

    /// About 35 ns.
    [[nodiscard]] std::uint64_t now_us() const noexcept;
    [[nodiscard]] bool frozen() const noexcept;
    /// All three values from one load of the word, so they fit together.
    [[nodiscard]] ClockReading read() const noexcept;

    /// Stops the clock at the present instant.
    void freeze() noexcept;
    /// Lets a frozen clock run on from the instant that it shows.
    void resume() noexcept;
    /// Moves the time on by `us`, running or frozen. Does nothing and returns false if that leads past kLatest.
    bool advance(std::uint64_t us) noexcept;
    /// Moves the time to `us`, also back. 0 becomes 1, and what is past kLatest becomes that; a frozen clock stays
    /// frozen.
    void set(std::uint64_t us) noexcept;
    /// Like set, but does nothing and returns false if `us` is in the past. No process sees the time go back.
    [[nodiscard]] bool set_unless_back(std::uint64_t us) noexcept;

    /// The word of a clock that shows `us` now.
    [[nodiscard]] static std::uint64_t running_word(std::uint64_t us) noexcept;
    /// Translates a word of an earlier boot into a word of this boot: a running clock then shows what it would
    /// show if the earlier boot's clock stood at `old_boot_us` now. A frozen clock stays where it is.
    [[nodiscard]] static std::uint64_t word_after_boot(std::uint64_t word, std::int64_t old_boot_us) noexcept;

private:
    std::atomic<std::uint64_t>& word_;
};

}  // namespace dummycache::ipc
