// SPDX-License-Identifier: MIT
#include "ipc/os/punch_hole.hpp"

#include <fcntl.h>

namespace dummycache::ipc {

void punch_hole(int descriptor, std::uint64_t from, std::uint64_t to) noexcept {
    if (from >= to) return;
    static_cast<void>(::fallocate(descriptor, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE,
                                  static_cast<off_t>(from), static_cast<off_t>(to - from)));
}

}  // namespace dummycache::ipc
