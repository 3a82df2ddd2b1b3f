// SPDX-License-Identifier: MIT
// File descriptors: closed in the end, read to the end, written to the last byte.
#pragma once

#include <cstddef>
#include <string_view>

#include <unistd.h>

namespace dummycache::cli {

class Descriptor {
public:
    /// A negative number is none.
    explicit Descriptor(int number) noexcept : number_(number) {}
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    ~Descriptor() {
        if (number_ >= 0) ::close(number_);
    }

    [[nodiscard]] int number() const noexcept { return number_; }

private:
    int number_;
};

/// Reads what is there, at most `most` bytes: how many, 0 at the end, -1 if it cannot be read; errno says why. Throws
/// Interrupted.
[[nodiscard]] ssize_t read_some(int from, char* to, std::size_t most);

/// False if not all can be written; errno says why. Throws Interrupted.
[[nodiscard]] bool write_all(int to, std::string_view bytes);

}  // namespace dummycache::cli
