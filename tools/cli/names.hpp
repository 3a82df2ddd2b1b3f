// SPDX-License-Identifier: MIT
// What the values of the library's enums are called on the command line.
#pragma once

#include <string_view>

#include <dummycache/options.hpp>
#include <dummycache/snapshot.hpp>

namespace dummycache::cli {

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
