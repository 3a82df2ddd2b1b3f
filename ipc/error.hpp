// SPDX-License-Identifier: MIT
// How this layer fails. The layer above turns it into the public exception.
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>

namespace dummycache::ipc {

enum class Fault : std::uint8_t {
    invalid_name,
    not_found,
    no_permission,
    not_a_segment,
    incompatible,
    no_space,
    busy,
    removed,
    system,
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
