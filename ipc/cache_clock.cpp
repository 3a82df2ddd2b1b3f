// SPDX-License-Identifier: MIT
// Reads and changes the clock word. Every change is one compare-and-swap.
#include "ipc/cache_clock.hpp"

#include "ipc/kill_point.hpp"
#include "ipc/machine_clock.hpp"

namespace dummycache::ipc {

namespace {

constexpr std::uint64_t kFrozen = std::uint64_t{1} << 63;
constexpr std::uint64_t kLatest = CacheClock::kLatest;

std::uint64_t in_range(std::uint64_t us) noexcept {
    if (us == 0) return 1;
    return us < kLatest ? us : kLatest;
}

/// What the word shows when its boot's clock shows `boot`.
std::uint64_t instant_at(std::uint64_t word, std::int64_t boot) noexcept {
    if ((word & kFrozen) != 0) return word & ~kFrozen;
    // The 63-bit offset is in two's complement: shifted up and down again it has its sign.
    const auto offset = static_cast<std::int64_t>(word << 1) >> 1;
    // Added without a sign: both may come from a damaged segment, and a signed sum could overflow.
    const auto instant =
        static_cast<std::int64_t>(static_cast<std::uint64_t>(boot) + static_cast<std::uint64_t>(offset));
    return instant > 0 ? static_cast<std::uint64_t>(instant) : 1;
}

std::uint64_t instant_of(std::uint64_t word) noexcept {
    return instant_at(word, static_cast<std::int64_t>(boot_us()));
}

/// The word of a running clock that shows `us` when its boot's clock shows `boot`.
std::uint64_t running_word_at(std::uint64_t us, std::uint64_t boot) noexcept {
    return (in_range(us) - boot) & ~kFrozen;
}

/// Replaces the word by what `change` makes of it, however often others change it meanwhile.
template <class Change>
void change_word(std::atomic<std::uint64_t>& word, Change change) noexcept {
    std::uint64_t seen = word.load(std::memory_order_acquire);
    while (!word.compare_exchange_weak(seen, change(seen), std::memory_order_acq_rel)) {
    }
}

}  // namespace

std::uint64_t CacheClock::running_word(std::uint64_t us) noexcept { return running_word_at(us, boot_us()); }

std::uint64_t CacheClock::word_after_boot(std::uint64_t word, std::int64_t old_boot_us) noexcept {
    return (word & kFrozen) != 0 ? word : running_word(instant_at(word, old_boot_us));
}

std::uint64_t CacheClock::now_us() const noexcept {
    return instant_of(word_.load(std::memory_order_acquire));
}

ClockReading CacheClock::read() const noexcept {
    const std::uint64_t word = word_.load(std::memory_order_acquire);
    const auto boot = static_cast<std::int64_t>(boot_us());
    const std::uint64_t now = instant_at(word, boot);
    return {now, static_cast<std::int64_t>(now) - boot, (word & kFrozen) != 0};
}

bool CacheClock::frozen() const noexcept { return (word_.load(std::memory_order_acquire) & kFrozen) != 0; }

void CacheClock::freeze() noexcept {
    change_word(word_, [](std::uint64_t seen) { return kFrozen | in_range(instant_of(seen)); });
}

void CacheClock::resume() noexcept {
    change_word(word_, [](std::uint64_t seen) {
        return (seen & kFrozen) == 0 ? seen : running_word(instant_of(seen));
    });
}

bool CacheClock::advance(std::uint64_t us) noexcept {
    bool fits = false;
    change_word(word_, [us, &fits](std::uint64_t seen) {
        fits = us <= kLatest - in_range(instant_of(seen));
        // A running clock's offset grows by the step itself. Computed from the boot clock, it would lose
        // the time that passes between two calls.
        return fits ? (seen & kFrozen) | ((seen + us) & ~kFrozen) : seen;
    });
    return fits;
}

void CacheClock::set(std::uint64_t us) noexcept {
    change_word(word_, [us](std::uint64_t seen) {
        return (seen & kFrozen) != 0 ? kFrozen | in_range(us) : running_word(us);
    });
}

bool CacheClock::set_unless_back(std::uint64_t us) noexcept {
    std::uint64_t seen = word_.load(std::memory_order_acquire);
    for (;;) {
        // The boot clock is read once. So the new offset is not smaller than the old one, however late it
        // is stored.
        const std::uint64_t boot = boot_us();
        if (in_range(us) < instant_at(seen, static_cast<std::int64_t>(boot))) return false;
        DUMMYCACHE_KILL_POINT("clock.checked");
        const std::uint64_t word = (seen & kFrozen) != 0 ? kFrozen | in_range(us) : running_word_at(us, boot);
        if (word_.compare_exchange_weak(seen, word, std::memory_order_acq_rel)) return true;
    }
}

}  // namespace dummycache::ipc
