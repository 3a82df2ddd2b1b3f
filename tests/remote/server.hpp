// SPDX-License-Identifier: MIT
// Redis servers of a test's own: in a folder of their own, gone with the test.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace dummycache::test {

/// A folder that is removed at the end.
class ScratchFolder {
public:
    ScratchFolder();
    ~ScratchFolder();
    ScratchFolder(const ScratchFolder&) = delete;
    ScratchFolder& operator=(const ScratchFolder&) = delete;

    [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }

private:
    std::filesystem::path path_;
};

/// A TCP port of the loopback device that nobody used an instant ago.
[[nodiscard]] std::uint16_t free_port();

/// A TCP port of the loopback device that refuses connections, and that nobody else gets meanwhile.
class RefusingPort {
public:
    RefusingPort();
    ~RefusingPort();
    RefusingPort(const RefusingPort&) = delete;
    RefusingPort& operator=(const RefusingPort&) = delete;

    [[nodiscard]] std::string endpoint() const { return "127.0.0.1:" + std::to_string(port_); }

private:
    int descriptor_;
    std::uint16_t port_;
};

/// A running redis-server on a port and on a socket. It dies with the process that started it.
class RedisServer {
public:
    using Settings = std::vector<std::string>;  ///< as on the command line of redis-server

    explicit RedisServer(const Settings& settings = {});
    ~RedisServer();
    RedisServer(const RedisServer&) = delete;
    RedisServer& operator=(const RedisServer&) = delete;

    [[nodiscard]] std::uint16_t port() const noexcept { return port_; }
    [[nodiscard]] std::string socket() const { return folder_.path() / "redis.sock"; }
    [[nodiscard]] std::string address() const { return "redis://127.0.0.1:" + std::to_string(port_); }

    /// Runs a command and returns the reply as text; arrays with a space between their items.
    std::string command(const std::vector<std::string>& words) const;

    void stop_running() const;  ///< SIGSTOP: it is there, and does not answer
    void go_on() const;
    void kill();
    void start_again();  ///< on the same port, in the same folder

private:
    void start();
    [[nodiscard]] bool is_answering() const;

    ScratchFolder folder_;
    Settings settings_;
    std::uint16_t port_ = 0;
    pid_t pid_ = 0;
};

}  // namespace dummycache::test
