// SPDX-License-Identifier: MIT
// Names of commands, quickly compared.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace dummycache::redis {

/// A command's name in small letters, as three words of 8 bytes. So it takes a few instructions to compare or hash: the
/// filter looks up each command of each client.
class CommandName {
public:
    CommandName() = default;
    /// Empty if it is longer than any command's.
    explicit CommandName(std::string_view said) noexcept;

    [[nodiscard]] bool is_empty() const noexcept { return words_[0] == 0; }
    [[nodiscard]] std::size_t hash() const noexcept {
        return static_cast<std::size_t>(
            (words_[0] ^ words_[1] * 0x9e3779b97f4a7c15U ^ words_[2]) * 0xff51afd7ed558ccdU >> 32);
    }
    friend bool operator==(const CommandName&, const CommandName&) = default;

private:
    std::array<std::uint64_t, 3> words_{};
};

}  // namespace dummycache::redis
