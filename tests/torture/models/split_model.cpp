// SPDX-License-Identifier: MIT
// Memory-order model of a split of an index page.
//
// Goal: a reader of a key that exists finds it at every moment of a split, of a death between any two
// of its stores, of the repair that follows, and of a replace and a reuse of the old bytes after that.
// Method: Relacy runs every schedule with at most three preemptions, under the C++ memory model,
// which is weaker than x86. Two keys move to the new page, each led there by a directory word of its own. Mode 0 is the protocol
// of store/index/index.cpp and store/recovery/rebuild.cpp and must pass; every other mode leaves one thing out
// and must be caught.
#include "run_modes.hpp"

namespace {

using namespace rl;
using models::mode;

enum Mode {
    protocol,
    no_second_look,         // a miss does not look at its directory word again
    emptied_first,          // old slots emptied before the directory leads to the new page
    directory_relaxed,      // directory words stored without release
    old_bucket_not_raised,  // nothing raised after the old slots were emptied
    led_before_copied,      // directory words stored before the copies
    split_not_finished,     // the repair does not store the missing directory words
    repair_not_raised,      // the repair raises nothing
    no_fence_before_bytes,
    kModes
};

constexpr const char* kNames[kModes] = {
    "the protocol",       "no second look",        "emptied first",
    "directory relaxed",  "old bucket not raised", "led before copied",
    "split not finished", "repair not raised",     "no fence before bytes"};
constexpr int kKeys = 2;
constexpr int kSteps = 5;
enum Page { old_page, new_page };

struct Split : test_suite<Split, 2> {
    atomic<int> directory[kKeys];
    atomic<int> version[2];
    atomic<int> slot[2][kKeys];   // place of the entry + 1, or 0
    atomic<int> head[2 * kKeys];  // an entry is whole if both halves are the same
    atomic<int> tail[2 * kKeys];
    int died_after;

    void before() {
        for (int key = 0; key < kKeys; ++key) {
            directory[key]($) = old_page;
            slot[old_page][key]($) = key + 1;
            slot[new_page][key]($) = 0;
            for (int place : {key, key + kKeys}) {
                head[place]($) = place == key ? 1 : 0;
                tail[place]($) = place == key ? 1 : 0;
            }
        }
        version[old_page]($) = 0;
        version[new_page]($) = 0;
        died_after = static_cast<int>(rl::rand(kSteps + 1));
    }

    void copy() {
        for (int key = 0; key < kKeys; ++key) slot[new_page][key]($).store(key + 1, mo_relaxed);
    }
    void lead(int key) {
        directory[key]($).store(new_page, mode == directory_relaxed ? mo_relaxed : mo_release);
    }
    void empty() {
        for (int key = 0; key < kKeys; ++key) slot[old_page][key]($).store(0, mo_release);
    }
    void raise(Page page) { version[page]($).store(version[page]($).load(mo_relaxed) + 1, mo_release); }

    void step(int number) {
        if (number == 0) mode == led_before_copied ? lead(0) : mode == emptied_first ? empty() : copy();
        if (number == 1) mode == led_before_copied ? copy() : mode == emptied_first ? copy() : lead(0);
        if (number == 2) mode == emptied_first ? lead(0) : lead(1);
        if (number == 3) mode == emptied_first ? lead(1) : empty();
        if (number == 4 && mode != old_bucket_not_raised) raise(old_page);
    }

    /// What the next owner of the lock does; the kernel's exit of the dead one is a full fence.
    void repair() {
        atomic_thread_fence(mo_seq_cst, $);
        const bool begun =
            directory[0]($).load(mo_relaxed) == new_page || directory[1]($).load(mo_relaxed) == new_page;
        for (int key = 0; key < kKeys && begun && mode != split_not_finished; ++key) {
            if (directory[key]($).load(mo_relaxed) != new_page) lead(key);
        }
        if (begun) empty();
        if (mode == repair_not_raised) return;
        raise(old_page);
        raise(new_page);
    }

    void write(int place, int first, int second) {
        if (mode != no_fence_before_bytes) atomic_thread_fence(mo_release, $);
        head[place]($).store(first, mo_relaxed);
        tail[place]($).store(second, mo_relaxed);
    }

    void writer() {
        for (int number = 0; number < died_after; ++number) step(number);
        if (died_after < kSteps) repair();
        for (int key = 0; key < kKeys; ++key) {
            const auto page = static_cast<Page>(directory[key]($).load(mo_relaxed));
            write(key + kKeys, 2, 2);  // a replace, at another place
            slot[page][key]($).store(key + kKeys + 1, mo_release);
            raise(page);
            write(key, 8, 9);  // and the old bytes become something else
        }
    }

    void reader() {
        const int key = static_cast<int>(rl::rand(kKeys));
        for (int tries = 0; tries < 5; ++tries) {
            const int page = directory[key]($).load(mo_acquire);
            const int before = version[page]($).load(mo_acquire);
            const int place = slot[page][key]($).load(mo_acquire) - 1;
            int first = 0;
            int second = 0;
            if (place >= 0) {
                first = head[place]($).load(mo_relaxed);
                second = tail[place]($).load(mo_relaxed);
            }
            atomic_thread_fence(mo_acquire, $);
            if (version[page]($).load(mo_relaxed) != before) continue;
            if (place >= 0) {
                RL_ASSERT(first == second && (first == 1 || first == 2));
                return;
            }
            if (mode != no_second_look && directory[key]($).load(mo_relaxed) != page) continue;
            RL_ASSERT(!"a key that exists was missed");
        }
    }

    void thread(unsigned number) { number == 0 ? writer() : reader(); }
};

}  // namespace

int main(int argc, char** argv) { return models::run<Split>(argc, argv, kNames, 3); }
