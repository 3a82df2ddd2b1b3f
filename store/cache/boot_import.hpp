// SPDX-License-Identifier: MIT
// A cache in a file that was made before the last start of the machine.
#pragma once

#include "dummycache/options.hpp"
#include "ipc/segment/segment_name.hpp"

namespace dummycache::store {

/// Copies the sound entries of such a file to a new file, which is then renamed over the old one. The old
/// file is not used as it is: after a power cut its pages may be of different moments. An entry is sound if
/// its checksum holds. The time that each entry has left stays right: the cache's time goes on by as much
/// as the wall clock did. A frozen clock stays frozen. Does nothing if another process has imported the
/// file meanwhile. If the process dies inside, the old file is as it was; PATH.dummycache-import remains
/// beside it until the next import.
void import_from_another_boot(const ipc::SegmentName& name, const Options& options);

}  // namespace dummycache::store
