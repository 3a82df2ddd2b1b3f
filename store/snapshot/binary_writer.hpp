// SPDX-License-Identifier: MIT
// Writes a binary snapshot.
#pragma once

#include <cstdint>
#include <functional>

#include "store/snapshot/output.hpp"
#include "store/snapshot/record.hpp"

namespace dummycache::store::snapshot {

/// `source` gives the records in the order of their keys: `entries` of them, with `bytes` in keys and
/// values. Calls `after_block` from time to time.
void write_binary(Output& output, RecordSource& source, std::uint64_t entries, std::uint64_t bytes,
                  const std::function<void()>& after_block);

}  // namespace dummycache::store::snapshot
