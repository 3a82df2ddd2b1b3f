// SPDX-License-Identifier: MIT
// Writes a text snapshot.
#pragma once

#include <functional>
#include <string>

#include "store/snapshot/output.hpp"
#include "store/snapshot/record.hpp"

namespace dummycache::store::snapshot {

inline constexpr unsigned kTextVersion = 1;

/// `source` gives the records in the order of their keys. Calls `after_block` from time to time.
void write_text(Output& output, RecordSource& source, const std::function<void()>& after_block);

}  // namespace dummycache::store::snapshot
