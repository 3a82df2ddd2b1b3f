// SPDX-License-Identifier: MIT
#include "torture/steps/stepper.hpp"

#include <boost/test/unit_test.hpp>

#include <cerrno>
#include <cstddef>

#include <sched.h>
#include <sys/ptrace.h>
#include <sys/user.h>
#include <sys/wait.h>

#include "support/child.hpp"

namespace dummycache::test {

namespace {

constexpr unsigned kSlowHangGuardSeconds = 900;

/// The signal that stopped the child; 0 if it has ended.
int wait_for_stop(pid_t pid) {
    int status = 0;
    if (::waitpid(pid, &status, 0) != pid || !WIFSTOPPED(status)) return 0;
    return WSTOPSIG(status);
}

bool is_at_system_call(pid_t pid) {
    errno = 0;
    const long at = ::ptrace(PTRACE_PEEKUSER, pid, offsetof(user_regs_struct, rip), nullptr);
    const long bytes = ::ptrace(PTRACE_PEEKTEXT, pid, at, nullptr);
    constexpr long kSystemCall = 0x050f;
    return errno == 0 && (bytes & 0xffff) == kSystemCall;
}

/// Parent and child take turns: on one processor a turn costs a third.
class OneProcessor {
public:
    OneProcessor() {
        ::sched_getaffinity(0, sizeof before_, &before_);
        cpu_set_t one;
        CPU_ZERO(&one);
        CPU_SET(static_cast<std::size_t>(::sched_getcpu()), &one);
        ::sched_setaffinity(0, sizeof one, &one);
    }
    ~OneProcessor() { ::sched_setaffinity(0, sizeof before_, &before_); }
    OneProcessor(const OneProcessor&) = delete;
    OneProcessor& operator=(const OneProcessor&) = delete;

private:
    cpu_set_t before_{};
};

}  // namespace

std::uint64_t single_step(const std::function<void()>& before, const std::function<void()>& body,
                          const AfterStep& after_step) {
    const OneProcessor pinned;
    const Child child([&] {
        ::alarm(kSlowHangGuardSeconds);
        before();
        require(::ptrace(PTRACE_TRACEME, 0, nullptr, nullptr) == 0, "PTRACE_TRACEME failed");
        ::raise(SIGSTOP);
        body();
        ::raise(SIGSTOP);
    });
    BOOST_REQUIRE(wait_for_stop(child.pid()) == SIGSTOP);
    for (std::uint64_t steps = 0;; ++steps) {
        const bool system_call = is_at_system_call(child.pid());
        BOOST_REQUIRE(::ptrace(PTRACE_SINGLESTEP, child.pid(), nullptr, nullptr) == 0);
        const int signal = wait_for_stop(child.pid());
        if (signal == SIGSTOP) return steps;
        if (signal != SIGTRAP)
            BOOST_FAIL("the child that is stepped through ended, or met a signal: " << signal);
        after_step(system_call);
    }
}

}  // namespace dummycache::test
