// SPDX-License-Identifier: MIT
// Reads the first page and single words of an object.
#include "ipc/segment/object_reader.hpp"

#include <unistd.h>

namespace dummycache::ipc {

std::optional<layout::Identity> read_identity(int descriptor) noexcept {
    layout::Identity identity{};
    const ssize_t got = ::pread(descriptor, &identity, sizeof identity, 0);
    if (got != static_cast<ssize_t>(sizeof identity)) return std::nullopt;
    return identity;
}

std::optional<std::uint64_t> read_superblock(int descriptor, const layout::Identity& identity,
                                             std::size_t offset) noexcept {
    std::uint64_t word = 0;
    const auto position = static_cast<off_t>(identity.superblock_offset + offset);
    if (::pread(descriptor, &word, sizeof word, position) != static_cast<ssize_t>(sizeof word))
        return std::nullopt;
    return word;
}

}  // namespace dummycache::ipc
