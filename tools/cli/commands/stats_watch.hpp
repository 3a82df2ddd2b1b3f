// SPDX-License-Identifier: MIT
// stats with --watch or --by-client.
#pragma once

#include "tools/cli/call.hpp"

namespace dummycache::cli {

/// A line a second, until Ctrl-C: what happened in that second; with --by-client a line a client.
[[noreturn]] void watch_stats(Call& call, const Cache& cache);

/// What the journal has, by client, and why reads missed.
void print_by_client(Call& call, const Cache& cache);

}  // namespace dummycache::cli
