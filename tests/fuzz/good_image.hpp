// SPDX-License-Identifier: MIT
// Whole segments, made at start, that a script damages. Their secret and their clock are fixed, so the
// same script meets the same bytes in every run.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "ipc/segment/segment.hpp"

namespace dummycache::fuzz {

/// Bytes of a segment that nobody is attached to, and where its parts lie, in bytes from the first.
struct GoodImage {
    ipc::Kind kind;
    std::vector<std::byte> bytes;
    layout::Identity identity;
    std::uint32_t shards;
    std::uint32_t directory_words;       ///< of all shards
    std::vector<std::uint64_t> objects;  ///< of the control area, sorted
    std::vector<std::uint64_t> slots;    ///< of the index that lead to an entry
    std::vector<std::uint64_t> entries;  ///< what each of them leads to
    std::vector<std::uint64_t> buckets;  ///< of all index pages
    std::vector<std::string> keys;       ///< some of those that are there, of each sort
};

/// One image a sort: few entries of every kind; a file with checksums; two shards with many index pages;
/// a full cache with an age list; a full one that refuses.
[[nodiscard]] const std::vector<GoodImage>& good_images();

/// Names of objects that no other process has. The path is that of the object behind the name.
struct ObjectName {
    std::string text;
    std::string path;
};
[[nodiscard]] ObjectName object_name(ipc::Kind kind);

/// Unlinks everything that this process's objects, or the library for them, have left.
void remove_objects();

}  // namespace dummycache::fuzz
