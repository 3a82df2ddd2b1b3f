// SPDX-License-Identifier: MIT
// The errors of a name that leads to nothing, or only to what is another user's.
#pragma once

#include "ipc/error.hpp"
#include "ipc/segment/segment_name.hpp"

namespace dummycache::ipc {

/// There is no object of this name. Fault::not_found.
[[nodiscard]] Error no_such_cache(const SegmentName& name);

/// There is no directory for an object of this name. Fault::not_found.
[[nodiscard]] Error no_such_directory(const SegmentName& name);

/// Throws Fault::no_permission if the name is that of another user's segment, which only that user creates or removes.
/// `what` is the verb.
void refuse_others(const SegmentName& name, const char* what);

}  // namespace dummycache::ipc
