// SPDX-License-Identifier: MIT
// Commands on several strings. Each key is changed by itself, so other processes may see some of them changed.
#include <fmt/format.h>

#include "tools/redis/commands.hpp"
#include "tools/redis/patience.hpp"
#include "tools/redis/server_key.hpp"
#include "tools/redis/server_keyspace.hpp"
#include "tools/redis/transfer.hpp"

namespace dummycache::redis {

namespace {

/// Places of the keys in argv.
using Places = std::vector<int>;

std::vector<std::string_view> keys_at(const Request& request, const Places& places) {
    std::vector<std::string_view> keys;
    for (const int at : places) keys.push_back(request[at]);
    return keys;
}

/// The value of a string that the server has.
std::optional<std::string> value_in_server(const Request& request, int at) {
    if (request.rules() == Rules::cache || server_type(request.context(), request.raw(at)) != kStringKey)
        return std::nullopt;
    return std::string(ServerKey(request.context(), request.raw(at)).value());
}

/// The first of several keys may end with ErrorCode::busy: then nothing was done.
void set_one(const Request& request, int at) {
    if (!request.takes(at)) {
        copy_to_server(request.context(), request.raw(at), Entry{.value = std::string(request[at + 1])});
        return request.changed(at, "set");
    }
    const bool is_new = request.makes(at);
    const auto set = [&] { request.cache().set(request[at], request[at + 1]); };
    at == 1 ? set() : patiently(set);
    if (request.rules() == Rules::redis) replace_in_server(request.context(), request.raw(at));
    request.stored(at, "set", is_new);
}

void set_all(const Request& request) {
    for (int at = 1; at + 1 < request.count(); at += 2) set_one(request, at);
}

void check_pairs(const Request& request) {
    if (request.count() % 2 == 0)
        throw ReplyError{fmt::format("ERR wrong number of arguments for '{}' command", request.name())};
}

}  // namespace

int mget(const Request& request) {
    Places taken;
    for (int at = 1; at < request.count(); ++at)
        if (request.takes(at)) taken.push_back(at);
    std::vector<std::optional<std::string>> values(static_cast<std::size_t>(request.count() - 1));
    auto found = request.cache().get_many(keys_at(request, taken));
    for (std::size_t i = 0; i < taken.size(); ++i)
        values[static_cast<std::size_t>(taken[i] - 1)] = std::move(found[i]);
    for (int at = 1; at < request.count(); ++at) {
        auto& value = values[static_cast<std::size_t>(at - 1)];
        if (!value) value = value_in_server(request, at);
        const bool is_proxy = request.rules() == Rules::redis;
        if (!value && !(is_proxy && in_server(request.context(), request.raw(at)))) request.missed(at);
    }
    request.reply_array(values.size());
    for (const auto& value : values) request.reply_bulk(value);
    return kOk;
}

int mset(const Request& request) {
    check_pairs(request);
    set_all(request);
    return request.reply_ok();
}

int msetnx(const Request& request) {
    check_pairs(request);
    for (int at = 1; at < request.count(); at += 2)
        if (request.exists(at)) return request.reply(0);
    set_all(request);
    return request.reply(1);
}

}  // namespace dummycache::redis
