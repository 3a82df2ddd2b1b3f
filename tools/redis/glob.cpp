// SPDX-License-Identifier: MIT
#include "tools/redis/glob.hpp"

#include <optional>
#include <utility>

namespace dummycache::redis {

namespace {

/// One item of a pattern, other than `*`: whether it matches the byte, and where the next item begins.
struct Item {
    bool takes;
    std::size_t next;
};

/// After the bracket: members and ranges up to `]`, or to the end.
Item match_set(std::string_view pattern, std::size_t at, unsigned char byte) noexcept {
    const bool negated = at < pattern.size() && pattern[at] == '^';
    if (negated) ++at;
    bool found = false;
    const auto byte_at = [&](std::size_t i) { return static_cast<unsigned char>(pattern[i]); };
    for (;; ++at) {
        if (at >= pattern.size()) return {found != negated, at};
        if (pattern[at] == '\\' && at + 1 < pattern.size()) {
            found |= byte_at(++at) == byte;
        } else if (pattern[at] == ']') {
            return {found != negated, at + 1};
        } else if (at + 2 < pattern.size() && pattern[at + 1] == '-') {
            auto from = byte_at(at);
            auto to = byte_at(at + 2);
            if (from > to) std::swap(from, to);
            found |= byte >= from && byte <= to;
            at += 2;
        } else {
            found |= byte_at(at) == byte;
        }
    }
}

Item match_one(std::string_view pattern, std::size_t at, unsigned char byte) noexcept {
    if (pattern[at] == '?') return {true, at + 1};
    if (pattern[at] == '[') return match_set(pattern, at + 1, byte);
    if (pattern[at] == '\\' && at + 1 < pattern.size()) ++at;
    return {static_cast<unsigned char>(pattern[at]) == byte, at + 1};
}

}  // namespace

bool glob_matches_redis(std::string_view pattern, std::string_view text) noexcept {
    std::size_t p = 0;
    std::size_t t = 0;
    std::optional<std::pair<std::size_t, std::size_t>>
        star;  // the place after it, and the end of the bytes that it has matched
    while (t < text.size()) {
        if (p < pattern.size() && pattern[p] == '*') {
            star = {++p, t};
            continue;
        }
        if (p < pattern.size()) {
            const Item item = match_one(pattern, p, static_cast<unsigned char>(text[t]));
            if (item.takes) {
                p = item.next;
                ++t;
                continue;
            }
        }
        if (!star) return false;
        p = star->first;
        t = ++star->second;
    }
    while (p < pattern.size() && pattern[p] == '*') ++p;
    return p == pattern.size();
}

}  // namespace dummycache::redis
