// SPDX-License-Identifier: MIT
// Memory-order model of a page that a later owner of the lock stores into.
//
// Goal: a reader that still follows an entry of the page's former use looks again, whoever of the
// later owners stored what it read.
// Method: Relacy runs every schedule with at most eight preemptions. One process raises the version of
// the old entry and writes a new entry in its place under the shard's lock; the next owner of the lock
// marks that entry as dead, with nothing else written before, as an erase does. Mode 0 is the protocol
// and must pass; every other mode leaves one thing out and must be caught.
#include "run_modes.hpp"

namespace {

using namespace rl;
using models::mode;

enum Mode {
    protocol,
    mark_relaxed,  // the dead mark stored without release
    lock_relaxed,  // the lock taken without acquire
    no_fence_in_reader,
    kModes
};

constexpr const char* kNames[kModes] = {"the protocol", "mark relaxed", "lock relaxed", "no fence in reader"};
constexpr int kDead = 16;

struct Held : test_suite<Held, 3> {
    atomic<int> version;
    atomic<int> head;
    atomic<int> tail;
    atomic<int> unlocked;

    void before() {
        version($) = 0;
        head($) = 1;
        tail($) = 1;
        unlocked($) = 0;
    }

    void first_owner() {
        version($).store(1, mo_release);
        atomic_thread_fence(mo_release, $);
        head($).store(8, mo_relaxed);
        tail($).store(8, mo_relaxed);
        unlocked($).store(1, mo_release);
    }

    void next_owner() {
        int expected = 1;
        const auto order = mode == lock_relaxed ? mo_relaxed : mo_acq_rel;
        if (!unlocked($).compare_exchange_strong(expected, 2, order)) return;
        const int now = head($).load(mo_relaxed);
        head($).store(now | kDead, mode == mark_relaxed ? mo_relaxed : mo_release);
    }

    void reader() {
        const int before = version($).load(mo_acquire);
        if (before != 0) return;
        const int first = head($).load(mo_relaxed);
        const int second = tail($).load(mo_relaxed);
        if (mode != no_fence_in_reader) atomic_thread_fence(mo_acquire, $);
        if (version($).load(mo_relaxed) != before) return;
        RL_ASSERT(first == 1 && second == 1);
    }

    void thread(unsigned number) {
        if (number == 0) first_owner();
        if (number == 1) next_owner();
        if (number == 2) reader();
    }
};

}  // namespace

int main(int argc, char** argv) { return models::run<Held>(argc, argv, kNames, 8); }
