// SPDX-License-Identifier: MIT
// Maps memory, with a hint for huge pages.
#include "ipc/os/anonymous_memory.hpp"

#include <new>

#include <sys/mman.h>

namespace dummycache::ipc {

AnonymousMemory::AnonymousMemory(std::size_t bytes) : bytes_(bytes) {
    void* const base =
        ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (base == MAP_FAILED) throw std::bad_alloc();
    base_ = static_cast<std::byte*>(base);
    // For the copy of a large cache, page faults cost more than copying. Without huge pages it works as well.
    static_cast<void>(::madvise(base, bytes, MADV_HUGEPAGE));
}

AnonymousMemory::~AnonymousMemory() { ::munmap(base_, bytes_); }

}  // namespace dummycache::ipc
