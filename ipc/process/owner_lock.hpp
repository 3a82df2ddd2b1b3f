// SPDX-License-Identifier: MIT
// A lock in shared memory that outlives its owner: one compare-and-swap (CAS) to take it, a futex to wait for it,
// and a takeover if the owner is dead. Processes own it, not threads: a second thread of the owner waits as well.
#pragma once

#include <chrono>
#include <cstdint>

#include "ipc/process/process_table.hpp"

namespace dummycache::ipc {

enum class Acquired : std::uint8_t {
    no,         ///< a live process has it; lock() has waited for as long as it may
    clean,      ///< it was free
    from_dead,  ///< it was taken over from a dead owner: the protected bytes may need repair
};

using Deadline = std::chrono::steady_clock::time_point;

/// Takes the lock. About 15 ns if it is free. Waits for a live owner until `deadline`; notices a dead one within
/// 10 ms. Not recursive. Throws what Membership::token throws, and std::bad_alloc. Killed inside: the lock is free,
/// or owned by a dead process.
[[nodiscard]] Acquired lock(layout::LockWord& word, Membership& self, Deadline deadline);
/// The same without waiting. If the lock has an owner, asks whether that is dead: 10 to 100 us.
[[nodiscard]] Acquired try_lock(layout::LockWord& word, Membership& self);

/// From free to `mine`, by one CAS. Release as well: whoever sees the new owner sees its generation and its
/// pid, and does not take it for dead.
[[nodiscard]] inline bool take_free(layout::LockWord& word, std::uint64_t mine) noexcept {
    std::uint64_t free = 0;
    return word.compare_exchange_strong(free, mine, std::memory_order_acq_rel, std::memory_order_relaxed);
}

/// From exactly `mine` to free, by one CAS. Wakes nobody.
[[nodiscard]] inline bool let_go(layout::LockWord& word, std::uint64_t mine) noexcept {
    return word.compare_exchange_strong(mine, 0, std::memory_order_release, std::memory_order_relaxed);
}

/// Takes the lock if it is free; asks no question about an owner. One CAS.
[[nodiscard]] inline bool lock_if_free(layout::LockWord& word, Membership& self) {
    return take_free(word, self.token());
}

/// Gives the lock back if this process owns it, and wakes one waiter. Killed inside: the lock is free, and waiters
/// look again by themselves within 10 ms.
void unlock(layout::LockWord& word, Membership& self) noexcept;

/// unlock for a caller that owns the lock and was not forked since: one CAS if nobody waits.
inline void unlock_if_alone(layout::LockWord& word, Membership& self) noexcept {
    if (!let_go(word, self.token_if_registered())) unlock(word, self);
}

inline constexpr std::uint32_t kNoSlot = ~std::uint32_t{0};

/// The owner of a lock word. `slot` is kNoSlot if the lock is free; `pid` is 0 if the slot has changed hands since.
struct Holder {
    std::uint32_t slot = kNoSlot;
    std::uint32_t pid = 0;
    std::uint32_t generation = 0;
};
/// For messages: the owner may be another one by the time the caller reads it.
[[nodiscard]] Holder holder_of(const layout::LockWord& word, const Membership& self);

}  // namespace dummycache::ipc
