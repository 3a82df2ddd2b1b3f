// SPDX-License-Identifier: MIT
#include "ipc/os/random_bytes.hpp"

#include <cerrno>

#include <sys/random.h>

#include <fmt/format.h>

#include "ipc/os/file_descriptor.hpp"

namespace dummycache::ipc {

void fill_with_random_bytes(unsigned char* bytes, std::size_t count) {
    for (std::size_t done = 0; done < count;) {
        const ssize_t got = ::getrandom(bytes + done, count - done, 0);
        if (got < 0 && errno != EINTR) throw system_error(errno, "get random bytes");
        if (got > 0) done += static_cast<std::size_t>(got);
    }
}

std::string random_digits() {
    unsigned char bytes[kRandomDigits / 2];
    fill_with_random_bytes(bytes, sizeof bytes);
    std::string digits;
    for (const unsigned char byte : bytes) digits += fmt::format("{:02x}", byte);
    return digits;
}

}  // namespace dummycache::ipc
