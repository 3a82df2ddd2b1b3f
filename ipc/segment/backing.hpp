// SPDX-License-Identifier: MIT
// The object behind a segment's memory: POSIX shared memory, a file, or nothing.
#pragma once

#include <cstdint>

#include <boost/interprocess/mapped_region.hpp>
#include <boost/interprocess/shared_memory_object.hpp>

#include "ipc/os/file_descriptor.hpp"
#include "ipc/segment/segment_name.hpp"

namespace dummycache::ipc {

/// Can be mapped by Boost.Interprocess (it is a "memory mappable"). Boost opens shared memory. Files are opened here,
/// because Boost follows symbolic links and leaves files open on exec. For one thread at a time.
class Backing {
public:
    /// For private memory: no object.
    Backing() = default;

    /// Makes an object that does not exist yet, with exactly these permission bits. Throws Error. Killed inside: an
    /// empty object.
    static Backing create(Kind kind, const std::string& path, unsigned mode);
    /// Opens an object to read and write. Throws Fault::not_found, no_permission, not_a_segment.
    static Backing open(const SegmentName& name);

    /// -1 for private memory.
    [[nodiscard]] int descriptor() const noexcept;
    [[nodiscard]] boost::interprocess::mapping_handle_t get_mapping_handle() const noexcept {
        return {descriptor(), false};
    }

    /// Maps `bytes` from byte `offset` on; memory of this process alone if there is no object. The mapping is left
    /// out of core dumps, because a process that is being dumped keeps its locks. Throws Error.
    [[nodiscard]] boost::interprocess::mapped_region map(std::uint64_t bytes, std::uint64_t offset = 0) const;

private:
    boost::interprocess::shared_memory_object object_;
    FileDescriptor file_;
};

}  // namespace dummycache::ipc
