// SPDX-License-Identifier: MIT
// Address space of this process alone, filled with memory as it is touched.
#pragma once

#include <cstddef>

namespace dummycache::ipc {

/// Zeroed; private to the process and, after fork(), to each. Throws std::bad_alloc.
class AnonymousMemory {
public:
    explicit AnonymousMemory(std::size_t bytes);
    ~AnonymousMemory();
    AnonymousMemory(const AnonymousMemory&) = delete;
    AnonymousMemory& operator=(const AnonymousMemory&) = delete;

    [[nodiscard]] std::byte* base() const noexcept { return base_; }

private:
    std::byte* base_;
    std::size_t bytes_;
};

}  // namespace dummycache::ipc
