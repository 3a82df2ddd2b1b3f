// SPDX-License-Identifier: MIT
// Child processes that run a function and cannot hang.
#pragma once

#include <csignal>
#include <cstdio>
#include <exception>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <sys/wait.h>
#include <unistd.h>

namespace dummycache::test {

/// In a child, where Boost.Test cannot report: ends the child with a message.
inline void require(bool condition, const std::string& what) {
    if (!condition) throw std::runtime_error(what);
}

/// A pipe. The end that a process does not use stays open; nothing here waits for its end.
class Pipe {
public:
    Pipe() {
        if (::pipe(ends_) != 0) throw std::runtime_error("pipe failed");
    }
    ~Pipe() {
        ::close(ends_[0]);
        ::close(ends_[1]);
    }
    Pipe(const Pipe&) = delete;
    Pipe& operator=(const Pipe&) = delete;

    /// Small records are written in one piece.
    template <class Record>
    void write(const Record& record) const {
        require(::write(ends_[1], &record, sizeof record) == static_cast<ssize_t>(sizeof record),
                "write to a pipe failed");
    }
    /// Waits for a record.
    template <class Record>
    [[nodiscard]] Record read() const {
        Record record{};
        require(::read(ends_[0], &record, sizeof record) == static_cast<ssize_t>(sizeof record),
                "read from a pipe failed");
        return record;
    }
    [[nodiscard]] int read_end() const noexcept { return ends_[0]; }

private:
    int ends_[2] = {-1, -1};
};

/// A forked process. It ends with _exit: no destructor of the parent's objects runs in it. An alarm
/// kills it should it hang.
class Child {
public:
    static constexpr unsigned kHangGuardSeconds = 120;
    static constexpr int kThrew = 99;

    /// `body()` returns nothing, or the exit code.
    template <class Body>
    explicit Child(Body&& body) {
        std::fflush(nullptr);
        pid_ = ::fork();
        if (pid_ == 0) ::_exit(run(body));
    }
    ~Child() {
        if (pid_ > 0) kill();
    }
    Child(Child&& other) noexcept : pid_(std::exchange(other.pid_, 0)) {}
    Child(const Child&) = delete;
    Child& operator=(const Child&) = delete;
    Child& operator=(Child&&) = delete;

    [[nodiscard]] pid_t pid() const noexcept { return pid_; }

    /// Exit code, or minus the signal that killed it.
    int wait() {
        int status = 0;
        if (pid_ <= 0 || ::waitpid(std::exchange(pid_, 0), &status, 0) < 0) return 97;
        return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
    }
    int kill() {
        ::kill(pid_, SIGKILL);
        return wait();
    }

private:
    template <class Body>
    static int run(Body& body) noexcept {
        // Boost.Test catches signals to report them; a child is to die of them.
        for (const int number : {SIGALRM, SIGSEGV, SIGBUS, SIGABRT, SIGFPE, SIGILL})
            ::signal(number, SIG_DFL);
        ::alarm(kHangGuardSeconds);
        try {
            if constexpr (std::is_void_v<decltype(body())>) {
                body();
                return 0;
            } else {
                return static_cast<int>(body());
            }
        } catch (const std::exception& error) {
            std::fprintf(stderr, "child process: %s\n", error.what());
        }
        return kThrew;
    }

    pid_t pid_ = 0;
};

/// Runs `body(i)` in `count` processes at once; returns how many did not end with 0.
template <class Body>
int run_processes(int count, Body body) {
    std::vector<Child> children;
    for (int i = 0; i < count; ++i) children.emplace_back([&body, i] { body(i); });
    int failed = 0;
    for (Child& child : children) failed += child.wait() != 0;
    return failed;
}

}  // namespace dummycache::test
