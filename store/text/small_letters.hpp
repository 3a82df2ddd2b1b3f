// SPDX-License-Identifier: MIT
// Letters of ASCII, in no locale.
#pragma once

#include <string>
#include <string_view>

namespace dummycache::text {

[[nodiscard]] inline std::string in_small_letters(std::string_view text) {
    std::string small(text);
    for (char& letter : small) {
        if (letter >= 'A' && letter <= 'Z') letter = static_cast<char>(letter - 'A' + 'a');
    }
    return small;
}

}  // namespace dummycache::text
