// SPDX-License-Identifier: MIT
// How this layer fails. The layer above turns it into the public exception.
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>

namespace dummycache::ipc {

/// What went wrong, for code to decide on.
enum class Fault : std::uint8_t {
    invalid_name,   ///< no segment can have this name
    not_found,      ///< no object of this name, or no directory for it
    no_permission,  ///< the object belongs to another user, or its mode forbids it
    not_a_file,     ///< a directory or a circle of links stands where a file has to be
    not_a_segment,  ///< the object holds something else, or is damaged
    incompatible,   ///< another version of this library made the segment
    no_space,       ///< no memory, no disk space, or a capacity that is too small
    busy,           ///< a live process holds what is needed
    removed,        ///< somebody removed the segment meanwhile; open it again
    system,         ///< any other failure of a system call
};

/// what() is one line: what failed, on what, what to do next.
class Error : public std::runtime_error {
public:
    Error(Fault fault, const std::string& message) : std::runtime_error(message), fault_(fault) {}
    [[nodiscard]] Fault fault() const noexcept { return fault_; }

private:
    Fault fault_;
};

}  // namespace dummycache::ipc
