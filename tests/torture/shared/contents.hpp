// SPDX-License-Identifier: MIT
// All that a cache holds, so that two moments can be compared.
#pragma once

#include <algorithm>
#include <map>
#include <optional>
#include <string>

#include "support/test_cache.hpp"

namespace dummycache::test {

/// What a reader sees of an entry, its id left out.
struct Seen {
    std::string value;
    Codec codec = Codec::bytes;
    std::chrono::microseconds ttl{};

    bool operator==(const Seen&) const = default;
};

using Contents = std::map<std::string, Seen>;

[[nodiscard]] inline std::optional<Seen> seen_by_reader(const Cache& cache, const std::string& key) {
    auto entry = cache.peek(key);
    if (!entry) return std::nullopt;
    return Seen{std::move(entry->value), entry->codec, entry->ttl};
}

/// Through visit, which takes every lock and so repairs what is broken.
[[nodiscard]] inline Contents contents_of(const Cache& cache) {
    Contents contents;
    cache.visit([&](const EntryView& entry) {
        contents[std::string(entry.key)] = {std::string(entry.value), entry.codec, entry.ttl};
        return true;
    });
    return contents;
}

[[nodiscard]] inline std::optional<Seen> in(const Contents& contents, const std::string& key) {
    const auto found = contents.find(key);
    return found == contents.end() ? std::nullopt : std::optional(found->second);
}

[[nodiscard]] inline std::string described(const std::optional<Seen>& seen) {
    if (!seen) return "absent";
    return std::to_string(seen->value.size()) + " bytes '" + seen->value.substr(0, 20) + "' ttl " +
           std::to_string(seen->ttl.count());
}

}  // namespace dummycache::test
