// SPDX-License-Identifier: MIT
// Base64 with padding (RFC 4648, section 4).
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace dummycache::store::snapshot {

void append_base64(std::string& to, std::string_view bytes);

/// Empty if `text` is not exactly what append_base64 makes of some bytes.
[[nodiscard]] std::optional<std::string> from_base64(std::string_view text);

}  // namespace dummycache::store::snapshot
