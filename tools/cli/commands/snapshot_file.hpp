// SPDX-License-Identifier: MIT
// What the options and operands of commands on snapshots mean.
#pragma once

#include <string>

#include <dummycache/snapshot.hpp>

#include "tools/cli/call.hpp"

namespace dummycache::cli {

/// For ttl_rule_option().
inline constexpr OptionSpec kTtlRuleOption{
    "--ttl", "RULE", "keep remaining times (default), drop them, or scale=N: N times as long",
    "keep drop scale="};

/// The rule given with --ttl; they are kept without it.
[[nodiscard]] TtlRule ttl_rule_option(const Call& call);

/// Whether there is a regular file at the path that holds a cache.
[[nodiscard]] bool is_cache_file(const std::string& path);

/// A snapshot in a file; `-` is standard input. A pipe is read by this program, so that a Ctrl-C ends it.
[[nodiscard]] SnapshotSource file_source(const Call& call, const std::string& path);

/// A snapshot or a cache. It is a snapshot if it is `-`, ends in .jsonl or .dcs, or is a path to something that
/// is no cache; throws if it is a cache that is not there.
[[nodiscard]] SnapshotSource file_or_cache_source(const Call& call, const std::string& operand);

}  // namespace dummycache::cli
