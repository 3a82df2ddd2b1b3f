// SPDX-License-Identifier: MIT
// Calls for many keys.
#include <dummycache/remote.hpp>

#include <exception>

#include "answer.hpp"
#include "arguments.hpp"
#include "pipeline.hpp"

namespace dummycache {

using namespace remote;

namespace {

constexpr auto kIgnore = [](std::size_t, const redisReply&) {};

/// Adds a request for each item. A bad item ends the call, after the requests before it are carried out.
template <class Pipe, class Items, class Make>
void run_each(Pipe& pipeline, const Items& items, Make make) {
    std::exception_ptr bad;
    try {
        for (const auto& item : items) pipeline.add(make(item));
    } catch (const Error& error) {
        if (error.code() != ErrorCode::invalid_argument) throw;
        bad = std::current_exception();
    }
    pipeline.finish();
    if (bad) std::rethrow_exception(bad);
}

Request delete_request(const What& what, std::string_view key) {
    check_key(what, key);
    return request_for(Repeat::never, {"DEL", key});
}

Request store_request(const What& what, std::string_view key, std::string_view value, Timeout timeout) {
    if (timeout.kind() == Timeout::Kind::over) return delete_request(what, key);
    check_key(what, key);
    check_value(what, value);
    return set_request(key, value, timeout);
}

}  // namespace

std::vector<std::optional<std::string>> Remote::get_many(std::span<const std::string_view> keys) const {
    const What what{"get_many"};
    std::vector<std::optional<std::string>> values(keys.size());
    Pipeline pipeline(*router_, what, [&](std::size_t index, const redisReply& reply) {
        values[index] = value_in(reply, *router_, what);
    });
    for (const std::string_view key : keys) check_key(what, key);
    run_each(pipeline, keys, [](std::string_view key) { return request_for(Repeat::once, {"GET", key}); });
    return values;
}

std::size_t Remote::set_many(std::span<const std::pair<std::string_view, std::string_view>> pairs,
                             Timeout timeout) {
    const What what{"set_many"};
    check_timeout(what, timeout);
    Pipeline pipeline(*router_, what, kIgnore);
    run_each(pipeline, pairs,
             [&](const auto& pair) { return store_request(what, pair.first, pair.second, timeout); });
    return timeout.kind() == Timeout::Kind::over ? 0 : pairs.size();
}

std::size_t Remote::set_entries(std::span<const RemoteEntry> entries) {
    const What what{"set_entries"};
    std::size_t stored = 0;
    Pipeline pipeline(*router_, what, kIgnore);
    run_each(pipeline, entries, [&](const RemoteEntry& entry) {
        const Timeout timeout = entry.ttl == kForever ? Timeout::forever() : Timeout(entry.ttl);
        stored += timeout.kind() == Timeout::Kind::over ? 0 : 1;
        return store_request(what, entry.key, entry.value, timeout);
    });
    return stored;
}

std::size_t Remote::erase_many(std::span<const std::string_view> keys) {
    const What what{"erase_many"};
    std::size_t erased = 0;
    Pipeline pipeline(*router_, what, [&](std::size_t, const redisReply& reply) {
        erased += integer_in(reply, *router_, what) > 0 ? 1 : 0;
    });
    run_each(pipeline, keys, [&](std::string_view key) { return delete_request(what, key); });
    return erased;
}

}  // namespace dummycache
