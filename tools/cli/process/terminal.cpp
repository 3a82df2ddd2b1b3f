// SPDX-License-Identifier: MIT
// What is known of the terminal behind a descriptor.
#include "tools/cli/process/terminal.hpp"

#include <cstdlib>
#include <string_view>

#include <sys/ioctl.h>
#include <unistd.h>

namespace dummycache::cli {

bool is_smart_terminal(int descriptor) noexcept {
    const char* kind = std::getenv("TERM");
    return kind != nullptr && std::string_view(kind) != "dumb" && ::isatty(descriptor) == 1;
}

std::optional<std::size_t> terminal_columns(int descriptor) noexcept {
    winsize size{};
    if (::ioctl(descriptor, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return std::nullopt;
    return size.ws_col;
}

}  // namespace dummycache::cli
