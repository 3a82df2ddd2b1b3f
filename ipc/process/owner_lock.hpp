// SPDX-License-Identifier: MIT
// A writer lock in shared memory: taken by CAS, waited for on a futex, taken over from the dead.
#pragma once

#include <chrono>
#include <cstdint>

#include "ipc/process/process_table.hpp"

namespace dummycache::ipc {

enum class Acquired : std::uint8_t {
    no,         ///< try_lock: somebody alive has it. lock: the time is over
    clean,      ///< it was free
    from_dead,  ///< its owner died with it: what it protects may need repair
};

using Deadline = std::chrono::steady_clock::time_point;

/// Takes the lock. About 15 ns when free. Waits until `deadline` for a live owner, no longer than
/// 10 ms for a dead one to be noticed. Not recursive. Killed inside: free, or owned by a dead.
[[nodiscard]] Acquired lock(layout::LockWord& word, Membership& self, Deadline deadline);
/// Does not wait, but asks whether the owner is dead: some microseconds if it has one.
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

/// Takes the lock if it is free, and looks at nothing else: one CAS.
[[nodiscard]] inline bool lock_if_free(layout::LockWord& word, Membership& self) {
    return take_free(word, self.token());
}

/// Gives the lock back if it still is this process's, and wakes a waiter.
void unlock(layout::LockWord& word, Membership& self) noexcept;

/// unlock for who has just taken the lock: one CAS if nobody waits for it.
inline void unlock_if_alone(layout::LockWord& word, Membership& self) noexcept {
    if (!let_go(word, self.token_if_registered())) unlock(word, self);
}

inline constexpr std::uint32_t kNoSlot = ~std::uint32_t{0};

/// Who owns the word; `slot` is kNoSlot if it is free, `pid` 0 if the slot has changed hands since.
struct Holder {
    std::uint32_t slot = kNoSlot;
    std::uint32_t pid = 0;
    std::uint32_t generation = 0;
};
[[nodiscard]] Holder holder_of(const layout::LockWord& word, const Membership& self);

}  // namespace dummycache::ipc
