// SPDX-License-Identifier: MIT
// What a segment is called, and where its object lies.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dummycache::ipc {

/// Where a segment's memory comes from.
enum class Kind : std::uint8_t {
    shared = 0,          ///< POSIX shared memory, found by a name
    file = 1,            ///< a file, found by its path
    private_memory = 2,  ///< memory of one process, found by nobody else
};

/// A name as the user gave it, and the path that follows from it.
struct SegmentName {
    Kind kind = Kind::shared;
    std::string text;  ///< as the user gave it
    std::string path;  ///< of the object: /dev/shm/dummycache.UID.NAME, or the file; empty in private memory
    std::optional<std::uint32_t> other_user;  ///< whose it is, if the name is UID:NAME of another user
};

/// A text that begins with `/`, `./` or `../` is the path of a file, any other text a name in shared memory: of this
/// user, or of another one if it is UID:NAME. A cache of another user is never found by NAME alone, because anybody can
/// make one under any name. Throws Fault::invalid_name. Looks at no file, so the object may exist or not.
[[nodiscard]] SegmentName parse_name(std::string_view text);

/// The number of the user for whom this process acts: the owner of what it makes.
[[nodiscard]] std::uint32_t this_user() noexcept;

/// The path in shared memory of this user's object `name`: /dev/shm/FAMILY.UID.NAME. With an empty name it is
/// the prefix of all paths of the family.
[[nodiscard]] std::string shared_path(std::string_view family, std::string_view name);

/// The names of this user's objects of a family in shared memory, sorted. An object whose name no segment can
/// have is left out. Empty if the folder cannot be read.
[[nodiscard]] std::vector<std::string> shared_names(std::string_view family);

/// A segment of another user, as a name that this user can open: UID:NAME.
struct OthersName {
    std::uint32_t uid = 0;
    std::string name;
};

/// The objects of a family in shared memory whose names say that they are other users', sorted by name and user. They
/// may be anything, and may belong to anybody.
[[nodiscard]] std::vector<OthersName> others_names(std::string_view family);

/// The family of the segments themselves.
inline constexpr char kSegmentFamily[] = "dummycache";

}  // namespace dummycache::ipc
