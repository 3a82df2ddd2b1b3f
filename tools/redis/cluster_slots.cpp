// SPDX-License-Identifier: MIT
// CLUSTER COUNTKEYSINSLOT and GETKEYSINSLOT: the keys of both worlds. All other words of CLUSTER are the server's own.
#include <set>
#include <string>

#include <dummycache/scan.hpp>

#include "tools/redis/commands.hpp"
#include "tools/redis/module_state.hpp"
#include "tools/redis/server_keyspace.hpp"

namespace dummycache::redis {

namespace {

/// The server itself says which slot a key has.
std::int64_t slot_of(Context* context, std::string_view key) {
    return ServerReply(api::Call(context, "CLUSTER", "Ecb", "KEYSLOT", key.data(), key.size())).integer();
}

/// The strings of the cache in this slot, at most so many.
std::set<std::string> strings_in(const Request& request, std::int64_t slot, std::size_t most) {
    constexpr std::size_t kStep = 1000;
    std::set<std::string> found;
    std::uint64_t cursor = 0;
    do {
        cursor = scan(request.cache(), cursor, kStep, [&](std::string_view key) {
            if (takes_key(key) && slot_of(request.context(), key) == slot) found.emplace(key);
        });
    } while (cursor != 0 && found.size() < most);
    while (found.size() > most) found.erase(std::prev(found.end()));
    return found;
}

}  // namespace

int cluster(const Request& request) {
    const ServerReply reply(request.call_server());
    const bool counts = request.is(1, "countkeysinslot");
    if (reply.is_error() || (!counts && !request.is(1, "getkeysinslot")))
        return reply_with(request.context(), reply);
    const std::int64_t slot = request.integer(2);
    if (counts) {
        const auto strings = static_cast<std::int64_t>(strings_in(request, slot, SIZE_MAX).size());
        return request.reply(reply.integer() + strings);
    }
    const auto most = static_cast<std::size_t>(request.integer(3)) - reply.size();
    const std::set<std::string> strings = strings_in(request, slot, most);
    request.reply_array(reply.size() + strings.size());
    for (std::size_t i = 0; i < reply.size(); ++i) request.reply_bulk(ServerReply::text_of(reply.at(i)));
    for (const std::string& key : strings) request.reply_bulk(std::string_view(key));
    return kOk;
}

}  // namespace dummycache::redis
