// SPDX-License-Identifier: MIT
// The named objects of a segment: a Boost.Interprocess managed buffer that is filled once.
//
// Nothing is allocated from it after creation. So Boost's allocator, which a killed owner leaves broken, never runs
// in a segment that has its name. Boost checks nothing when it opens a buffer. The checks are done here, before Boost
// follows its first offset.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "ipc/segment/segment_plan.hpp"

namespace dummycache::ipc {

/// Bytes of a control area with these objects, a multiple of 4 KiB.
[[nodiscard]] std::uint64_t control_area_bytes(std::span<const ControlObject> objects);

/// Fills the zeroed bytes [kIdentityBytes, end) of a segment with the objects. Returns their
/// offsets from `base`, in their order. Throws Fault::system if two objects have one name. For the creator alone.
std::vector<std::uint64_t> build_control_area(std::byte* base, std::uint64_t end,
                                              std::span<const ControlObject> objects);

/// Hash of every byte of the control area that is not an object's: Boost's own and the headers.
/// Throws Fault::not_a_segment if the objects overlap or leave the control area.
[[nodiscard]] std::uint64_t hash_control_area(const std::byte* base, std::uint64_t end,
                                              std::span<const std::uint64_t> offsets);

/// Opens the buffer and finds each object by its name where it was recorded to be. Only for bytes that
/// nobody else can have written: Boost follows its offsets wherever they lead. Throws
/// Fault::not_a_segment.
void check_control_area(std::byte* base, std::span<const std::uint64_t> offsets);

/// Bytes of the object at an offset that hash_control_area accepted.
[[nodiscard]] std::uint64_t object_bytes(const std::byte* base, std::uint64_t offset);

}  // namespace dummycache::ipc
