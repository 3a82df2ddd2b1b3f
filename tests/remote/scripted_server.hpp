// SPDX-License-Identifier: MIT
// A server that says what a test wants, and hangs up when a test wants it.
#pragma once

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "server.hpp"

namespace dummycache::test {

/// A socket that listens, in a folder of its own.
class Listener {
public:
    Listener();
    ~Listener();
    Listener(const Listener&) = delete;
    Listener& operator=(const Listener&) = delete;

    [[nodiscard]] int number() const noexcept { return number_; }
    [[nodiscard]] std::string address() const { return "unix://" + path_; }

private:
    ScratchFolder folder_;
    std::string path_ = folder_.path() / "test.sock";
    int number_ = -1;
};

/// Listens on a socket. Each connection is served by the next script: for every command that comes, the next
/// reply is sent as it stands; the word kHangUp closes the connection instead, with the command received, and
/// so does the end of the script. The first connection has to answer CLUSTER SLOTS.
class ScriptedServer {
public:
    using Script = std::vector<std::string>;

    static inline const std::string kHangUp = "hang up";
    static inline const std::string kNoCluster = "-ERR This instance has cluster support disabled\r\n";

    explicit ScriptedServer(std::vector<Script> scripts);
    ~ScriptedServer();
    ScriptedServer(const ScriptedServer&) = delete;
    ScriptedServer& operator=(const ScriptedServer&) = delete;

    [[nodiscard]] std::string address() const { return listener_.address(); }
    /// How many commands have come, over all connections.
    [[nodiscard]] int commands() const { return commands_; }

private:
    void serve();
    void serve(int connection, const Script& script);

    std::vector<Script> scripts_;
    Listener listener_;
    std::atomic<int> commands_{0};
    std::thread thread_;
};

}  // namespace dummycache::test
