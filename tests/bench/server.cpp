// SPDX-License-Identifier: MIT
#include "tests/bench/server.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <stdexcept>

namespace dummycache::bench {

namespace {

constexpr int kNotInstalled = 127;

std::string replaced(std::string word, const std::string& what, const std::string& by) {
    const std::size_t at = word.find(what);
    return at == std::string::npos ? word : word.replace(at, what.size(), by);
}

[[noreturn]] void become(std::vector<std::string>& words) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    const int nothing = ::open("/dev/null", O_WRONLY);
    ::dup2(nothing, STDOUT_FILENO);
    ::dup2(nothing, STDERR_FILENO);
    std::vector<char*> arguments;
    for (std::string& word : words) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    ::execvp(arguments[0], arguments.data());
    ::_exit(kNotInstalled);
}

bool listens(const std::string& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path.copy(address.sun_path, sizeof address.sun_path - 1);
    const int socket = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const bool listening =
        ::connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
    ::close(socket);
    return listening;
}

}  // namespace

std::unique_ptr<Server> Server::start(const std::vector<std::string>& words) {
    std::unique_ptr<Server> server(new Server);
    std::vector<std::string> filled;
    for (const std::string& word : words)
        filled.push_back(replaced(replaced(word, "%s", server->socket()), "%d", server->folder().path()));
    server->pid_ = ::fork();
    if (server->pid_ == 0) become(filled);
    server->await(words.front());
    return server->pid_ > 0 ? std::move(server) : nullptr;
}

void Server::await(const std::string& name) {
    constexpr int kTries = 500;
    constexpr useconds_t kPauseUs = 10'000;
    for (int i = 0; i < kTries; ++i) {
        int status = 0;
        if (::waitpid(pid_, &status, WNOHANG) == pid_) {
            pid_ = -1;
            if (WIFEXITED(status) && WEXITSTATUS(status) == kNotInstalled) return;
            throw std::runtime_error(name + " ended at once; does it start by hand?");
        }
        if (listens(socket())) return;
        ::usleep(kPauseUs);
    }
    throw std::runtime_error(name + " does not listen on its socket after 5 seconds");
}

Server::~Server() {
    if (pid_ <= 0) return;
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
}

std::uint64_t Server::resident_bytes() const {
    std::ifstream file("/proc/" + std::to_string(pid_) + "/statm");
    std::uint64_t all = 0;
    std::uint64_t resident = 0;
    file >> all >> resident;
    return resident * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

}  // namespace dummycache::bench
