// SPDX-License-Identifier: MIT
// The first page of a segment: how it is planned, and what must be true of it before it is believed.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "ipc/error.hpp"
#include "ipc/segment/segment_name.hpp"
#include "ipc/segment/segment_plan.hpp"
#include "ipc/segment/superblock.hpp"

namespace dummycache::ipc {

/// Position of the ipc objects among the objects of a control area; the plan's follow.
inline constexpr std::size_t kSuperblockObject = 0;
inline constexpr std::size_t kProcessesObject = 1;

/// Bytes of the page table of a segment with so many pages, a multiple of 4 KiB.
[[nodiscard]] std::uint64_t page_table_bytes(std::uint64_t pages);

/// All objects of a segment that is made after this plan.
[[nodiscard]] std::vector<ControlObject> objects_of(const SegmentPlan& plan);

/// The identity of a new segment; without the objects' offsets and the two hashes. Throws
/// Fault::no_space if the capacity has no room for the least number of pages.
[[nodiscard]] layout::Identity plan_identity(const SegmentPlan& plan, Kind kind);

/// Writes the offsets down, in the order of objects_of.
void set_object_offsets(layout::Identity& identity, const std::vector<std::uint64_t>& offsets);
[[nodiscard]] std::vector<std::uint64_t> object_offsets(const layout::Identity& identity);

[[nodiscard]] std::uint64_t hash_identity(const layout::Identity& identity);

/// `layout_hash` of the layer above, mixed with that of this layer's structs.
[[nodiscard]] std::uint64_t mixed_layout_hash(std::uint64_t layout_hash);

/// Why the identity, read from an object of `object_bytes`, is no segment of ours; checks nothing
/// that only the layer above knows. Empty: it is one, whole and with geometry in range.
struct Refusal {
    Fault fault = Fault::not_a_segment;
    std::string reason;
};
[[nodiscard]] Refusal check_identity(const layout::Identity& identity, std::uint64_t object_bytes);

/// The system's id of this boot; zeros if it does not tell.
void read_boot_id(unsigned char (&id)[16]);

[[nodiscard]] bool has_magic(const layout::Identity& identity);

}  // namespace dummycache::ipc
