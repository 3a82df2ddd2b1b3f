// SPDX-License-Identifier: MIT
// Running a command, and cleaning up after it whoever is killed.
//
//   this process                            the caretaker
//     |-- alive ("d", or the end) ------------> |       pipes, closed on exec
//     | <-- reports (pid, then status) -------- |
#include "tools/cli/process/supervised_command.hpp"

#include <array>
#include <cerrno>
#include <csignal>

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tools/cli/process/exit_code.hpp"

namespace dummycache::cli {

namespace {

constexpr int kCannotRun = 126;
constexpr int kSignalled = 128;

int exit_code_of(const siginfo_t& ended) {
    return ended.si_code == CLD_EXITED ? ended.si_status : kSignalled + ended.si_status;
}

/// The next number of a pipe; `none` at its end.
int read_number(int from, int none) {
    int number = 0;
    ssize_t count = 0;
    while ((count = ::read(from, &number, sizeof number)) < 0 && errno == EINTR) {
    }
    return count == static_cast<ssize_t>(sizeof number) ? number : none;
}

void write_number(int to, int number) {
    while (::write(to, &number, sizeof number) < 0 && errno == EINTR) {
    }
}

void block_all_signals() {
    sigset_t all;
    ::sigfillset(&all);
    ::sigprocmask(SIG_SETMASK, &all, nullptr);
}

/// With SIGCHLD ignored, which is inherited, nobody learns how a child ended.
void hear_of_children() {
    struct sigaction action {};
    action.sa_handler = [](int) {};
    ::sigaction(SIGCHLD, &action, nullptr);
}

/// The process between. All signals are blocked in it, except for SIGCHLD while it waits.
class Between {
public:
    Between(int alive, int reports) : alive_(alive), reports_(reports) {}

    /// Makes the child that is to be the command.
    void start(const std::function<void()>& become) {
        ::prctl(PR_SET_CHILD_SUBREAPER, 1);
        const pid_t self = ::getpid();
        command_ = ::fork();
        if (command_ == 0) {
            ::prctl(PR_SET_PDEATHSIG, SIGKILL);
            if (::getppid() == self) become();
            ::_exit(kCannotRun);
        }
        // A session, and not only a group: when a process ends whose parent is in another group of its session, the kernel
        // may hang up on its group, if that has a stopped process and no shell that looks after it.
        ::setsid();
        write_number(reports_, command_);
        if (command_ < 0) ::_exit(0);
    }

    /// Returns when the parent has all that it needs, or is dead. True if it is dead.
    bool watch() {
        sigset_t all_but_children;
        ::sigfillset(&all_but_children);
        ::sigdelset(&all_but_children, SIGCHLD);
        bool reported = false;
        for (;;) {
            if (!reported) reported = report_end();
            pollfd poll{alive_, POLLIN, 0};
            if (::ppoll(&poll, 1, nullptr, &all_but_children) <= 0) continue;
            char done = 0;
            return ::read(alive_, &done, 1) != 1;
        }
    }

    /// Kills the command, and waits for what it has started.
    void end_all() const {
        ::kill(command_, SIGKILL);
        while (::waitpid(-1, nullptr, 0) > 0 || errno == EINTR) {
        }
    }

    void reap() const { ::waitpid(command_, nullptr, WNOHANG); }

private:
    /// Tells the parent once the command has ended, and leaves it a zombie: the parent may still send it a signal. Reaps
    /// what else has ended.
    bool report_end() const {
        for (;;) {
            siginfo_t ended{};
            if (::waitid(P_PID, static_cast<id_t>(command_), &ended, WEXITED | WNOHANG | WNOWAIT) == 0 &&
                ended.si_pid == command_) {
                write_number(reports_, exit_code_of(ended));
                return true;
            }
            if (::waitid(P_ALL, 0, &ended, WEXITED | WNOHANG | WNOWAIT) != 0 || ended.si_pid == 0)
                return false;
            if (ended.si_pid != command_) ::waitpid(ended.si_pid, nullptr, WNOHANG);
        }
    }

    int alive_;
    int reports_;
    pid_t command_ = -1;
};

[[noreturn]] void be_caretaker(int alive, int reports, const std::function<void()>& become,
                               const std::function<void()>& clean_up) {
    hear_of_children();
    Between between(alive, reports);
    between.start(become);
    if (between.watch()) {
        between.end_all();
        try {
            clean_up();
        } catch (const std::exception&) {
            // Nobody is there to be told.
        }
    }
    between.reap();
    ::_exit(0);
}

}  // namespace

SupervisedCommand::SupervisedCommand(const std::string& name, const std::function<void()>& become,
                                     const std::function<void()>& clean_up) {
    std::array<int, 2> alive{-1, -1};
    std::array<int, 2> reports{-1, -1};
    if (::pipe2(alive.data(), O_CLOEXEC) != 0 || ::pipe2(reports.data(), O_CLOEXEC) != 0)
        throw Failure(Exit::refused, name + ": no pipe can be made; close some files");
    alive_ = alive[1];
    reports_ = reports[0];
    sigset_t before;
    ::sigprocmask(SIG_SETMASK, nullptr, &before);
    block_all_signals();
    child_ = ::fork();
    if (child_ == 0) {
        ::close(alive[1]);
        ::close(reports[0]);
        be_caretaker(alive[0], reports[1], become, clean_up);
    }
    ::sigprocmask(SIG_SETMASK, &before, nullptr);
    ::close(alive[0]);
    ::close(reports[1]);
    if (child_ > 0) command_ = read_number(reports_, -1);
    if (command_ > 0) return;
    ::close(alive_);
    ::close(reports_);
    if (child_ > 0) ::waitpid(child_, nullptr, 0);
    throw Failure(Exit::refused, name + ": no process can be made; end some");
}

int SupervisedCommand::wait() {
    constexpr int kNone = -1;
    const int status = read_number(reports_, kNone);
    if (status != kNone) return status;
    // The caretaker was killed, and the command with it, unless that has changed its user. Its last write may still be
    // under way.
    ::kill(command_, SIGKILL);
    const auto process = static_cast<int>(::syscall(SYS_pidfd_open, command_, 0));
    if (process >= 0) {
        constexpr int kPatienceMs = 10'000;
        pollfd poll{process, POLLIN, 0};
        while (::poll(&poll, 1, kPatienceMs) < 0 && errno == EINTR) {
        }
        ::close(process);
    }
    return kSignalled + SIGKILL;
}

SupervisedCommand::~SupervisedCommand() {
    while (::write(alive_, "d", 1) < 0 && errno == EINTR) {
    }
    ::close(alive_);
    ::close(reports_);
    while (::waitpid(child_, nullptr, 0) < 0 && errno == EINTR) {
    }
}

}  // namespace dummycache::cli
