// SPDX-License-Identifier: MIT
// Where a path leads: through symbolic links, or to a descriptor of this process.
#pragma once

#include <optional>
#include <string>

namespace dummycache::ipc {

/// The path of the object that `path` names, with the links in its last part followed. The object may be missing: a
/// link that dangles gives the path that it leads to. Links of /proc to descriptors are not followed, because they
/// may lead to an object without a path. Throws Error if links lead in a circle, or if another user put a link
/// into a folder for all, such as /tmp. Costs one system call if there is no link.
[[nodiscard]] std::string followed(const std::string& path);

/// The number of this process's descriptor that `path` names: /dev/stdout, /dev/fd/3, /proc/self/fd/3 and other
/// spellings of them. Works without /proc. The descriptor may be closed. Follows no link in the last part.
[[nodiscard]] std::optional<int> own_descriptor(const std::string& path);

/// The number of another process's descriptor that `path` names, as /proc/123/fd/3 does.
[[nodiscard]] std::optional<int> others_descriptor(const std::string& path);

}  // namespace dummycache::ipc
