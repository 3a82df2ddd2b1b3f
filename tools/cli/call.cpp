// SPDX-License-Identifier: MIT
// What a command gets to work with: its arguments, the settings, the cache and the output.
#include "call.hpp"

#include "parse.hpp"

namespace dummycache::cli {

const std::string* Arguments::value(std::string_view option) const {
    const auto found = options_.find(option);
    return found == options_.end() ? nullptr : &found->second;
}

std::optional<Cache> Call::find() const {
    try {
        return attach();
    } catch (const Error& error) {
        if (error.code() != ErrorCode::not_found) throw;
        return std::nullopt;
    }
}

Timeout Call::ttl_option() const {
    const std::string* text = arguments.value("--ttl");
    return text == nullptr ? Timeout::forever() : parse_timeout(*text);
}

void Call::note(std::string_view message) const {
    if (!settings.quiet) complain(settings.color, message);
}

}  // namespace dummycache::cli
