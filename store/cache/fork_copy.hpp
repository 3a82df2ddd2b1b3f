// SPDX-License-Identifier: MIT
// A cache like another one, as of one moment.
//
// The new segment has the geometry and the secret of the old one. So a page keeps its number, a slot its
// offset and a key its bucket, and the used pages are copied as they are, with the truth that lies beside
// them: directories, shards, eras, clock, checkpoints. What belongs to processes is not: locks, dirty words,
// watchers, the process table, staged pages (free in the copy), and counters of what happened.
//
// The new segment has no name while this goes on. Killed anywhere, it is a temporary object for the next
// creator to remove, and the old one's shards are rebuilt by their next owners, as after any death.
#pragma once

#include <memory>
#include <string_view>

#include "dummycache/options.hpp"
#include "store/layout/attachment.hpp"

namespace dummycache::store {

/// A cache like this one, in one piece, under another name. Null: there is one of that name. Throws full, busy, removed.
[[nodiscard]] std::shared_ptr<Attachment> fork_copy(Attachment& attachment, std::string_view name,
                                                    const Options& options);

}  // namespace dummycache::store
