// SPDX-License-Identifier: MIT
// Commands on one string.
#include <algorithm>

#include "tools/redis/commands.hpp"
#include "tools/redis/expiry.hpp"
#include "tools/redis/module_state.hpp"
#include "tools/redis/server_key.hpp"
#include "tools/redis/server_keyspace.hpp"
#include "tools/redis/transfer.hpp"

namespace dummycache::redis {

namespace {

void check_size(std::uint64_t bytes) {
    if (bytes > state().longest_string) throw ReplyError{replies::kTooLong};
}

/// Prepares the server for a key that the cache is about to get. If the command needs the old value and the server has
/// a string, that string goes to the cache. `was_there`: the server still has the key, and the caller deletes it.
enum class Before { absent_there, was_there };
Before clear_the_way(const Request& request, bool needs_old, bool reads_old) {
    if (request.rules() == Rules::cache || !request.is_elsewhere(1)) return Before::absent_there;
    if (needs_old) {
        if (move_to_cache(request.context(), request.raw(1), request.cache()) == Elsewhere::moved)
            return Before::absent_there;
        if (reads_old) throw ReplyError{replies::kWrongType};
    }
    return Before::was_there;
}

/// Reads the entry, decides, and stores if the entry is still the same. Otherwise it begins again.
struct Stored {
    bool done = false;
    std::optional<std::string> old;
};
Stored set_by_comparing(Cache& cache, std::string_view key, std::string_view value, const SetOptions& options,
                        const Timeout& given) {
    for (;;) {
        Stored result;
        const auto entry = cache.get_entry(key);
        if (entry) result.old = entry->value;
        if (options.only_absent && entry) return result;
        if (options.only_present && !entry) return result;
        Timeout timeout = given;
        if (options.keep_ttl && entry && entry->ttl != kForever) timeout = entry->ttl;
        result.done = timeout.kind() != Timeout::Kind::over;
        if (entry ? cache.set_if(key, value, entry->id, timeout) : cache.add(key, value, timeout))
            return result;
        if (!entry && !result.done) return result;  // the key was absent and stays absent
    }
}

int reply_set(const Request& request, const SetOptions& options, const Stored& stored) {
    if (options.get) return request.reply_bulk(stored.old);
    return stored.done ? request.reply_ok() : request.reply_null();
}

/// What was there before a SET, as far as its events need it.
struct Seen {
    bool is_new;     ///< as request.makes() says
    bool was_there;  ///< asked if the time is over, and the server tells of the end of the old key alone
};
Seen see(const Request& request, const Timeout& timeout) {
    const bool asks = timeout.kind() == Timeout::Kind::over && request.rules() == Rules::redis &&
                      state().past_stores_nothing;
    return {request.makes(1), asks && request.exists(1)};
}

/// As the server does: with a time it sends two events.
void tell_of_set(const Request& request, const Timeout& timeout, const SetOptions& options,
                 const Seen& seen) {
    const bool is_over = timeout.kind() == Timeout::Kind::over;
    if (is_over && request.rules() == Rules::cache) return request.changed(1, "del", kGenericEvent);
    if (is_over && state().past_stores_nothing) {
        if (seen.was_there) request.got_time(1, timeout);
        return;
    }
    request.stored(1, "set", seen.is_new);
    if (timeout.kind() != Timeout::Kind::forever && !options.keep_ttl)
        request.tell(1, "expire", kGenericEvent);
    if (is_over) request.tell(1, "expired", kExpiredEvent);
}

int set_with(const Request& request, std::string_view value, Timeout timeout, SetOptions options = {}) {
    const bool needs_old = options.get || options.only_absent || options.only_present || options.keep_ttl;
    bool replaces_other = false;
    const Seen seen = see(request, timeout);
    if (clear_the_way(request, needs_old, options.get) == Before::was_there) {
        if (options.only_absent) return request.reply_null();
        options.only_present = false;
        if (options.keep_ttl) timeout = remaining_in_server(request.context(), request.raw(1));
        replaces_other = true;
    }
    Stored stored;
    if (needs_old) {
        stored = set_by_comparing(request.cache(), request[1], value, options, timeout);
        if (options.get && !stored.old) request.missed(1);
        const bool refused = (options.only_absent && stored.old) || (options.only_present && !stored.old);
        if (refused) return reply_set(request, options, stored);
    } else {
        stored.done = request.cache().set(request[1], value, timeout);
    }
    // Not earlier: the server keeps its key if the cache has no room.
    if (replaces_other) replace_in_server(request.context(), request.raw(1));
    tell_of_set(request, timeout, options, seen);
    if (request.rules() == Rules::redis)
        stored.done = true;  // with a time that is over, the key was set and expired at once
    return reply_set(request, options, stored);
}

}  // namespace

int get(const Request& request) {
    constexpr std::size_t kMuch = 1 << 20;
    static std::string value;  // static, so that its memory is used again, unless it is much
    const std::string_view key = request[1];
    const bool is_proxy = request.rules() == Rules::redis;
    if (is_proxy && !takes_key(key)) return request.forward();
    if (request.cache().get(key, value)) [[likely]] {
        request.reply_bulk(std::string_view(value));
        if (value.capacity() > kMuch) [[unlikely]]
            std::string().swap(value);
        return kOk;
    }
    if (is_proxy && in_server(request.context(), request.raw(1))) return request.forward();
    request.missed(1);
    return request.reply_null();
}

int set(const Request& request) {
    const SetOptions options = set_options(request, 3, OptionsOf::set);
    const Timeout timeout = timeout_in(request, options).value_or(Timeout());
    if (!request.takes(1)) return request.forward();
    return set_with(request, request[2], timeout, options);
}

int setnx(const Request& request) {
    if (!request.takes(1)) return request.forward();
    if (request.is_elsewhere(1) || !request.cache().add(request[1], request[2])) return request.reply(0);
    request.stored(1, "set", true);
    return request.reply(1);
}

int add(const Request& request) {
    const SetOptions options = set_options(request, 3, OptionsOf::set);
    if (options.only_absent || options.only_present || options.get || options.keep_ttl)
        throw ReplyError{replies::kSyntax};
    const bool stored =
        request.cache().add(request[1], request[2], timeout_in(request, options).value_or(Timeout()));
    if (stored) request.stored(1, "set", true);
    return request.reply(stored ? 1 : 0);
}

namespace {

int set_expiring(const Request& request, Unit unit) {
    const Timeout timeout = timeout_of(request, request.integer(2), unit, Base::now, Past::is_error);
    if (!request.takes(1)) return request.forward();
    return set_with(request, request[3], timeout);
}

}  // namespace

int setex(const Request& request) { return set_expiring(request, Unit::seconds); }
int psetex(const Request& request) { return set_expiring(request, Unit::milliseconds); }

int getset(const Request& request) {
    if (!request.takes(1)) return request.forward();
    SetOptions options;
    options.get = true;
    return set_with(request, request[2], {}, options);
}

int getdel(const Request& request) {
    if (request.is_elsewhere(1)) return request.forward();
    const auto value = request.cache().take(request[1]);
    if (!value) return request.reply_bulk(request.missed(1));
    request.changed(1, "del", kGenericEvent);
    return request.reply_bulk(value);
}

int getex(const Request& request) {
    const SetOptions options = set_options(request, 2, OptionsOf::getex);
    if (request.is_elsewhere(1)) return request.forward();
    const auto value = request.cache().get(request[1]);
    if (!value) return request.reply_bulk(request.missed(1));
    const auto timeout = timeout_in(request, options);
    if (options.persist) {
        const auto ttl = request.cache().ttl(request[1]);
        if (ttl && *ttl != kForever && request.cache().persist(request[1]))
            request.changed(1, "persist", kGenericEvent);
    } else if (timeout) {
        request.cache().touch(request[1], *timeout);
        request.got_time(1, *timeout);
    }
    return request.reply_bulk(value);
}

int append(const Request& request) {
    if (request.is_elsewhere(1)) return request.forward();
    if (request.cache().capacity() / 2 > state().longest_string) {  // otherwise no value can be so long
        if (const auto size = request.cache().get(request[1], std::span<char>()))
            check_size(*size + request[2].size());
    }
    const bool is_new = request.makes(1);
    const std::size_t size = request.cache().append(request[1], request[2]);
    request.stored(1, "append", is_new);
    return request.reply(static_cast<std::int64_t>(size));
}

int strlen(const Request& request) {
    if (request.is_elsewhere(1)) return request.forward();
    const auto size = request.cache().get(request[1], std::span<char>());
    if (!size) request.missed(1);
    return request.reply(static_cast<std::int64_t>(size.value_or(0)));
}

namespace {

struct Beginning {
    std::string bytes;
    std::int64_t size;  ///< of the whole value
};

/// As much of the value as the range needs: little of a long one, if the range is near its beginning.
std::optional<Beginning> beginning(const Request& request, std::int64_t start, std::int64_t end) {
    constexpr std::int64_t kFew = 64 * 1024;
    if (start >= 0 && end >= 0 && end < kFew) {
        Beginning part{std::string(static_cast<std::size_t>(end) + 1, '\0'), 0};
        const auto size = request.cache().get(request[1], std::span<char>(part.bytes));
        if (!size) return std::nullopt;
        part.size = static_cast<std::int64_t>(*size);
        return part;
    }
    auto value = request.cache().get(request[1]);
    if (!value) return std::nullopt;
    const auto size = static_cast<std::int64_t>(value->size());
    return Beginning{*std::move(value), size};
}

}  // namespace

int getrange(const Request& request) {
    std::int64_t start = request.integer(2);
    std::int64_t end = request.integer(3);
    if (request.is_elsewhere(1)) return request.forward();
    const auto value = beginning(request, start, end);
    if (!value) request.missed(1);
    const std::string_view bytes = value ? std::string_view(value->bytes) : std::string_view();
    const std::int64_t size = value ? value->size : 0;
    if (start < 0 && end < 0 && start > end) return request.reply_bulk(std::string_view());
    start = std::max<std::int64_t>(start < 0 ? start + size : start, 0);
    end = std::max<std::int64_t>(end < 0 ? end + size : end, 0);
    end = std::min(end, size - 1);
    if (start > end || size == 0) return request.reply_bulk(std::string_view());
    return request.reply_bulk(
        bytes.substr(static_cast<std::size_t>(start), static_cast<std::size_t>(end - start + 1)));
}

int setrange(const Request& request) {
    const std::int64_t offset = request.integer(2);
    if (offset < 0) throw ReplyError{replies::kOffset};
    if (request.is_elsewhere(1)) return request.forward();
    const std::string_view part = request[3];
    for (;;) {
        const auto entry = request.cache().get_entry(request[1]);
        std::string value = entry ? entry->value : "";
        if (part.empty()) return request.reply(static_cast<std::int64_t>(value.size()));
        check_size(static_cast<std::uint64_t>(offset) + part.size());
        const auto begin = static_cast<std::size_t>(offset);
        value.resize(std::max(value.size(), begin + part.size()));
        value.replace(begin, part.size(), part);
        const bool stored = entry ? request.cache().set_if(request[1], value, entry->id, remaining(*entry),
                                                           kept_codec(*entry, value))
                                  : request.cache().add(request[1], value);
        if (!stored) continue;
        request.stored(1, "setrange", !entry);
        return request.reply(static_cast<std::int64_t>(value.size()));
    }
}

}  // namespace dummycache::redis
