// SPDX-License-Identifier: MIT
// Arguments that are more than a string. Each function throws Failure with Exit::usage.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include <dummycache/entry.hpp>
#include <dummycache/options.hpp>
#include <dummycache/snapshot.hpp>
#include <dummycache/timeout.hpp>

namespace dummycache::cli {

/// A time as text::time_from reads it, or "forever".
[[nodiscard]] Timeout parse_timeout(std::string_view text);

/// A size as text::size_from reads it.
[[nodiscard]] std::uint64_t parse_size(std::string_view text);

[[nodiscard]] std::int64_t parse_integer(std::string_view text);

/// What `option` takes: a number from 1 to `most`.
[[nodiscard]] std::uint64_t parse_count(std::string_view text, std::string_view option, std::uint64_t most);

/// The same of a size, as text::size_from reads it.
[[nodiscard]] std::uint64_t parse_bytes(std::string_view text, std::string_view option, std::uint64_t most);

/// "640", "0640".
[[nodiscard]] unsigned parse_mode(std::string_view text);

[[nodiscard]] Codec parse_codec(std::string_view text);

[[nodiscard]] WhenFull parse_when_full(std::string_view text);

/// "jsonl", "binary".
[[nodiscard]] SnapshotFormat parse_snapshot_format(std::string_view text);

/// What --match takes. An empty pattern matches no key: where it came from an unset variable, a load would
/// empty the cache.
[[nodiscard]] std::string parse_pattern(std::string_view text);

/// "keep", "drop", "scale=0.5".
[[nodiscard]] TtlRule parse_ttl_rule(std::string_view text);

/// How far two times may be apart: a time as for parse_timeout, 0 or more.
[[nodiscard]] std::chrono::microseconds parse_slack(std::string_view text);

/// How long something lasted at least: a time as for parse_timeout, 0 or more.
[[nodiscard]] std::chrono::microseconds parse_age(std::string_view text);

/// How long to wait at most: a time as for parse_timeout, 0 or more; rounded up.
[[nodiscard]] std::chrono::milliseconds parse_patience(std::string_view text);

/// A step forward of a clock, 0 or more; rounded up as a time to live is.
[[nodiscard]] std::chrono::microseconds parse_step(std::string_view text);

/// A time of a clock, to the microsecond.
[[nodiscard]] std::chrono::microseconds parse_instant(std::string_view text);

}  // namespace dummycache::cli
