// SPDX-License-Identifier: MIT
// Bytes in hexadecimal and as characters.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace dummycache::cli {

/// Lines of offset, bytes and characters that fit into `width` columns, but no fewer than 4 bytes.
[[nodiscard]] std::string hexdump(std::string_view bytes, std::size_t width);

}  // namespace dummycache::cli
