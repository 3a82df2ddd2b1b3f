// SPDX-License-Identifier: MIT
// A file descriptor that is closed in the end.
#pragma once

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

}  // namespace dummycache::cli
