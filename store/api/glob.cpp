// SPDX-License-Identifier: MIT
// Globs. Written by hand: fnmatch depends on the locale and ends at a NUL byte, and keys are any bytes.
#include "dummycache/cache.hpp"
#include "dummycache/snapshot.hpp"

namespace dummycache {

namespace {

/// Compares one character of a pattern with one byte. Returns how many bytes of the pattern it took; 0 if
/// they differ.
std::size_t match_one(std::string_view glob, char byte) noexcept {
    if (glob[0] == '?') return 1;
    if (glob[0] == '\\' && glob.size() > 1) return glob[1] == byte ? 2 : 0;
    const std::size_t end =
        glob[0] == '[' ? glob.find(']', glob.size() > 2 && glob[1] == '!' ? 3 : 2) : std::string_view::npos;
    if (end == std::string_view::npos) return glob[0] == byte ? 1 : 0;
    std::string_view set = glob.substr(1, end - 1);
    const bool negated = set[0] == '!' && set.size() > 1;
    if (negated) set.remove_prefix(1);
    const auto code = [](char c) { return static_cast<unsigned char>(c); };
    bool inside = false;
    for (std::size_t i = 0; i < set.size(); ++i) {
        if (i + 2 < set.size() && set[i + 1] == '-') {
            inside = inside || (code(set[i]) <= code(byte) && code(byte) <= code(set[i + 2]));
            i += 2;
        } else {
            inside = inside || set[i] == byte;
        }
    }
    return inside != negated ? end + 1 : 0;
}

}  // namespace

std::string glob_of(std::string_view key) {
    std::string glob;
    for (const char letter : key) {
        if (std::string_view("*?[\\").find(letter) != std::string_view::npos) glob += '\\';
        glob += letter;
    }
    return glob;
}

bool glob_matches(std::string_view glob, std::string_view text) noexcept {
    // If a later star fails, an earlier star need not be tried again. So one position to return to is
    // enough.
    std::string_view star_glob;
    std::string_view star_text;
    bool star = false;
    for (;;) {
        if (!glob.empty() && glob[0] == '*') {
            glob.remove_prefix(1);
            star_glob = glob;
            star_text = text;
            star = true;
            continue;
        }
        if (text.empty() && glob.empty()) return true;
        const std::size_t taken = text.empty() || glob.empty() ? 0 : match_one(glob, text[0]);
        if (taken != 0) {
            glob.remove_prefix(taken);
            text.remove_prefix(1);
            continue;
        }
        if (!star || star_text.empty()) return false;
        star_text.remove_prefix(1);
        glob = star_glob;
        text = star_text;
    }
}

}  // namespace dummycache
