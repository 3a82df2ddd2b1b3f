// SPDX-License-Identifier: MIT
// A cache in a file that has seen the machine start again.
#pragma once

#include "dummycache/options.hpp"
#include "ipc/segment/segment.hpp"

namespace dummycache::store {

/// After a power cut a file's pages are of different moments, so it is not attached to: the entries
/// whose checksum holds are copied to a new file, which is renamed over the old one. Deadlines keep
/// their distance: the cache's time goes on by as much as the wall clock did; a frozen clock stays
/// frozen. Does nothing if another process did it meanwhile. Killed inside: the old file is as it
/// was, and PATH.dummycache-import lies beside it until the next import.
void import_from_another_boot(const ipc::SegmentName& name, const Options& options);

}  // namespace dummycache::store
