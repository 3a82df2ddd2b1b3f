// SPDX-License-Identifier: MIT
// What -c names to commands that work on a cache as well as on a server.
#include "tools/cli/store.hpp"

#include <algorithm>
#include <array>

namespace dummycache::cli {

bool is_server(std::string_view name) noexcept {
    constexpr std::array<std::string_view, 3> kSchemes{"redis://", "unix://", "rediss://"};
    return std::ranges::any_of(kSchemes, [&](std::string_view scheme) { return name.starts_with(scheme); });
}

std::string without_login(std::string_view address) {
    const std::size_t start = address.find("://") + 3;
    // The path of a socket may hold an @; what comes before the path is a login.
    const std::size_t end = address.starts_with("unix:") ? address.find('/', start) : address.size();
    const std::size_t at = address.substr(0, end).rfind('@');
    if (at == std::string_view::npos || at < start) return std::string(address);
    return std::string(address.substr(0, start)).append(address.substr(at + 1));
}

void check_store(const Settings& settings, const Command& command, const Arguments& arguments) {
    const bool names_caches =
        command.operands.find("NAME|PATH") != std::string_view::npos || command.operands == "FROM TO";
    for (const std::string& operand : arguments.operands)
        if (names_caches && is_server(operand))
            throw Failure(Exit::usage, "works on local caches only: " + without_login(operand));
    if (command.cache == CacheOption::refused || !is_server(settings.cache)) return;
    const std::string address = without_login(settings.cache);
    if (command.store == Store::local) throw Failure(Exit::usage, "works on local caches only: " + address);
#if !DUMMYCACHE_REMOTE
    throw Failure(Exit::usage,
                  "this dummycache was built without hiredis, for local caches only: " + address);
#endif
}

}  // namespace dummycache::cli
