// SPDX-License-Identifier: MIT
// File descriptors: closed in the end, read to the end, written to the last byte.
#include "tools/cli/process/descriptor.hpp"

#include <cerrno>

#include "tools/cli/process/interrupt.hpp"

namespace dummycache::cli {

ssize_t read_some(int from, char* to, std::size_t most) {
    for (;;) {
        const ssize_t size = ::read(from, to, most);
        const bool again = size < 0 && errno == EINTR;
        if (size >= 0 || again) throw_if_interrupted();
        if (!again) return size;
    }
}

bool write_all(int to, std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t written = ::write(to, bytes.data(), bytes.size());
        if (written < 0 && errno != EINTR) return false;
        if (written < 0) throw_if_interrupted();
        if (written > 0) bytes.remove_prefix(static_cast<std::size_t>(written));
    }
    return true;
}

}  // namespace dummycache::cli
