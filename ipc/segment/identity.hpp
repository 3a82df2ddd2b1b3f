// SPDX-License-Identifier: MIT
// The first 4 KiB of a segment: planned by its creator, checked by each process that attaches.
//
// The functions work on copies, so any thread may call them.
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
inline constexpr std::size_t kClientsObject = 2;

/// Bytes of the page table of a segment with so many pages, a multiple of 4 KiB.
[[nodiscard]] std::uint64_t page_table_bytes(std::uint64_t pages);

/// Bytes of the client table of a segment with so many process slots.
[[nodiscard]] std::uint64_t client_table_bytes(std::uint32_t process_slots);

/// All objects of a segment with this plan: those of this layer, then those of the plan.
[[nodiscard]] std::vector<ControlObject> objects_of(const SegmentPlan& plan);

/// The identity of a new segment, still without the objects' offsets and the two hashes. Throws Fault::no_space if
/// the capacity has no room for 16 pages, Fault::system if the plan asks for too much.
[[nodiscard]] layout::Identity plan_identity(const SegmentPlan& plan, Kind kind);

/// Stores the objects' offsets, given in the order of objects_of.
void set_object_offsets(layout::Identity& identity, const std::vector<std::uint64_t>& offsets);
/// The offsets again, in the same order.
[[nodiscard]] std::vector<std::uint64_t> object_offsets(const layout::Identity& identity);

/// Of all bytes before the field identity_hash.
[[nodiscard]] std::uint64_t hash_identity(const layout::Identity& identity);

/// `layout_hash` of the layer above, mixed with that of this layer's structs.
[[nodiscard]] std::uint64_t mixed_layout_hash(std::uint64_t layout_hash);

/// Why an object cannot be attached. An empty reason: it can.
struct Refusal {
    Fault fault = Fault::not_a_segment;
    std::string reason;
};
/// Checks an identity that was read from an object of `object_bytes` bytes: magic, version, hash, every size and
/// every offset. Does not check what only the layer above knows.
[[nodiscard]] Refusal check_identity(const layout::Identity& identity, std::uint64_t object_bytes);

/// The system's id of this boot, which changes with each start of the machine; zeros if it cannot be read.
void read_boot_id(unsigned char (&id)[16]);

/// Whether it begins like a segment. Says nothing about the rest.
[[nodiscard]] bool has_magic(const layout::Identity& identity);

}  // namespace dummycache::ipc
