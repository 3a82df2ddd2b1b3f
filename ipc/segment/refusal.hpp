// SPDX-License-Identifier: MIT
// Why an object cannot be used as a segment, and what to do about it.
#pragma once

#include <optional>
#include <string>

#include "ipc/error.hpp"
#include "ipc/segment/segment_name.hpp"
#include "ipc/segment/superblock.hpp"

struct stat;

namespace dummycache::ipc {

/// Whether an object belongs to this library: it begins like a segment, or its name has the form that only
/// segments have. Nobody is advised to remove anything else.
enum class Whose : bool { unknown, ours };

/// "PATH cannot be used: REASON; ADVICE".
[[nodiscard]] Error unusable(const SegmentName& name, Fault fault, const std::string& reason, Whose whose);

/// The error of an object that does not begin like a segment, or of a wrong type (`status`).
[[nodiscard]] Error no_segment(const SegmentName& name, const struct stat& status);

/// The identity of an object that may be replaced or removed, not checked any further; empty if it does not begin like a
/// segment. In shared memory the form of the name is ours, so the object is too. Throws no_segment for anything else.
[[nodiscard]] std::optional<layout::Identity> identity_of_ours(const SegmentName& name, int descriptor,
                                                               const struct stat& status);

/// The error of an open() that failed with `error`. Says in plain words that the path is a link or a directory.
[[nodiscard]] Error cannot_open(int error, const SegmentName& name);

/// Whether an empty file stands at a path for a cache. It counts as no cache: a creator puts one in its place.
[[nodiscard]] bool is_empty_file(const SegmentName& name, const struct stat& status) noexcept;

}  // namespace dummycache::ipc
