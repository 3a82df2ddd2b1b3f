// SPDX-License-Identifier: MIT
#include "store/cache/client_name.hpp"

#include <cstdlib>

namespace dummycache::store {

std::string client_name(const Options& options) {
    if (!options.client_name.empty()) return options.client_name;
    const auto said_by = [](const char* variable) {
        const char* const value = std::getenv(variable);
        return std::string(value == nullptr ? "" : value);
    };
    std::string name = said_by("DUMMYCACHE_CLIENT");
    for (const char* const variable : kWorkerVariables) {
        if (!name.empty()) break;
        name = said_by(variable);
    }
    return name;
}

}  // namespace dummycache::store
