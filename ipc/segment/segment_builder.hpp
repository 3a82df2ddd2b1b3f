// SPDX-License-Identifier: MIT
// What creating, attaching and removing have in common.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <sys/stat.h>

#include "ipc/segment/backing.hpp"
#include "ipc/segment/segment.hpp"

namespace dummycache::ipc {

/// The system's side of a segment: the object and the addresses it is mapped to.
struct Segment::Mapping {
    Backing backing;
    boost::interprocess::mapped_region region;
};

/// Puts a Segment together; its only friend.
struct SegmentBuilder {
    /// Takes the addresses from the identity, which must have been checked, or planned, before.
    static std::unique_ptr<Segment> assemble(SegmentName name, const layout::Identity& identity,
                                             Backing backing, boost::interprocess::mapped_region region);
};

/// What follows `prefix`, a path, in the paths of the objects in shared memory; only what can be a name of
/// a segment. Sorted.
[[nodiscard]] std::vector<std::string> names_behind(std::string_view prefix);

[[nodiscard]] struct stat status_of(int descriptor, const std::string& path);

/// The first page as far as it goes, read without mapping. Empty if the object is too short.
[[nodiscard]] std::optional<layout::Identity> read_identity(int descriptor);

/// A word of the superblock of an object whose identity was checked, read without mapping it. Empty
/// if it cannot be read.
[[nodiscard]] std::optional<std::uint64_t> read_superblock(int descriptor, const layout::Identity& identity,
                                                           std::size_t offset);

}  // namespace dummycache::ipc
