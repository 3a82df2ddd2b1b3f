// SPDX-License-Identifier: MIT
// Checkpoints and forks whose owner was killed, and so was all that would have cleared them away.
//
// ipc/process/owned_name.hpp tells how they are recognised.
#pragma once

#include <string>
#include <vector>

#include "store/layout/attachment.hpp"

namespace dummycache::store {

/// Names of held checkpoints whose owner is gone, the oldest first. Takes no lock. A checkpoint that another process
/// takes or releases meanwhile may be missing.
[[nodiscard]] std::vector<std::string> abandoned_checkpoints(const Attachment& attachment);

/// Does what their owners would have done: goes back to the checkpoint, and releases it. It only releases a
/// checkpoint if going back could take something from others: a newer checkpoint is held that has an owner or
/// none, a living process owns one, or another process is attached. Says what it did, one line each. Throws
/// ipc::Fault::busy, removed. Killed inside: the next caller goes on.
std::vector<std::string> clear_abandoned_checkpoints(Attachment& attachment);

/// Removes the forks of this cache, NAME.exec-XXXXXXXXXXXX, whose owner is gone and that nobody is attached to; also
/// what killed creators left of them. Says which, one line each. Leaves what it may not remove.
std::vector<std::string> remove_abandoned_forks(const Attachment& attachment);

/// Whether a cache has the name of one that a process owned, and is not in use any more.
[[nodiscard]] bool is_abandoned_cache(const ipc::SegmentName& name);

/// Whether a live process other than this one is attached.
[[nodiscard]] bool others_attached(Attachment& attachment);

}  // namespace dummycache::store
