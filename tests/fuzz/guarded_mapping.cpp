// SPDX-License-Identifier: MIT
// The linker puts these in the place of mmap and munmap (--wrap): every mapping of the library lies in the
// middle of addresses that nobody may touch. So a read behind a segment's end or before its beginning
// ends the process, also one that is off by half a terabyte: a slot can say no more.
#include <cstddef>
#include <cstdint>

#include <sys/mman.h>

extern "C" {

void* __real_mmap(void* address, std::size_t bytes, int protection, int flags, int descriptor, off_t offset);
int __real_munmap(void* address, std::size_t bytes);

void* __wrap_mmap(void* address, std::size_t bytes, int protection, int flags, int descriptor, off_t offset);
int __wrap_munmap(void* address, std::size_t bytes);
}

namespace {

constexpr std::size_t kPage = 4096;
constexpr std::size_t kGuard = std::size_t{1} << 40;

std::size_t whole_pages(std::size_t bytes) { return (bytes + kPage - 1) / kPage * kPage; }

}  // namespace

void* __wrap_mmap(void* address, std::size_t bytes, int protection, int flags, int descriptor, off_t offset) {
    if (address != nullptr || bytes == 0)
        return __real_mmap(address, bytes, protection, flags, descriptor, offset);
    const std::size_t all = whole_pages(bytes) + 2 * kGuard;
    void* const area =
        __real_mmap(nullptr, all, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (area == MAP_FAILED) return MAP_FAILED;
    void* const middle = static_cast<char*>(area) + kGuard;
    void* const mapped = __real_mmap(middle, bytes, protection, flags | MAP_FIXED, descriptor, offset);
    if (mapped == MAP_FAILED) __real_munmap(area, all);
    return mapped;
}

int __wrap_munmap(void* address, std::size_t bytes) {
    return __real_munmap(static_cast<char*>(address) - kGuard, whole_pages(bytes) + 2 * kGuard);
}
