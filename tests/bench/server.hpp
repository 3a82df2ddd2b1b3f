// SPDX-License-Identifier: MIT
// A server that listens on a Unix socket in a folder of its own; ended with its owner, however that ends.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "tests/bench/scratch_folder.hpp"

namespace dummycache::bench {

class Server {
public:
    /// Starts words[0] with the rest as its arguments; in each of them %s stands for the socket and %d for the folder.
    /// Waits until it listens. Null if it is not installed; throws if it does not come up.
    [[nodiscard]] static std::unique_ptr<Server> start(const std::vector<std::string>& words);
    ~Server();
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    [[nodiscard]] std::string socket() const { return folder_.file("socket"); }
    [[nodiscard]] const ScratchFolder& folder() const noexcept { return folder_; }
    /// What it holds of the system's memory.
    [[nodiscard]] std::uint64_t resident_bytes() const;

private:
    Server() = default;
    void await(const std::string& name);

    ScratchFolder folder_;
    pid_t pid_ = -1;
};

}  // namespace dummycache::bench
