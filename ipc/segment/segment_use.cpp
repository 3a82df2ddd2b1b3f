// SPDX-License-Identifier: MIT
// When a segment was in use last. The kernel does not note it: stores into a mapping leave the times of a tmpfs file as
// they are. The time of the last change is used, as no other program reads anything from it.
#include <cerrno>

#include <fcntl.h>
#include <sys/stat.h>

#include "ipc/error.hpp"
#include "ipc/machine_clock.hpp"
#include "ipc/os/file_descriptor.hpp"
#include "ipc/segment/segment.hpp"

namespace dummycache::ipc {

void Segment::note_use() const noexcept {
    if (name_.kind != Kind::shared) return;
    noted_ms_.store(coarse_ms(), std::memory_order_relaxed);
    if (const int mapped = descriptor(); mapped >= 0) static_cast<void>(::futimens(mapped, nullptr));
}

void Segment::note_use_sometimes() const noexcept {
    constexpr std::int64_t kEveryMs = 2000;
    if (coarse_ms() - noted_ms_.load(std::memory_order_relaxed) >= kEveryMs) note_use();
}

std::chrono::system_clock::time_point Segment::last_use(const SegmentName& name) {
    struct stat status {};
    if (::lstat(name.path.c_str(), &status) != 0) throw system_error(errno, "look at " + name.path);
    const auto time =
        std::chrono::seconds(status.st_mtim.tv_sec) + std::chrono::nanoseconds(status.st_mtim.tv_nsec);
    return std::chrono::system_clock::time_point(
        std::chrono::duration_cast<std::chrono::system_clock::duration>(time));
}

}  // namespace dummycache::ipc
