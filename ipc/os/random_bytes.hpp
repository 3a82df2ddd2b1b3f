// SPDX-License-Identifier: MIT
// Bytes by chance, from the kernel.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace dummycache::ipc {

/// Any thread may call it. Throws Fault::system if the kernel has none, which no kernel since Linux 3.17 says.
void fill_with_random_bytes(unsigned char* bytes, std::size_t count);

/// How many hexadecimal digits a name by chance has: enough that no two processes on any machine, now or after a
/// reboot, give the same one.
inline constexpr std::size_t kRandomDigits = 12;

/// That many lower-case digits.
[[nodiscard]] std::string random_digits();

/// Whether a character is one of them.
[[nodiscard]] constexpr bool is_random_digit(char c) noexcept {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
}

}  // namespace dummycache::ipc
