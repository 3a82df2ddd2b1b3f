// SPDX-License-Identifier: MIT
// Bytes, sizes and durations as people read and write them.
#include "tools/cli/format/text.hpp"

#include <algorithm>
#include <numeric>
#include <vector>

#include <dummycache/entry.hpp>

namespace dummycache::cli {

namespace {

/// Edits (insert, delete, change, swap of neighbours) that turn one word into the other.
std::size_t distance(std::string_view from, std::string_view to) {
    std::vector<std::vector<std::size_t>> cost(from.size() + 1, std::vector<std::size_t>(to.size() + 1));
    for (std::size_t i = 0; i <= from.size(); ++i) cost[i][0] = i;
    std::iota(cost[0].begin(), cost[0].end(), std::size_t{0});
    for (std::size_t i = 1; i <= from.size(); ++i) {
        for (std::size_t j = 1; j <= to.size(); ++j) {
            const std::size_t change = from[i - 1] == to[j - 1] ? 0 : 1;
            cost[i][j] = std::min({cost[i - 1][j] + 1, cost[i][j - 1] + 1, cost[i - 1][j - 1] + change});
            if (i > 1 && j > 1 && from[i - 1] == to[j - 2] && from[i - 2] == to[j - 1]) {
                cost[i][j] = std::min(cost[i][j], cost[i - 2][j - 2] + 1);
            }
        }
    }
    return cost[from.size()][to.size()];
}

}  // namespace

std::string hex(std::string_view bytes) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    std::string text;
    for (const char byte : bytes) {
        text += kDigits[static_cast<unsigned char>(byte) >> 4];
        text += kDigits[static_cast<unsigned char>(byte) & 15];
    }
    return text;
}

std::size_t columns_of(std::string_view text) noexcept {
    return static_cast<std::size_t>(std::ranges::count_if(
        text, [](char byte) { return (static_cast<unsigned char>(byte) & 0xc0) != 0x80; }));
}

std::string escaped(std::string_view bytes) { return text::visible(bytes, "", "\\"); }

std::string printable(std::string_view bytes) { return text::visible(bytes, "\n\t"); }

std::string one_line(std::string_view message) { return text::visible(message); }

std::string human_size(std::uint64_t bytes) { return text::size_text(bytes); }

std::string human_ttl(std::chrono::microseconds ttl) {
    return ttl == kForever ? "forever" : text::time_text(ttl);
}

std::string_view nearest(std::string_view word, std::span<const std::string_view> candidates) {
    std::string_view best;
    // Longer words may have more mistakes in them; nothing is like an empty or a huge word.
    std::size_t best_cost = word.size() > 40 ? 0 : std::min<std::size_t>(3, word.size() / 3 + 2);
    for (const std::string_view candidate : candidates) {
        const std::size_t cost = best_cost == 0 ? 0 : distance(word, candidate);
        if (cost >= best_cost) continue;
        best = candidate;
        best_cost = cost;
    }
    return best;
}

}  // namespace dummycache::cli
