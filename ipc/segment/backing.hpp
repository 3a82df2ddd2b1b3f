// SPDX-License-Identifier: MIT
// The object behind a segment's memory: POSIX shared memory, a file, or nothing.
#pragma once

#include <cstdint>

#include <boost/interprocess/mapped_region.hpp>
#include <boost/interprocess/shared_memory_object.hpp>

#include "ipc/os/file_descriptor.hpp"
#include "ipc/segment/segment_name.hpp"

namespace dummycache::ipc {

/// Meets Boost.Interprocess's requirements of a memory mappable. Shared memory goes through Boost;
/// files are opened here, because Boost follows symbolic links and leaves them open on exec.
class Backing {
public:
    /// Of private memory.
    Backing() = default;

    /// Makes an object that did not exist, with exactly these permission bits.
    static Backing create(Kind kind, const std::string& path, unsigned mode);
    static Backing open(const SegmentName& name);

    [[nodiscard]] int descriptor() const noexcept;
    [[nodiscard]] boost::interprocess::mapping_handle_t get_mapping_handle() const noexcept {
        return {descriptor(), false};
    }

    /// Maps `bytes` from `offset` on, shared, or private and anonymous if there is no object.
    /// Kept out of core dumps: a dump of it would only keep a dead process's locks held longer.
    [[nodiscard]] boost::interprocess::mapped_region map(std::uint64_t bytes, std::uint64_t offset = 0) const;

private:
    boost::interprocess::shared_memory_object object_;
    FileDescriptor file_;
};

}  // namespace dummycache::ipc
