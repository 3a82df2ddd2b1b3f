// SPDX-License-Identifier: MIT
// A new cache with the content of another one at one moment.
//
// The new segment has the geometry and the secret of the old one. So a page keeps its number, an entry its
// offset and a key its bucket. The used pages are copied byte for byte, and so is the truth beside them:
// directories, shards, eras, clock, checkpoints. Not copied is what belongs to processes: locks, dirty
// words, `watched_until`, the process table, staged pages (free in the copy), and the counters of events.
//
// The new segment has no name until all is done. If the process dies inside, a temporary object remains,
// which the next creator of the name removes. The shards of the old cache are rebuilt by their next owners,
// as after any death.
#pragma once

#include <memory>
#include <string_view>

#include "dummycache/options.hpp"
#include "store/cache/create.hpp"

namespace dummycache::store {

/// Copies the cache, as of one moment, to a new one of another name. Null if a cache of that name exists
/// already. Throws full, busy, removed.
[[nodiscard]] std::shared_ptr<Attachment> fork_copy(Attachment& attachment, std::string_view name,
                                                    const Options& options,
                                                    const BeforeNaming& before_naming = {});

}  // namespace dummycache::store
