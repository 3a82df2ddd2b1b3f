// SPDX-License-Identifier: MIT
// The errors of a name that leads to nothing.
#pragma once

#include "ipc/error.hpp"
#include "ipc/segment/segment_name.hpp"

namespace dummycache::ipc {

/// There is no object of this name. Fault::not_found.
[[nodiscard]] Error no_such_cache(const SegmentName& name);

/// There is no directory for an object of this name. Fault::not_found.
[[nodiscard]] Error no_such_directory(const SegmentName& name);

}  // namespace dummycache::ipc
