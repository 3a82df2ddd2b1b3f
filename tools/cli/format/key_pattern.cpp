// SPDX-License-Identifier: MIT
#include "tools/cli/format/key_pattern.hpp"

#include <algorithm>

namespace dummycache::cli {

namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_hex(char c) { return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }

bool is_uuid(std::string_view text) {
    constexpr std::string_view kShape = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
    return text.size() == kShape.size() && std::ranges::equal(text, kShape, [](char c, char shape) {
               return shape == '-' ? c == '-' : is_hex(c);
           });
}

bool is_hash(std::string_view word) {
    constexpr std::size_t kHexDigits = 8;
    constexpr std::size_t kAnyLetters = 20;
    if (!std::ranges::any_of(word, is_digit)) return false;
    return (word.size() >= kHexDigits && std::ranges::all_of(word, is_hex)) || word.size() >= kAnyLetters;
}

/// A word with a star in the place of each number.
void append_without_numbers(std::string& pattern, std::string_view word) {
    for (std::size_t i = 0; i < word.size(); ++i) {
        if (!is_digit(word[i]))
            pattern += word[i];
        else if (i == 0 || !is_digit(word[i - 1]))
            pattern += '*';
    }
}

}  // namespace

std::string pattern_of(std::string_view key) {
    constexpr std::size_t kUuid = 36;
    std::string pattern;
    for (std::size_t at = 0; at < key.size();) {
        const auto is_of_word = [](char c) { return is_digit(c) || is_letter(c); };
        const std::string_view rest = key.substr(at);
        const auto end = static_cast<std::size_t>(std::ranges::find_if_not(rest, is_of_word) - rest.begin());
        const bool is_whole = rest.size() == kUuid || (rest.size() > kUuid && !is_of_word(rest[kUuid]));
        if (is_whole && is_uuid(rest.substr(0, kUuid))) {
            pattern += '*';
            at += kUuid;
        } else if (end == 0) {
            pattern += rest.front();
            ++at;
        } else {
            const std::string_view word = rest.substr(0, end);
            is_hash(word) ? pattern.push_back('*') : append_without_numbers(pattern, word);
            at += end;
        }
    }
    return pattern;
}

}  // namespace dummycache::cli
