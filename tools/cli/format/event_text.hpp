// SPDX-License-Identifier: MIT
// Events as lines, for people and as JSON.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include <dummycache/events.hpp>

#include "tools/cli/format/output.hpp"

namespace dummycache::cli {

/// "16:12:03.482913  get      miss     user:7  by pytest[gw1] 812", in local time. `value` is shown behind the key, if there is one.
[[nodiscard]] std::string event_line(const Output& out, const Event& event, const std::string& value = {});

/// "pytest[gw1]", or "the load of users.jsonl": the client's text without its pid.
[[nodiscard]] std::string text_without_pid(const Client& client);

/// One object: time (seconds since 1970), call, outcome, key, key_bytes, key_hash, value_bytes or entries, writer.
[[nodiscard]] std::string event_json(const Event& event, const std::optional<std::string>& value = {});

/// Says that so many events are missing here.
[[nodiscard]] std::string lost_line(const Output& out, std::uint64_t lost);
[[nodiscard]] std::string lost_json(std::uint64_t lost);
/// Says that for so long nobody watched.
[[nodiscard]] std::string unwatched_line(const Output& out, std::chrono::milliseconds time);
[[nodiscard]] std::string unwatched_json(std::chrono::milliseconds time);

}  // namespace dummycache::cli
