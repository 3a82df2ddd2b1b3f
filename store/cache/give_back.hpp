// SPDX-License-Identifier: MIT
// Attachments of processes that use a cache. Memory goes back to the system when the last of them has ended.
#pragma once

#include <memory>

#include "dummycache/options.hpp"
#include "store/layout/attachment.hpp"

namespace dummycache::store {

/// Joins a segment's processes, as Attachment's constructor does, and notes the use. When the attachment ends, memory
/// goes back if Attachment::gives_back says so or much of it is unused: the process that leaves last may be another than
/// the one that cleared the cache.
[[nodiscard]] std::shared_ptr<Attachment> join(std::shared_ptr<ipc::Segment> segment, const Options& options);

}  // namespace dummycache::store
