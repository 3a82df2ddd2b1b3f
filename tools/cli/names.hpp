// SPDX-License-Identifier: MIT
// Names: of caches, of this process among others, and of the values of the library's enums.
#pragma once

#include <array>
#include <cstdio>
#include <string>
#include <string_view>

#include <dummycache/options.hpp>
#include <dummycache/snapshot.hpp>
#include <dummycache/stats.hpp>

namespace dummycache::cli {

/// What opens the cache that has this name: a % stands for itself if there are two.
[[nodiscard]] inline std::string name_that_opens(std::string_view name) {
    std::string text;
    for (const char letter : name) text.append(letter == '%' ? 2 : 1, letter);
    return text;
}

/// How many live processes other than this one are attached.
[[nodiscard]] std::size_t count_others(const Info& info) noexcept;

/// As create takes it: "0640".
[[nodiscard]] inline std::string mode_text(unsigned mode) {
    std::array<char, 16> buffer{};
    std::snprintf(buffer.data(), buffer.size(), "%04o", mode);
    return buffer.data();
}

/// What to say if a cache shall be made, and there is one: how to remove it, unless others use it. `more` says how
/// it is.
[[nodiscard]] std::string exists_already(const std::string& cache, const std::string& more = {});

[[nodiscard]] constexpr std::string_view name_of(Kind kind) noexcept {
    switch (kind) {
        case Kind::shared: return "shared";
        case Kind::file: return "file";
        case Kind::private_memory: return "in memory";
    }
    return "unknown";
}

[[nodiscard]] constexpr std::string_view name_of(WhenFull when_full) noexcept {
    switch (when_full) {
        case WhenFull::evict: return "evict";
        case WhenFull::refuse: return "refuse";
    }
    return "unknown";
}

[[nodiscard]] constexpr std::string_view name_of(SnapshotFormat format) noexcept {
    switch (format) {
        case SnapshotFormat::text: return "jsonl";
        case SnapshotFormat::binary: return "binary";
    }
    return "unknown";
}

}  // namespace dummycache::cli
