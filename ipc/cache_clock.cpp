// SPDX-License-Identifier: MIT
// The clock word: read by everybody, changed by CAS.
#include "ipc/cache_clock.hpp"

#include <ctime>

namespace dummycache::ipc {

std::uint64_t boot_us() noexcept {
    timespec now{};
    clock_gettime(CLOCK_BOOTTIME, &now);
    return static_cast<std::uint64_t>(now.tv_sec) * 1'000'000U +
           static_cast<std::uint64_t>(now.tv_nsec) / 1'000U;
}

namespace {

constexpr std::uint64_t kFrozen = std::uint64_t{1} << 63;
// Far enough from the sign bit of a 63-bit offset that no sum of two instants reaches it.
constexpr std::uint64_t kLatest = std::uint64_t{1} << 61;

std::uint64_t in_range(std::uint64_t us) noexcept {
    if (us == 0) return 1;
    return us < kLatest ? us : kLatest;
}

/// What the word shows when its boot's clock shows `boot`.
std::uint64_t instant_at(std::uint64_t word, std::int64_t boot) noexcept {
    if ((word & kFrozen) != 0) return word & ~kFrozen;
    // The 63-bit offset is in two's complement: shifted up and down again it has its sign.
    const auto offset = static_cast<std::int64_t>(word << 1) >> 1;
    // Unsigned, for either may come from a damaged segment.
    const auto instant =
        static_cast<std::int64_t>(static_cast<std::uint64_t>(boot) + static_cast<std::uint64_t>(offset));
    return instant > 0 ? static_cast<std::uint64_t>(instant) : 1;
}

std::uint64_t instant_of(std::uint64_t word) noexcept {
    return instant_at(word, static_cast<std::int64_t>(boot_us()));
}

/// Replaces the word by what `change` makes of it, however often others change it meanwhile.
template <class Change>
void change_word(std::atomic<std::uint64_t>& word, Change change) noexcept {
    std::uint64_t seen = word.load(std::memory_order_acquire);
    while (!word.compare_exchange_weak(seen, change(seen), std::memory_order_acq_rel)) {
    }
}

}  // namespace

std::uint64_t CacheClock::running_word(std::uint64_t us) noexcept {
    return (in_range(us) - boot_us()) & ~kFrozen;
}

std::uint64_t CacheClock::word_after_boot(std::uint64_t word, std::int64_t old_boot_us) noexcept {
    return (word & kFrozen) != 0 ? word : running_word(instant_at(word, old_boot_us));
}

std::uint64_t CacheClock::now_us() const noexcept {
    return instant_of(word_.load(std::memory_order_acquire));
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

void CacheClock::advance(std::uint64_t us) noexcept {
    change_word(word_, [us](std::uint64_t seen) {
        const std::uint64_t instant = in_range(instant_of(seen));
        const std::uint64_t step = us < kLatest - instant ? us : kLatest - instant;
        // A running clock's offset grows by the step itself: computed from the time of day it
        // would lose what passes between two looks at it.
        return (seen & kFrozen) | ((seen + step) & ~kFrozen);
    });
}

void CacheClock::set(std::uint64_t us) noexcept {
    change_word(word_, [us](std::uint64_t seen) {
        return (seen & kFrozen) != 0 ? kFrozen | in_range(us) : running_word(us);
    });
}

}  // namespace dummycache::ipc
