// SPDX-License-Identifier: MIT
// What a command's exit status says, and the one way to fail with it.
#pragma once

#include <stdexcept>
#include <string>

#include <dummycache/error.hpp>

namespace dummycache::cli {

enum class Exit : int {
    done = 0,      ///< yes, or done
    no = 1,        ///< missing, not stored, differs
    usage = 2,     ///< a wrong command line, a bad argument
    absent = 3,    ///< no such cache or file, no permission, no answer from a server
    refused = 4,   ///< no space, wrong kind of value, busy
    bad_data = 5,  ///< damaged, or of another version
    timed_out = 124,
};

[[nodiscard]] constexpr Exit exit_of(ErrorCode code) noexcept {
    switch (code) {
        case ErrorCode::invalid_argument: return Exit::usage;
        case ErrorCode::not_found:
        case ErrorCode::not_a_file:
        case ErrorCode::unreachable:
        case ErrorCode::no_permission: return Exit::absent;
        case ErrorCode::not_a_cache:
        case ErrorCode::bad_snapshot:
        case ErrorCode::incompatible: return Exit::bad_data;
        case ErrorCode::no_checkpoint: return Exit::no;
        case ErrorCode::checkpoint_exists:
        case ErrorCode::checkpoint_lost:
        case ErrorCode::full:
        case ErrorCode::wrong_kind:
        case ErrorCode::busy:
        case ErrorCode::removed:
        case ErrorCode::different:
        case ErrorCode::uncertain:
        case ErrorCode::remote:
        case ErrorCode::out_of_memory:
        case ErrorCode::system: break;
    }
    return Exit::refused;
}

/// Ends the command with one line on standard error and this exit status.
class Failure : public std::runtime_error {
public:
    Failure(Exit exit, const std::string& message) : std::runtime_error(message), exit_(exit) {}

    [[nodiscard]] Exit exit() const noexcept { return exit_; }

private:
    Exit exit_;
};

}  // namespace dummycache::cli
