// SPDX-License-Identifier: MIT
// Memory-order model of an owner that dies inside a write, and of the next one, who rebuilds.
//
// Goal: readers that know nothing of the death neither miss a key that exists nor return bytes of a
// later use of the memory, wherever the owner died.
// Method: Relacy runs every schedule with at most two preemptions. The owner dies after any of its
// stores while it moves, replaces or drops an entry, or finds one that clear has cleared. The next
// owner takes the lock over and does what store/recovery/rebuild.cpp does, in its order. The writer of another
// shard claims any page that comes back and writes into it. Mode 0 is the protocol and must pass;
// every other mode leaves one thing out and must be caught.
#include "run_modes.hpp"

namespace {

using namespace rl;
using models::mode;

enum Mode {
    protocol,
    rebuild_not_raised,
    rebuild_raise_relaxed,
    returned_before_raised,  // the rebuild returns pages and raises afterwards
    free_relaxed,
    claim_relaxed,
    no_fence_before_bytes,
    fence_after_bytes,
    no_fence_in_reader,
    taken_over_relaxed,
    cleared_slot_kept,  // the rebuild leaves the slot of a cleared entry and returns its page
    slot_before_fill,   // the entry is published before the fill covers it
    dead_before_slot,   // the old entry is marked as dead before the slot leads elsewhere
    pages_not_counted,  // the rebuild returns the page that the slot leads to now
    kModes
};

constexpr const char* kNames[kModes] = {
    "the protocol",       "rebuild not raised", "rebuild raise relaxed", "returned before raised",
    "FREE relaxed",       "claim relaxed",      "no fence before bytes", "fence after bytes",
    "no fence in reader", "taken over relaxed", "cleared slot kept",     "slot before fill",
    "dead before slot",   "pages not counted"};

constexpr int kFree = 0;
constexpr int kOwnedByA = 1;
constexpr int kOwnedByB = 2;
constexpr int kDead = 16;
constexpr int kSteps = 7;
enum What { moved, replaced, dropped, cleared, kWhats };

struct Takeover : test_suite<Takeover, 4> {
    atomic<int> version;
    atomic<int> slot;     // place of the entry + 1, or 0; place n is all of page n
    atomic<int> head[2];  // with the dead mark; whole if both halves are the same
    atomic<int> tail[2];
    atomic<int> fill[2];
    atomic<int> owner[2];
    atomic<int> free_bits;
    atomic<int> exited;  // the kernel's word that the owner is dead
    What what;
    int died_after;

    void before() {
        version($) = 0;
        slot($) = 1;
        for (int place = 0; place < 2; ++place) {
            head[place]($) = place == 0 ? 1 : 6;
            tail[place]($) = place == 0 ? 1 : 7;
            fill[place]($) = place == 0 ? 1 : 0;
            owner[place]($) = kOwnedByA;
        }
        free_bits($) = 3;  // too many, as after another process's rebuild: the owner words decide
        exited($) = 0;
        what = static_cast<What>(rl::rand(kWhats));
        died_after = what == cleared ? 0 : static_cast<int>(rl::rand(kSteps + 1));
    }

    void write(int place, int first, int second) {
        if (mode != no_fence_before_bytes && mode != fence_after_bytes) atomic_thread_fence(mo_release, $);
        head[place]($).store(first, mo_relaxed);
        tail[place]($).store(second, mo_relaxed);
        if (mode == fence_after_bytes) atomic_thread_fence(mo_release, $);
    }
    void raise(memory_order order) { version($).store(version($).load(mo_relaxed) + 1, order); }
    void give_back(int page) {
        owner[page]($).store(kFree, mode == free_relaxed ? mo_relaxed : mo_release);
        free_bits($).fetch_or(1 << page, mo_release);
    }

    void extend_fill() {
        if (what != dropped) fill[1]($).store(1, mo_release);
    }
    void store_slot() { slot($).store(what == dropped ? 0 : 2, mo_release); }
    void mark_dead() { head[0]($).store(1 | kDead, mo_relaxed); }

    void step(int number) {
        if (number == 0 && what != dropped) write(1, what == moved ? 1 : 2, what == moved ? 1 : 2);
        if (number == 1) mode == slot_before_fill ? store_slot() : extend_fill();
        if (number == 2 && mode == dead_before_slot) mark_dead();
        if (number == 3) mode == slot_before_fill ? extend_fill() : store_slot();
        if (number == 4) raise(mo_release);
        if (number == 5 && mode != dead_before_slot) mark_dead();
        if (number == 6) give_back(0);
    }

    void dying_owner() {
        for (int number = 0; number < died_after; ++number) step(number);
        exited($).store(1, mo_release);
    }

    bool is_sound(int place) {
        if (owner[place]($).load(mo_acquire) != kOwnedByA || fill[place]($).load(mo_acquire) == 0)
            return false;
        return (head[place]($).load(mo_relaxed) & kDead) == 0 && what != cleared;
    }

    void return_pages(int in_use) {
        for (int page = 0; page < 2; ++page) {
            if (owner[page]($).load(mo_acquire) == kOwnedByA && page != in_use) give_back(page);
        }
    }

    void next_owner() {
        if (exited($).load(mode == taken_over_relaxed ? mo_relaxed : mo_acquire) == 0) return;
        const int place = slot($).load(mo_relaxed) - 1;
        const bool sound = place >= 0 && is_sound(place);
        if (place >= 0 && !sound && mode != cleared_slot_kept) slot($).store(0, mo_release);
        const int in_use = sound && mode != pages_not_counted ? place : -1;
        if (mode == returned_before_raised) return_pages(in_use);
        if (mode != rebuild_not_raised) raise(mode == rebuild_raise_relaxed ? mo_relaxed : mo_release);
        atomic_thread_fence(mo_release, $);
        if (mode != returned_before_raised) return_pages(in_use);
    }

    void writer_of_b() {
        for (int page = 0; page < 2; ++page) {
            const int bit = 1 << page;
            if ((free_bits($).load(mo_acquire) & bit) == 0) continue;
            if ((free_bits($).fetch_and(~bit, mo_acq_rel) & bit) == 0) continue;
            int expected = kFree;
            const auto order = mode == claim_relaxed ? mo_relaxed : mo_acq_rel;
            if (owner[page]($).compare_exchange_strong(expected, kOwnedByB, order)) return write(page, 8, 9);
        }
    }

    void reader() {
        for (int tries = 0; tries < 2; ++tries) {
            const int before = version($).load(mo_acquire);
            const int place = slot($).load(mo_acquire) - 1;
            int first = 0;
            int second = 0;
            if (place >= 0) {
                first = head[place]($).load(mo_relaxed) & ~kDead;
                second = tail[place]($).load(mo_relaxed);
            }
            if (mode != no_fence_in_reader) atomic_thread_fence(mo_acquire, $);
            if (version($).load(mo_relaxed) != before) continue;
            if (place < 0) RL_ASSERT(what == dropped || what == cleared);
            if (place >= 0) RL_ASSERT(first == second && (first == 1 || (first == 2 && what == replaced)));
            return;
        }
    }

    void thread(unsigned number) {
        if (number == 0) dying_owner();
        if (number == 1) next_owner();
        if (number == 2) writer_of_b();
        if (number == 3) reader();
    }
};

}  // namespace

int main(int argc, char** argv) { return models::run<Takeover>(argc, argv, kNames, 2); }
