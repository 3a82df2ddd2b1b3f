// SPDX-License-Identifier: MIT
// Memory goes back to the system when the last process has left the cache.
#pragma once

#include <chrono>
#include <memory>

#include "ipc/segment/segment_name.hpp"
#include "store/layout/attachment.hpp"

namespace dummycache::store {

/// Gives the memory behind the last used page back to the system. In a cache without entries and checkpoints that is
/// nearly all of it. Does nothing if a process maps the cache. Call it after the segment is unmapped here. Processes
/// that attach meanwhile wait some milliseconds. Killed inside: the next owner of the locks repairs the shards.
void give_back_memory(const ipc::SegmentName& name) noexcept;

/// Has that done once this attachment has ended. Nothing in private memory.
void give_back_later(Attachment& attachment) noexcept;

/// Joins a segment's processes, as Attachment's constructor does. When the attachment ends, memory goes back if much of
/// it is unused: the process that leaves last may be another than the one that cleared the cache.
[[nodiscard]] std::shared_ptr<Attachment> join(std::shared_ptr<ipc::Segment> segment,
                                               std::chrono::milliseconds timeout);

}  // namespace dummycache::store
