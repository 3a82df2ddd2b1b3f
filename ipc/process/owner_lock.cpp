// SPDX-License-Identifier: MIT
// The lock word.
//
//   free      0
//   taken     CAS 0 -> me                   acquire: pairs with the release of unlock; release: pairs
//                                           with the load (acquire) before an owner is judged
//   wanted    CAS word -> word | waiters    then FUTEX_WAIT on the low half, in slices
//   taken over  CAS word -> me | waiters    only if the owner in this very word is dead
//   let go    CAS me[| waiters] -> 0        release; then FUTEX_WAKE if anybody waited
//
// A slot and a generation that are dead stay dead, because a generation never comes back. So a word whose owner was
// found dead may be taken over by CAS, however old the verdict is. A process that got the lock after waiting keeps
// the waiters bit, because others may still sleep. A wake-up that is lost with a dying process costs the sleepers one
// slice.
#include "ipc/process/owner_lock.hpp"

#include <algorithm>
#include <bit>

#include "ipc/kill_point.hpp"
#include "ipc/machine_clock.hpp"
#include "ipc/os/futex.hpp"

namespace dummycache::ipc {

namespace {

static_assert(std::endian::native == std::endian::little, "the futex is the low half of the lock word");

using layout::kWaiters;

constexpr int kSpins = 100;
constexpr std::chrono::milliseconds kFirstSlice{1};
constexpr std::chrono::milliseconds kLongestSlice{10};

inline void pause_cpu() noexcept {
#if defined(__x86_64__) || defined(__i386__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    asm volatile("yield");
#endif
}

bool owner_is_dead(std::uint64_t word, const Membership& self) {
    return self.is_dead(layout::slot_of_token(word), layout::generation_of_token(word));
}

/// Acquire: the kernel ordered the dead owner's stores before its death became visible.
bool take_from_dead(layout::LockWord& word, std::uint64_t seen, std::uint64_t mine, const Membership& self) {
    if (seen == 0 || !owner_is_dead(seen, self)) return false;
    return word.compare_exchange_strong(seen, mine | kWaiters, std::memory_order_acq_rel,
                                        std::memory_order_relaxed);
}

/// The low half, which has the waiters bit and the slot.
std::atomic<std::uint32_t>& futex_of(layout::LockWord& word) noexcept {
    return reinterpret_cast<std::atomic<std::uint32_t>&>(word);
}

bool spin(layout::LockWord& word, std::uint64_t mine) {
    for (int i = 0; i < kSpins; ++i) {
        if (word.load(std::memory_order_relaxed) == 0 && take_free(word, mine)) return true;
        pause_cpu();
    }
    return false;
}

/// The word with the waiters bit, set if need be; 0 if the word is another one by now.
std::uint64_t announce(layout::LockWord& word, std::uint64_t seen) {
    if ((seen & kWaiters) != 0) return seen;
    return word.compare_exchange_strong(seen, seen | kWaiters, std::memory_order_relaxed) ? seen | kWaiters
                                                                                          : 0;
}

Acquired wait_for(layout::LockWord& word, std::uint64_t mine, const Membership& self, Deadline deadline) {
    std::chrono::nanoseconds slice = kFirstSlice;
    // The clock decides when to ask, not the end of a sleep: signals may end every sleep early.
    auto next_look = steady_now() + slice;
    for (;;) {
        const std::uint64_t seen = word.load(std::memory_order_acquire);
        const auto now = steady_now();
        if (seen == 0) {
            if (take_free(word, mine | kWaiters)) return Acquired::clean;
            continue;
        }
        if (now >= next_look || now >= deadline) {
            if (take_from_dead(word, seen, mine, self)) return Acquired::from_dead;
            if (now >= deadline) return Acquired::no;
            slice = std::min<std::chrono::nanoseconds>(slice * 2, kLongestSlice);
            next_look = now + slice;
        }
        const std::uint64_t announced = announce(word, seen);
        if (announced == 0) continue;
        DUMMYCACHE_KILL_POINT("lock.waiting");
        sleep_while(futex_of(word), static_cast<std::uint32_t>(announced),
                    std::min(next_look, deadline) - now);
    }
}

Acquired taken(Acquired how) {
    if (how != Acquired::no) DUMMYCACHE_KILL_POINT("lock.taken");
    return how;
}

}  // namespace

Acquired try_lock(layout::LockWord& word, Membership& self) {
    const std::uint64_t mine = self.token();
    if (take_free(word, mine)) return taken(Acquired::clean);
    const std::uint64_t seen = word.load(std::memory_order_acquire);
    return taken(take_from_dead(word, seen, mine, self) ? Acquired::from_dead : Acquired::no);
}

Acquired lock(layout::LockWord& word, Membership& self, Deadline deadline) {
    const std::uint64_t mine = self.token();
    if (take_free(word, mine) || spin(word, mine)) return taken(Acquired::clean);
    return taken(wait_for(word, mine, self, deadline));
}

void unlock(layout::LockWord& word, Membership& self) noexcept {
    std::uint64_t mine = 0;
    try {
        mine = self.token();
    } catch (...) {
        return;  // A forked child that could not register owns no lock.
    }
    if (let_go(word, mine) || !let_go(word, mine | kWaiters)) return;
    DUMMYCACHE_KILL_POINT("unlock.before_wake");
    wake(futex_of(word), 1);
}

Holder holder_of(const layout::LockWord& word, const Membership& self) {
    const std::uint64_t seen = word.load(std::memory_order_acquire);
    if (seen == 0) return {};
    Holder holder{layout::slot_of_token(seen), 0, layout::generation_of_token(seen)};
    // The slot of a dead owner may be in other hands by now.
    const auto slots = self.segment().process_slots();
    if (holder.slot < slots.size() &&
        slots[holder.slot].generation.load(std::memory_order_acquire) == holder.generation)
        holder.pid = self.pid_of(holder.slot);
    return holder;
}

}  // namespace dummycache::ipc
