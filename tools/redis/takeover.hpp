// SPDX-License-Identifier: MIT
// The server's own commands, served from the cache.
//
//   GET k  --filter-->  dc:get k  --> the cache, or GET by the server itself
//
// The server passes each command through a filter before it looks the command up. With a takeover the filter puts a
// proxy command in the place of each command that has to do with keys. A proxy command belongs to the module. It has
// the flags, key positions and categories of the command that it stands for, so transactions, scripts, replicas and
// permissions treat both alike. The proxy command knows the selected database; a filter does not.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "tools/redis/api.hpp"

namespace dummycache::redis {

/// A command's name in small letters, as three words of 8 bytes. So it takes a few instructions to compare or hash: the
/// filter looks up each command of each client.
class CommandName {
public:
    CommandName() = default;
    /// Empty if it is longer than any command's.
    explicit CommandName(std::string_view said) noexcept;

    [[nodiscard]] bool is_empty() const noexcept { return words_[0] == 0; }
    [[nodiscard]] std::size_t hash() const noexcept {
        return static_cast<std::size_t>(
            (words_[0] ^ words_[1] * 0x9e3779b97f4a7c15U ^ words_[2]) * 0xff51afd7ed558ccdU >> 32);
    }
    friend bool operator==(const CommandName&, const CommandName&) = default;

private:
    std::array<std::uint64_t, 3> words_{};
};

class ProxyCommands {
public:
    /// Makes a proxy command for each command that the server has, and the filter. False, and a line in the
    /// server's log, if the server refuses.
    bool create(Context* context);
    /// To be called before the module is unloaded.
    void remove(Context* context);

private:
    struct ProxyCommand {
        CommandName stands_for;  ///< empty: a free place
        String* name;
        int arity;
        int first, last, step;
        bool finds_keys_itself;  ///< the keys have no fixed places among the arguments
        bool may_block;          ///< as BLPOP: a command that a module calls cannot wait
    };
    static void filter(FilterContext* context) noexcept;
    [[nodiscard]] static bool concerns(FilterContext* context, const ProxyCommand& proxy);
    [[nodiscard]] static bool names_a_string(FilterContext* context);
    bool create_one(Context* context, CallReply* described);
    /// The place of the proxy command for this command in the table, or a free place.
    [[nodiscard]] ProxyCommand& place_of(const CommandName& name) noexcept;

    static constexpr std::size_t kPlaces = 1024;  ///< several times as many as there are commands
    std::vector<ProxyCommand> proxies_ = std::vector<ProxyCommand>(kPlaces);
    Filter* filter_ = nullptr;
    Context* own_context_ = nullptr;
};

}  // namespace dummycache::redis
