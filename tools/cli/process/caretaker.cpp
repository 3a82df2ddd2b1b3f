// SPDX-License-Identifier: MIT
// Cleaning up for a command that is killed.
#include "tools/cli/process/caretaker.hpp"

#include <array>
#include <cerrno>

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tools/cli/process/exit_code.hpp"

namespace dummycache::cli {

namespace {

[[noreturn]] void watch(const std::function<void()>& clean_up, int pipe) {
    ::setpgid(0, 0);
    for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGQUIT}) ::signal(signal, SIG_IGN);
    char done = 0;
    ssize_t count = 0;
    while ((count = ::read(pipe, &done, 1)) < 0 && errno == EINTR) {
    }
    if (count == 0) {
        try {
            clean_up();
        } catch (const std::exception&) {
            // Nobody is there to be told.
        }
    }
    ::_exit(0);
}

}  // namespace

Caretaker::Caretaker(const std::string& command, const std::function<void()>& clean_up) {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) throw Failure(Exit::refused, command + ": no pipe can be made");
    child_ = ::fork();
    if (child_ == 0) {
        ::close(ends[1]);
        watch(clean_up, ends[0]);
    }
    ::close(ends[0]);
    pipe_ = ends[1];
    if (child_ < 0) {
        ::close(pipe_);
        throw Failure(Exit::refused, command + ": no process can be made; end some");
    }
}

Caretaker::~Caretaker() {
    static_cast<void>(!::write(pipe_, "d", 1));
    ::close(pipe_);
    ::waitpid(child_, nullptr, 0);
}

}  // namespace dummycache::cli
