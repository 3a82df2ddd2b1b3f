// SPDX-License-Identifier: MIT
// Memory-order model of an entry that changes its place.
//
// Goal: a reader of a key that exists never misses it while its entry is moved, and never gets the
// bytes of another key, although the old place is written over at once.
// Method: Relacy runs every schedule with at most eight preemptions. A writer copies the entry, stores
// the slot, raises the version, marks the old copy as dead, and then writes another key's entry where
// the old copy was: store/reclaim/survivors.cpp's keep_locked, then a page that is empty. The reader compares keys and
// looks again as store/entry/read_protocol.hpp does. Mode 0 is the protocol and must pass; every other mode leaves
// one thing out and must be caught.
#include "run_modes.hpp"

namespace {

using namespace rl;
using models::mode;

enum Mode {
    protocol,
    not_raised,
    raised_first,
    raise_relaxed,
    slot_relaxed,
    slot_before_copy,
    slot_emptied_first,  // the slot is empty for a moment
    no_fence_before_bytes,
    fence_after_bytes,
    no_fence_in_reader,
    version_loaded_relaxed,
    slot_loaded_relaxed,
    miss_not_checked,  // the reader believes a miss without loading the version again
    hit_not_checked,   // the same for a hit
    kModes
};

constexpr const char* kNames[kModes] = {
    "the protocol",      "not raised",         "raised first",           "raise relaxed",
    "slot relaxed",      "slot before copy",   "slot emptied first",     "no fence before bytes",
    "fence after bytes", "no fence in reader", "version loaded relaxed", "slot loaded relaxed",
    "miss not checked",  "hit not checked"};

constexpr int kKey = 1;
constexpr int kOtherKey = 5;
constexpr int kValue = 3;
constexpr int kOtherValue = 9;
constexpr int kDead = 16;

struct Move : test_suite<Move, 2> {
    atomic<int> version;
    atomic<int> slot;  // place of the entry + 1, or 0
    atomic<int> deadline_word[2];
    atomic<int> key[2];
    atomic<int> value[2];

    void before() {
        version($) = 0;
        slot($) = 1;
        for (int place = 0; place < 2; ++place) {
            deadline_word[place]($) = 0;
            key[place]($) = place == 0 ? kKey : 0;
            value[place]($) = place == 0 ? kValue : 0;
        }
    }

    void write(int place, int new_key, int new_value) {
        if (mode != no_fence_before_bytes && mode != fence_after_bytes) atomic_thread_fence(mo_release, $);
        deadline_word[place]($).store(0, mo_relaxed);
        key[place]($).store(new_key, mo_relaxed);
        value[place]($).store(new_value, mo_relaxed);
        if (mode == fence_after_bytes) atomic_thread_fence(mo_release, $);
    }
    void store_slot(int word) { slot($).store(word, mode == slot_relaxed ? mo_relaxed : mo_release); }
    void raise() {
        const int now = version($).load(mo_relaxed);
        version($).store(now + 1, mode == raise_relaxed ? mo_relaxed : mo_release);
    }

    void writer() {
        if (mode == slot_before_copy) store_slot(2);
        if (mode == slot_emptied_first) store_slot(0);
        write(1, kKey, kValue);
        if (mode == raised_first) raise();
        if (mode != slot_before_copy) store_slot(2);
        if (mode != not_raised && mode != raised_first) raise();
        deadline_word[0]($).store(kDead, mo_relaxed);
        write(0, kOtherKey, kOtherValue);
    }

    void reader() {
        for (int tries = 0; tries < 3; ++tries) {
            const int before = version($).load(mode == version_loaded_relaxed ? mo_relaxed : mo_acquire);
            const int place = slot($).load(mode == slot_loaded_relaxed ? mo_relaxed : mo_acquire) - 1;
            const int flags = place < 0 ? 0 : deadline_word[place]($).load(mo_relaxed);
            const bool found = place >= 0 && key[place]($).load(mo_relaxed) == kKey;
            const int copied = found ? value[place]($).load(mo_relaxed) : 0;
            if (mode != no_fence_in_reader) atomic_thread_fence(mo_acquire, $);
            const bool checks = mode != (found ? hit_not_checked : miss_not_checked);
            if (checks && version($).load(mo_relaxed) != before) continue;
            RL_ASSERT(found);  // a key that exists was missed
            RL_ASSERT(copied == kValue && (flags & ~kDead) == 0);
            return;
        }
    }

    void thread(unsigned number) { number == 0 ? writer() : reader(); }
};

}  // namespace

int main(int argc, char** argv) { return models::run<Move>(argc, argv, kNames, 8); }
