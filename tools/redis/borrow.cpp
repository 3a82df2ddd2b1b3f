// SPDX-License-Identifier: MIT
// Commands that only the server knows, on keys that may be strings of the cache. Each such string is lent: it is copied
// to the server, the server runs its own command, and the cache takes the string back as the command left it. So SETBIT
// works, LPUSH replies WRONGTYPE in the server's own words, and a string that becomes a list leaves the cache.
//
// The cache keeps its entry while the copy is in the server. So nothing is lost if the server is killed meanwhile.
#include <chrono>
#include <cstdlib>
#include <exception>
#include <unordered_set>
#include <vector>

#include "tools/redis/commands.hpp"
#include "tools/redis/expiry.hpp"
#include "tools/redis/module_state.hpp"
#include "tools/redis/patience.hpp"
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

/// Those keys of the command that the cache may have.
std::vector<Lent> keys_of(const Request& request) {
    std::vector<Lent> keys;
    for (const KeyPlace& place :
         key_places(request.context(), request.name(), request.raws(), request.count())) {
        String* const key = request.raw(place.at);
        if (takes_key(text_of(key))) keys.push_back({.key = key, .entry = std::nullopt});
    }
    return keys;
}

/// The name that SORT looks up for an element: the pattern with the element in the place of its star. Empty if the
/// pattern names no string: it has no star, or is about a field of a hash.
std::string looked_up(std::string_view pattern, std::string_view element) {
    const std::size_t star = pattern.find('*');
    if (star == pattern.npos) return {};
    const std::size_t arrow = pattern.find("->", star);
    if (arrow != pattern.npos && arrow + 2 < pattern.size()) return {};
    return std::string(pattern.substr(0, star)).append(element).append(pattern.substr(star + 1));
}

/// The patterns of SORT's BY and GET.
std::vector<std::string_view> sort_patterns(const Request& request) {
    std::vector<std::string_view> patterns;
    for (int at = 2; at + 1 < request.count(); ++at)
        if (request.is(at, "by") || request.is(at, "get")) patterns.push_back(request[++at]);
    return patterns;
}

/// The elements of a list, a set or a sorted set.
CallReply* elements_of(Context* context, String* key) {
    switch (server_type(context, key)) {
        case kListKey: return api::Call(context, "LRANGE", "Escc", key, "0", "-1");
        case kSetKey: return api::Call(context, "SMEMBERS", "Es", key);
        case kSortedSetKey: return api::Call(context, "ZRANGE", "Escc", key, "0", "-1");
        default: return nullptr;
    }
}

/// Those strings of the cache that SORT looks up for its patterns.
std::vector<OwnString> sort_lookups(const Request& request) {
    std::vector<OwnString> keys;
    const std::vector<std::string_view> patterns = sort_patterns(request);
    if (patterns.empty()) return keys;
    std::unordered_set<std::string> names;
    const ServerReply elements(elements_of(request.context(), request.raw(1)));
    for (std::size_t i = 0; elements.get() != nullptr && i < elements.size(); ++i)
        for (const std::string_view pattern : patterns)
            names.insert(looked_up(pattern, ServerReply::text_of(elements.at(i))));
    for (const std::string& name : names)
        if (takes_key(name) && request.cache().contains(name)) keys.emplace_back(request.context(), name);
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
        if (lent.entry) patiently([&] { request.cache().erase(key); });
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

/// All or none.
void lend_all(const Request& request, std::vector<Lent>& keys) {
    try {
        for (Lent& lent : keys) lend(request, lent);
    } catch (...) {
        for (const Lent& lent : keys)
            if (lent.entry && !lent.is_theirs) delete_in_server(request.context(), lent.key);
        throw;
    }
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
    const bool is_sort = request.name().starts_with("sort");
    const std::vector<OwnString> lookups = is_sort ? sort_lookups(request) : std::vector<OwnString>();
    for (const OwnString& key : lookups) keys.push_back({.key = key.get(), .entry = std::nullopt});
    lend_all(request, keys);
    const ServerReply reply(request.call_server());
    take_all_back(request, keys);
    return reply_with(request.context(), reply);
}

}  // namespace dummycache::redis
