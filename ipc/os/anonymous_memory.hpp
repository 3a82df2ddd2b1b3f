// SPDX-License-Identifier: MIT
// Memory of this process alone. The system gives it page by page, as it is touched.
#pragma once

#include <cstddef>

namespace dummycache::ipc {

/// Zeroed memory, unmapped by the destructor. After a fork, parent and child have a copy each.
class AnonymousMemory {
public:
    /// Throws std::bad_alloc if there are not so many addresses. One system call, whatever the size.
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
