// SPDX-License-Identifier: MIT
// What is known of the terminal behind a descriptor.
#pragma once

#include <cstddef>
#include <optional>

namespace dummycache::cli {

/// Whether there is one that understands colours and the moving of the cursor.
[[nodiscard]] bool is_smart_terminal(int descriptor) noexcept;

/// Empty if it does not say.
[[nodiscard]] std::optional<std::size_t> terminal_columns(int descriptor) noexcept;

}  // namespace dummycache::cli
