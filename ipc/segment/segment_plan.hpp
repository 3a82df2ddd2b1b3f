// SPDX-License-Identifier: MIT
// What the layer above wants in a new segment.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

namespace dummycache::ipc {

class Segment;

/// A named object of the control area: zeroed, aligned to a cache line. `name` has at most 47 bytes.
struct ControlObject {
    const char* name;
    std::uint64_t bytes;
};

/// Index in Identity::store from which on the offsets of the plan's objects stand; parameters stand before it.
inline constexpr std::size_t kStoreObjects = 8;

/// Read by Segment::create and create_private only.
struct SegmentPlan {
    std::uint64_t capacity_bytes = 0;  ///< of the whole segment; what is no multiple of a page stays unused
    unsigned mode = 0600;              ///< permission bits of the object; its owner may always read and write
    std::uint32_t process_slots =
        0;                          ///< how many processes may be attached at once, at most kMaxProcessSlots
    std::uint64_t layout_hash = 0;  ///< of the structs of the layer above; attach wants the same
    std::vector<ControlObject> objects;
    std::vector<std::uint64_t> parameters;  ///< at most kStoreObjects; stand in Identity::store from 0 on
    /// Bytes for Identity::secret, as many as it has; null: random ones.
    const unsigned char* secret = nullptr;
    /// Called with a new segment that is whole but has no name yet. If it throws, the segment is removed.
    std::function<void(Segment&)> fill = {};
};

}  // namespace dummycache::ipc
