// SPDX-License-Identifier: MIT
// Commands on keys that do not read the value: existence, remaining time, type and name.
#include <fmt/format.h>

#include <climits>

#include "tools/redis/commands.hpp"
#include "tools/redis/expiry.hpp"
#include "tools/redis/patience.hpp"
#include "tools/redis/server_key.hpp"
#include "tools/redis/server_keyspace.hpp"
#include "tools/redis/transfer.hpp"

namespace dummycache::redis {

namespace {

bool erase_everywhere(const Request& request, int at, const char* command) {
    const auto erase = [&] { return request.cache().erase(request[at]); };
    // The first of several keys may end with ErrorCode::busy: then nothing was done.
    bool erased = request.takes(at) && (at == 1 ? erase() : patiently(erase));
    if (erased) request.changed(at, "del", kGenericEvent);
    if (request.rules() == Rules::redis)
        erased = delete_in_server(request.context(), request.raw(at), command) || erased;
    return erased;
}

template <class IsCounted>
int count(const Request& request, IsCounted&& is_counted) {
    std::int64_t count = 0;
    for (int at = 1; at < request.count(); ++at) count += is_counted(request, at) ? 1 : 0;
    return request.reply(count);
}

int show_life(const Request& request, Unit unit, Base base) {
    constexpr std::int64_t kAbsent = -2;
    constexpr std::int64_t kLivesForEver = -1;
    if (request.is_elsewhere(1)) return request.forward();
    const auto ttl = request.cache().ttl(request[1]);
    if (!ttl) {
        request.missed(1);
        return request.reply(kAbsent);
    }
    return request.reply(*ttl == kForever ? kLivesForEver : shown(*ttl, unit, base));
}

/// The conditions of EXPIRE.
struct ExpireOptions {
    bool only_without = false;  ///< NX
    bool only_with = false;     ///< XX
    bool only_longer = false;   ///< GT
    bool only_shorter = false;  ///< LT
    [[nodiscard]] bool any() const noexcept {
        return only_without || only_with || only_longer || only_shorter;
    }
};

ExpireOptions expire_options(const Request& request) {
    ExpireOptions options;
    for (int at = 3; at < request.count(); ++at) {
        if (request.is(at, "nx")) {
            options.only_without = true;
        } else if (request.is(at, "xx")) {
            options.only_with = true;
        } else if (request.is(at, "gt")) {
            options.only_longer = true;
        } else if (request.is(at, "lt")) {
            options.only_shorter = true;
        } else {
            throw ReplyError{fmt::format("{}{}", replies::kUnsupported, request[at])};
        }
    }
    if (options.only_without && (options.only_with || options.only_longer || options.only_shorter))
        throw ReplyError{"ERR NX and XX, GT or LT options at the same time are not compatible"};
    if (options.only_longer && options.only_shorter)
        throw ReplyError{"ERR GT and LT options at the same time are not compatible"};
    return options;
}

/// Redis counts in milliseconds. Times that differ by less than half of one are equal.
constexpr std::chrono::microseconds kSame{500};

bool allows(const ExpireOptions& options, std::chrono::microseconds now, const Timeout& wanted) {
    const bool has_one = now != kForever;
    const std::chrono::microseconds then{wanted.kind() == Timeout::Kind::over ? 0 : wanted.microseconds()};
    if (options.only_without && has_one) return false;
    if (options.only_with && !has_one) return false;
    if (options.only_longer && (!has_one || then - now < kSame)) return false;
    return !(options.only_shorter && has_one && now - then < kSame);
}

/// Checks the condition and sets the deadline in one step: it writes the entry again if nobody has changed it.
bool expire_if(Cache& cache, std::string_view key, const Timeout& timeout, const ExpireOptions& options) {
    for (;;) {
        const auto entry = cache.get_entry(key);
        if (!entry || !allows(options, entry->ttl, timeout)) return false;
        if (cache.set_if(key, entry->value, entry->id, timeout, entry->codec)) return true;
        if (timeout.kind() == Timeout::Kind::over && !cache.contains(key)) return true;
    }
}

int set_life(const Request& request, Unit unit, Base base) {
    const ExpireOptions options = expire_options(request);
    const Timeout timeout = timeout_of(request, request.integer(2), unit, base, Past::is_over);
    if (request.is_elsewhere(1)) return request.forward();
    const bool done = options.any() ? expire_if(request.cache(), request[1], timeout, options)
                                    : request.cache().touch(request[1], timeout);
    if (done) request.got_time(1, timeout);
    return request.reply(done ? 1 : 0);
}

/// Stores the value under the new name: in the cache, or in the server if the cache does not take that key.
void put_renamed(const Request& request, const Entry& entry) {
    if (!request.takes(2)) return copy_to_server(request.context(), request.raw(2), entry);
    const Timeout timeout = remaining(entry);
    request.cache().set(request[2], entry.value, timeout, entry.codec);
    // Not earlier: the server keeps its key if the cache has no room.
    replace_in_server(request.context(), request.raw(2));
}

/// Renames a key of the server. If the result is a string whose new name the cache takes, it goes to the cache.
int rename_in_server(const Request& request) {
    const int result = request.forward();
    if (request.takes(2) && !in_server(request.context(), request.raw(1)) &&
        in_server(request.context(), request.raw(2))) {
        patiently([&] { request.cache().erase(request[2]); });
        move_to_cache(request.context(), request.raw(2), request.cache());
    }
    return result;
}

/// Whether a key that has the new name already is replaced.
enum class Replaces { yes, no };
int rename_key(const Request& request, Replaces replaces) {
    const bool taken = request.takes(1) && !request.is_elsewhere(1);
    auto entry = taken ? request.cache().get_entry(request[1]) : std::nullopt;
    if (taken && !entry) throw ReplyError{replies::kNoKey};
    if (replaces == Replaces::no && request.exists(2)) {
        if (!taken && !in_server(request.context(), request.raw(1))) throw ReplyError{replies::kNoKey};
        return request.reply(0);
    }
    if (!taken) return rename_in_server(request);
    if (request[1] != request[2]) {
        put_renamed(request, *entry);
        patiently([&] { request.cache().erase(request[1]); });
        request.changed(1, "rename_from", kGenericEvent);
        // In the server it is a new key. If it does not go to the cache, the server has told so.
        request.stored(2, "rename_to", request.takes(2), kGenericEvent);
    }
    return replaces == Replaces::yes ? request.reply_ok() : request.reply(1);
}

}  // namespace

int del(const Request& request) {
    return count(request, [](const Request& one, int at) { return erase_everywhere(one, at, "DEL"); });
}
int unlink(const Request& request) {
    return count(request, [](const Request& one, int at) { return erase_everywhere(one, at, "UNLINK"); });
}
int exists(const Request& request) {
    return count(request, [](const Request& one, int at) {
        const bool is_there = one.exists(at);
        if (!is_there) one.missed(at);
        return is_there;
    });
}

int ttl(const Request& request) { return show_life(request, Unit::seconds, Base::now); }
int pttl(const Request& request) { return show_life(request, Unit::milliseconds, Base::now); }
int expiretime(const Request& request) { return show_life(request, Unit::seconds, Base::epoch); }
int pexpiretime(const Request& request) { return show_life(request, Unit::milliseconds, Base::epoch); }
int expire(const Request& request) { return set_life(request, Unit::seconds, Base::now); }
int pexpire(const Request& request) { return set_life(request, Unit::milliseconds, Base::now); }
int expireat(const Request& request) { return set_life(request, Unit::seconds, Base::epoch); }
int pexpireat(const Request& request) { return set_life(request, Unit::milliseconds, Base::epoch); }

int persist(const Request& request) {
    if (request.is_elsewhere(1)) return request.forward();
    const auto ttl = request.cache().ttl(request[1]);
    if (!ttl || *ttl == kForever || !request.cache().persist(request[1])) return request.reply(0);
    request.changed(1, "persist", kGenericEvent);
    return request.reply(1);
}

int type(const Request& request) {
    if (request.is_elsewhere(1)) return request.forward();
    if (request.cache().contains(request[1])) return request.reply_simple("string");
    request.missed(1);
    return request.reply_simple("none");
}

int rename(const Request& request) { return rename_key(request, Replaces::yes); }
int renamenx(const Request& request) { return rename_key(request, Replaces::no); }

namespace {

/// Redis has one object for each number below 10,000, which is never freed; INT_MAX stands for that.
int references_to(std::string_view value) {
    constexpr std::int64_t kShared = 10000;
    const bool is_number = !value.empty() && value.size() <= 4;
    const auto number = is_number ? integer_in(value) : std::nullopt;
    return number && *number >= 0 && *number < kShared ? INT_MAX : 1;
}

/// The encoding that Redis would choose for such a string.
std::string_view encoding_of(std::string_view value) {
    constexpr std::size_t kEmbedded = 44;
    if (value.size() <= 20 && integer_in(value)) return "int";
    return value.size() <= kEmbedded ? "embstr" : "raw";
}

}  // namespace

int object(const Request& request) {
    if (request.count() != 3 || request.is_elsewhere(2)) return request.forward();
    const auto value = request.cache().get(request[2]);
    if (!value) return request.forward();
    if (request.is(1, "encoding")) return request.reply_bulk(encoding_of(*value));
    if (request.is(1, "refcount")) return request.reply(references_to(*value));
    if (request.is(1, "idletime")) return request.reply(0);
    return borrow(request);  // FREQ: the server says why it does not count, or begins with a new key
}

}  // namespace dummycache::redis
