// SPDX-License-Identifier: MIT
// Goal: the lock of a dead process is taken over although its pid is that of a live process again.
// Method: in a pid namespace with a /proc of its own the next pid is chosen; a holder is killed there, and
// another process gets its pid before anybody wants the lock.
#include <boost/test/unit_test.hpp>

#include <fstream>
#include <iostream>
#include <optional>

#include <sched.h>
#include <sys/mount.h>

#include "holder.hpp"
#include "ipc/process/liveness.hpp"

using namespace dummycache;
using namespace dummycache::test;

namespace {

constexpr int kForbidden = 77;
constexpr pid_t kPid = 1000;

/// In process 1: the next process gets kPid.
bool choose_next_pid() {
    std::ofstream last("/proc/sys/kernel/ns_last_pid");
    last << kPid - 1 << std::flush;
    return last.good();
}

/// Runs `body` as process 1 of a pid namespace with its own /proc.
template <class Body>
void in_own_pids(Body body) {
    Child outer([&body] {
        if (::unshare(CLONE_NEWPID | CLONE_NEWNS) != 0) return kForbidden;
        Child first([&body] {
            const bool own_proc = ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0 &&
                                  ::mount("none", "/proc", "proc", 0, nullptr) == 0;
            if (!own_proc || !choose_next_pid()) return kForbidden;
            body();
            return 0;
        });
        return first.wait();
    });
    const int result = outer.wait();
    if (result == kForbidden) {
        std::cout << "skipped: this user cannot choose the pids of a namespace" << std::endl;
        return;
    }
    BOOST_TEST(result == 0);
}

struct Born {
    Steps steps;
    std::atomic<std::uint64_t> start_time{0};
};

/// A process with kPid that began at another time than `not_at`, in ticks of a hundredth of a second.
template <class Body>
Child process_with_pid(Born& born, std::uint64_t not_at, Body body) {
    for (;;) {
        require(choose_next_pid(), "cannot choose the next pid");
        born.start_time = 0;
        Child child([&] {
            born.start_time = ipc::own_identity().start_time;
            if (born.start_time != not_at) body();
        });
        require(child.pid() == kPid, "the pid is another one");
        while (born.start_time == 0) ::usleep(1000);
        if (born.start_time != not_at) return child;
        child.wait();
    }
}

/// `attaches`: the process that got the pid uses the cache as well, and so gets the dead one's slot.
void reuse(OneShard& cache, bool attaches) {
    const SharedArea<Born> dead;
    Child holder = process_with_pid(*dead, 0, [&] {
        Cache own = cache.attach();
        set_and_stand_inside(own, dead->steps);
    });
    dead->steps.inside.wait();
    cache.require_held_by(kPid);
    require(holder.kill() == -SIGKILL, "the holder ended in another way");

    const SharedArea<Born> alive;
    Child other = process_with_pid(*alive, dead->start_time, [&] {
        std::optional<Cache> own;
        if (attaches) own = cache.attach();
        alive->steps.inside.reach();
        alive->steps.end.wait();
        if (own) require(own->set("other", "value"), "the process with the pid of a dead one");
    });
    alive->steps.inside.wait();
    require(::kill(kPid, 0) == 0, "nobody has the pid");
    const std::uint64_t before = cache->stats().recoveries;
    cache.require_taken_over(before + 1);
    require(::kill(kPid, 0) == 0, "nobody has the pid any more");
    alive->steps.end.reach();
    require(other.wait() == 0, "the process with the pid of a dead one failed");
}

}  // namespace

BOOST_AUTO_TEST_SUITE(environments_pid_reuse)

BOOST_AUTO_TEST_CASE(a_dead_holder_is_dead_although_its_pid_lives_again) {
    OneShard cache;
    in_own_pids([&cache] { reuse(cache, false); });
}

BOOST_AUTO_TEST_CASE(a_dead_holder_is_dead_although_its_pid_and_its_slot_live_again) {
    OneShard cache;
    in_own_pids([&cache] { reuse(cache, true); });
}

BOOST_AUTO_TEST_SUITE_END()
