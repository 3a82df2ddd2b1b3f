// SPDX-License-Identifier: MIT
// The names of the commands for which proxy commands stand.
#pragma once

#include <string_view>
#include <unordered_map>
#include <utility>

#include "tools/redis/api.hpp"

namespace dummycache::redis {

/// MONITOR and SLOWLOG look at a command's arguments when it has run. They are to show `get`, and not `dc:get`.
class PlainNames {
public:
    PlainNames() = default;
    ~PlainNames() { clear(); }
    PlainNames(const PlainNames&) = delete;
    PlainNames& operator=(const PlainNames&) = delete;

    void add(const String* proxy, std::string_view name) {
        names_.emplace(proxy, api::CreateString(nullptr, name.data(), name.size()));
    }
    void clear() noexcept {
        for (const auto& [proxy, name] : names_) api::FreeString(nullptr, name);
        names_.clear();
    }
    /// To be called when the proxy command has run. `argv` is the client's own list of arguments, as every server passes it to a module; it
    /// owns them. Nothing is done if somebody called the proxy command by its own name.
    void give_back(String** argv) const noexcept {
        const auto found = names_.find(argv[0]);
        if (found == names_.end()) return;
        api::RetainString(nullptr, found->second);
        api::FreeString(nullptr, std::exchange(argv[0], found->second));
    }

private:
    std::unordered_map<const String*, String*> names_;
};

}  // namespace dummycache::redis
