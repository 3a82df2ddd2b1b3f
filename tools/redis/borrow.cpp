// SPDX-License-Identifier: MIT
// Commands that only the server knows, on keys that may be strings of the cache. Each such string is lent: it is copied
// to the server, the server runs its own command, and the cache takes the string back as the command left it. So SETBIT
// works, LPUSH replies WRONGTYPE in the server's own words, and a string that becomes a list leaves the cache.
//
// The cache keeps its entry while the copy is in the server. So nothing is lost if the server is killed meanwhile.
#include <chrono>
#include <cstdlib>
#include <exception>
#include <vector>

#include "tools/redis/commands.hpp"
#include "tools/redis/expiry.hpp"
#include "tools/redis/module_state.hpp"
#include "tools/redis/server_keyspace.hpp"
#include "tools/redis/transfer.hpp"

namespace dummycache::redis {

namespace {

struct Lent {
    String* key;
    std::optional<Entry> entry;    ///< empty: it was not in the cache
    bool is_theirs = false;        ///< the server had it before
    std::int64_t deadline_ms = 0;  ///< of the entry, since 1970; 0: it lives for ever
};

/// Those keys of the command that the cache may have. The server finds the keys among the arguments.
std::vector<Lent> keys_of(const Request& request) {
    const std::string name = request.name();
    String* const command = api::CreateString(request.context(), name.data(), name.size());
    std::vector<String*> argv(request.raws(), request.raws() + request.count());
    argv[0] = command;
    int count = 0;
    int* const places = api::GetCommandKeys(request.context(), argv.data(), request.count(), &count);
    std::vector<Lent> keys;
    for (int i = 0; i < count; ++i) {
        String* const key = argv[static_cast<std::size_t>(places[i])];
        if (takes_key(text_of(key))) keys.push_back({.key = key, .entry = std::nullopt});
    }
    if (places != nullptr) api::Free(places);
    api::FreeString(request.context(), command);
    return keys;
}

/// A local process may have set a key that has another type in the server. Then the string comes first.
void lend(const Request& request, Lent& lent) {
    const std::string_view key = text_of(lent.key);
    const int type = server_type(request.context(), lent.key);
    if (type != kNoKey) {
        lent.is_theirs = true;
        if (type != kStringKey && request.cache().contains(key)) throw ReplyError{replies::kWrongType};
        return;
    }
    lent.entry = request.cache().get_entry(key);
    if (!lent.entry) return;
    if (lent.entry->ttl != kForever) lent.deadline_ms = unix_ms_after(lent.entry->ttl);
    copy_to_server(request.context(), lent.key, *lent.entry);
}

/// Whether the command has left the remaining time alone. The server counts in milliseconds, and some may have passed
/// between two looks at the clock.
bool has_same_deadline(const Lent& lent, std::int64_t ttl_ms) {
    constexpr std::int64_t kSlackMs = 5;
    if (ttl_ms < 0 || lent.deadline_ms == 0) return ttl_ms < 0 && lent.deadline_ms == 0;
    return std::abs(unix_ms_after(std::chrono::milliseconds(ttl_ms)) - lent.deadline_ms) <= kSlackMs;
}

/// After the command: a string goes to the cache, a key of any other type stays in the server.
void take_back(const Request& request, const Lent& lent) {
    const std::string_view key = text_of(lent.key);
    const int type = server_type(request.context(), lent.key);
    if (type != kStringKey) {
        if (lent.entry) request.cache().erase(key);
        return;
    }
    if (lent.entry) {
        const ServerReply value(call_with_key(request.context(), "GET", lent.key));
        const std::int64_t ttl_ms = ServerReply(call_with_key(request.context(), "PTTL", lent.key)).integer();
        if (value.text() == lent.entry->value && has_same_deadline(lent, ttl_ms)) {
            delete_in_server(request.context(), lent.key);
            return;
        }
    }
    move_to_cache(request.context(), lent.key, request.cache(), lent.entry);
}

void take_all_back(const Request& request, const std::vector<Lent>& keys) {
    std::exception_ptr problem;
    for (const Lent& lent : keys) {
        try {
            take_back(request, lent);
        } catch (const Error&) {
            // The cache has no room, or another process holds its lock. It keeps its entry, so nothing was done.
            if (!lent.is_theirs) delete_in_server(request.context(), lent.key);
            problem = std::current_exception();
        }
    }
    if (problem != nullptr) std::rethrow_exception(problem);
}

}  // namespace

int borrow(const Request& request) {
    std::vector<Lent> keys = keys_of(request);
    for (Lent& lent : keys) lend(request, lent);
    const ServerReply reply(request.call_server());
    take_all_back(request, keys);
    return reply_with(request.context(), reply);
}

}  // namespace dummycache::redis
