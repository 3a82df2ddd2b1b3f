// SPDX-License-Identifier: MIT
// Memory-order model of a page that becomes something else while it is read.
//
// Goal: a reader that hits never returns bytes of a later use of the memory.
// Method: Relacy runs every schedule with at most four preemptions. Shard A moves its entry (a
// compaction), drops it (a delete, an eviction, a cleared entry) or replaces it. After a move or a drop
// it returns the page, and the writer of shard B, which has never heard of A's lock, claims it and
// writes into it. After a replace A itself empties its page and writes into it. The stores and their
// orders are those of store/layout/truth.hpp, store/log/log.cpp, store/reclaim/survivors.cpp and ipc/segment/page_arena.cpp; the
// free map has a bit too many, as it may there. Mode 0 is the protocol and must pass; every other
// mode leaves one thing out and must be caught.
#include "run_modes.hpp"

namespace {

using namespace rl;
using models::mode;

enum Mode {
    protocol,
    not_raised,
    raised_first,  // before the slot is stored
    raise_relaxed,
    slot_relaxed,
    free_relaxed,
    claim_relaxed,
    no_fence_before_bytes,
    fence_after_bytes,
    no_fence_in_reader,
    version_loaded_relaxed,
    slot_loaded_relaxed,
    returned_before_slot,   // the page, before the slot leads elsewhere
    returned_before_raise,  // after the slot and before the raise
    cleared_returned,       // the page of a cleared entry, whose slot still leads there
    kModes
};

constexpr const char* kNames[kModes] = {"the protocol",           "not raised",
                                        "raised first",           "raise relaxed",
                                        "slot relaxed",           "FREE relaxed",
                                        "claim relaxed",          "no fence before bytes",
                                        "fence after bytes",      "no fence in the reader",
                                        "version loaded relaxed", "slot loaded relaxed",
                                        "returned before slot",   "returned before raise",
                                        "cleared entry returned"};

constexpr int kOwnedByA = 1;
constexpr int kOwnedByB = 2;
enum What { moved, dropped, replaced, kWhats };

struct Reclaim : test_suite<Reclaim, 3> {
    atomic<int> version;
    atomic<int> slot;     // place of the entry + 1, or 0
    atomic<int> head[2];  // place 0 is the old page, place 1 the kept one; whole if both halves are the same
    atomic<int> tail[2];
    atomic<int> owner;
    atomic<int> free_bit;
    What what;

    void before() {
        version($) = 0;
        slot($) = 1;
        for (int place = 0; place < 2; ++place) {
            head[place]($) = place == 0 ? 1 : 6;
            tail[place]($) = place == 0 ? 1 : 7;
        }
        owner($) = kOwnedByA;
        what = static_cast<What>(rl::rand(kWhats));
        free_bit($) = 1;  // one too many: the owner word decides
    }

    void write(int place, int first, int second) {
        if (mode != no_fence_before_bytes && mode != fence_after_bytes) atomic_thread_fence(mo_release, $);
        head[place]($).store(first, mo_relaxed);
        tail[place]($).store(second, mo_relaxed);
        if (mode == fence_after_bytes) atomic_thread_fence(mo_release, $);
    }
    void raise() {
        const int now = version($).load(mo_relaxed);
        version($).store(now + 1, mode == raise_relaxed ? mo_relaxed : mo_release);
    }
    void give_back() {
        owner($).store(0, mode == free_relaxed ? mo_relaxed : mo_release);
        free_bit($).fetch_or(1, mo_release);
    }

    void writer_of_a() {
        if (what == moved) {
            const int first = head[0]($).load(mo_relaxed);
            write(1, first, tail[0]($).load(mo_relaxed));
        }
        if (what == replaced) write(1, 2, 2);
        if (mode == returned_before_slot) give_back();
        if (mode == raised_first) raise();
        if (mode != cleared_returned || what != dropped) {
            slot($).store(what == dropped ? 0 : 2, mode == slot_relaxed ? mo_relaxed : mo_release);
            if (mode == returned_before_raise) give_back();
            if (mode != not_raised && mode != raised_first) raise();
        }
        if (what == replaced) return write(0, 8, 9);  // the page became this shard's nursery page
        if (mode != returned_before_slot && mode != returned_before_raise) give_back();
    }

    void writer_of_b() {
        if (free_bit($).load(mo_acquire) == 0) return;
        if (free_bit($).fetch_and(0, mo_acq_rel) == 0) return;
        int expected = 0;
        if (!owner($).compare_exchange_strong(expected, kOwnedByB,
                                              mode == claim_relaxed ? mo_relaxed : mo_acq_rel))
            return;
        write(0, 8, 9);
    }

    void reader() {
        const int before = version($).load(mode == version_loaded_relaxed ? mo_relaxed : mo_acquire);
        const int place = slot($).load(mode == slot_loaded_relaxed ? mo_relaxed : mo_acquire) - 1;
        if (place < 0) return;
        const int first = head[place]($).load(mo_relaxed);
        const int second = tail[place]($).load(mo_relaxed);
        if (mode != no_fence_in_reader) atomic_thread_fence(mo_acquire, $);
        if (version($).load(mo_relaxed) != before) return;
        RL_ASSERT(first == second && (first == 1 || (first == 2 && what == replaced)));
    }

    void thread(unsigned number) {
        if (number == 0) writer_of_a();
        if (number == 1) writer_of_b();
        if (number == 2) reader();
    }
};

}  // namespace

int main(int argc, char** argv) { return models::run<Reclaim>(argc, argv, kNames, 4); }
