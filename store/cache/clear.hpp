// SPDX-License-Identifier: MIT
// Clearing: everything at once, for every reader.
#pragma once

#include "store/layout/attachment.hpp"

namespace dummycache::store {

/// Raises the era below which entries do not exist. Waits for all locks. Throws busy, removed.
void clear(Attachment& attachment);

}  // namespace dummycache::store
