// SPDX-License-Identifier: MIT
// Clearing a cache: all entries disappear at once, for every reader.
#pragma once

#include "store/layout/attachment.hpp"

namespace dummycache::store {

/// Raises clear_era: entries of older eras do not exist any more. That one store is the commit. Waits for
/// all locks. Throws busy, removed.
void clear(Attachment& attachment);

}  // namespace dummycache::store
