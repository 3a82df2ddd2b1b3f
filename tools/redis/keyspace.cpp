// SPDX-License-Identifier: MIT
// Commands on the whole keyspace of a database, both parts: KEYS, SCAN, DBSIZE, RANDOMKEY, FLUSHDB and the like.
#include <cstdlib>
#include <random>
#include <unordered_set>

#include <dummycache/scan.hpp>

#include "tools/redis/commands.hpp"
#include "tools/redis/glob.hpp"
#include "tools/redis/key_walk.hpp"
#include "tools/redis/module_state.hpp"
#include "tools/redis/patience.hpp"
#include "tools/redis/server_keyspace.hpp"

namespace dummycache::redis {

namespace {

constexpr std::size_t kStep = 4096;

/// Whether clients of this database may see the key. With a prefix the cache may have other keys too.
bool is_shown(const Request& request, std::string_view key) {
    return request.rules() == Rules::cache || takes_key(key);
}

void each_shown_key(const Request& request, const std::function<void(std::string_view)>& visit) {
    each_key(request.cache(), [&](std::string_view key) {
        if (is_shown(request, key)) visit(key);
    });
}

std::int64_t count_keys(const Request& request) {
    if (const auto entries = rough_count(request.cache())) return static_cast<std::int64_t>(*entries);
    std::unordered_set<std::string> keys;
    each_shown_key(request, [&](std::string_view key) { keys.emplace(key); });
    return static_cast<std::int64_t>(keys.size());
}

constexpr const char* kInvalidCursor = "ERR invalid cursor";

std::uint64_t cursor_in(std::string_view text) {
    const auto cursor = number_in<std::uint64_t>(text);
    if (!cursor) throw ReplyError{kInvalidCursor};
    return *cursor;
}

/// The cursor that a client gives. What is more than digits, as +0, one server takes and another does not. So the server
/// is asked.
std::uint64_t cursor_of(const Request& request) {
    if (const auto cursor = number_in<std::uint64_t>(request[1])) return *cursor;
    if (request.rules() == Rules::cache) throw ReplyError{kInvalidCursor};
    const ServerReply reply(request.call_server());
    if (reply.is_error()) throw ReplyError{std::string(reply.text())};
    return std::strtoull(std::string(request[1]).c_str(), nullptr, 10);
}

struct ScanOptions {
    std::optional<std::string_view> match;
    std::optional<std::string_view> type;
    std::size_t count = 10;
};

ScanOptions scan_options(const Request& request) {
    ScanOptions options;
    for (int at = 2; at < request.count(); at += 2) {
        if (at + 1 == request.count()) throw ReplyError{replies::kSyntax};
        if (request.is(at, "count")) {
            const std::int64_t count = request.integer(at + 1);
            if (count < 1) throw ReplyError{replies::kSyntax};
            options.count = static_cast<std::size_t>(count);
        } else if (request.is(at, "match")) {
            options.match = request[at + 1];
        } else if (request.is(at, "type")) {
            options.type = request[at + 1];
        } else {
            throw ReplyError{replies::kSyntax};
        }
    }
    return options;
}

int reply_scan(const Request& request, std::uint64_t cursor, const std::vector<std::string>& keys) {
    request.reply_array(2);
    request.reply_bulk(std::string_view(std::to_string(cursor)));
    request.reply_array(keys.size());
    for (const std::string& key : keys) request.reply_bulk(std::string_view(key));
    return kOk;
}

/// Adds some keys of the cache to `keys`. Returns the next cursor, 0 at the end. One step of the cache goes through few
/// keys if there are few: so it makes several, as a small database ends after one call in a plain server.
std::uint64_t scan_cache(const Request& request, std::uint64_t cursor, const ScanOptions& options,
                         std::vector<std::string>& keys) {
    constexpr std::size_t kMost = 100'000;
    constexpr int kSteps = 100;  // some hundred places each
    if (options.type && lowercase(*options.type) != "string") return 0;
    const std::size_t wanted = std::min(options.count, kMost);
    std::size_t seen = 0;
    for (int step = 0; step == 0 || (cursor != 0 && seen < wanted && step < kSteps); ++step) {
        cursor = scan(request.cache(), cursor, wanted - seen, [&](std::string_view key) {
            ++seen;
            if (is_shown(request, key) && (!options.match || glob_matches_redis(*options.match, key)))
                keys.emplace_back(key);
        });
    }
    return cursor;
}

/// Adds some keys of the server, found by its own SCAN, without those that the cache has too. Returns the next cursor.
std::uint64_t scan_server(const Request& request, std::uint64_t cursor, std::vector<std::string>& keys) {
    const OwnString text(request.context(), std::to_string(cursor));
    std::vector<String*> argv(request.raws() + 1, request.raws() + request.count());
    argv[0] = text.get();
    const ServerReply reply(
        call_as_client(request.context(), "SCAN", argv.data(), static_cast<int>(argv.size())));
    if (reply.is_error()) throw ReplyError{std::string(reply.text())};
    CallReply* const found = reply.at(1);
    for (std::size_t i = 0; i < api::CallReplyLength(found); ++i) {
        const std::string_view key = ServerReply::text_of(api::CallReplyArrayElement(found, i));
        if (!takes_key(key) || !request.cache().contains(key)) keys.emplace_back(key);
    }
    return cursor_in(ServerReply::text_of(reply.at(0)));
}

/// A random key of the cache. Among many keys a random place is chosen, and one of the keys there.
std::optional<std::string> random_key_of(const Request& request) {
    static std::mt19937_64 random{std::random_device{}()};
    constexpr std::uint64_t kFew = 2000;
    constexpr int kTries = 64;
    constexpr unsigned kCursorBits = 27;  // as many as the largest cache uses
    std::vector<std::string> keys;
    const auto collect = [&](std::string_view key) {
        if (is_shown(request, key)) keys.emplace_back(key);
    };
    if (request.cache().stats().entries > kFew) {
        for (int i = 0; i < kTries && keys.empty(); ++i)
            static_cast<void>(
                scan(request.cache(), random() >> (64 - kCursorBits + random() % 8), 16, collect));
    }
    if (keys.empty()) each_shown_key(request, collect);
    if (keys.empty()) return std::nullopt;
    return keys[random() % keys.size()];
}

/// Deletes all keys that clients of this database may see. With a prefix that is done key by key.
void clear(const Request& request, Cache& cache) {
    if (state().settings.takeover.kind != Takeover::Kind::prefix) return patiently([&] { cache.clear(); });
    std::vector<std::string> keys;
    each_shown_key(request, [&](std::string_view key) { keys.emplace_back(key); });
    for (const std::string& key : keys) patiently([&] { cache.erase(key); });
}

/// The server's own command comes first: it knows who may call it, and with which arguments. Its reply is given when the
/// caches are cleared too.
template <class Clear>
int flush(const Request& request, Clear&& clear_caches) {
    const ServerReply reply(request.call_server());
    if (!reply.is_error()) {
        clear_caches();
        tell_of_changes(request.context());
    }
    return reply_with(request.context(), reply);
}

}  // namespace

int keys(const Request& request) {
    std::unordered_set<std::string> found;
    each_shown_key(request, [&](std::string_view key) {
        if (glob_matches_redis(request[1], key)) found.emplace(key);
    });
    if (request.rules() == Rules::redis) {
        const ServerReply reply(request.call_server());
        if (reply.is_error()) throw ReplyError{std::string(reply.text())};
        for (std::size_t i = 0; i < reply.size(); ++i) found.emplace(ServerReply::text_of(reply.at(i)));
    }
    request.reply_array(found.size());
    for (const std::string& key : found) request.reply_bulk(std::string_view(key));
    return kOk;
}

/// The server's keys come first, then the cache's. The lowest bit of a cursor says where it goes on: 1 is the cache.
int scan_command(const Request& request) {
    const std::uint64_t cursor = cursor_of(request);
    const ScanOptions options = scan_options(request);
    std::vector<std::string> keys;
    if (request.rules() == Rules::cache) {
        const std::uint64_t next = scan_cache(request, cursor, options, keys);
        return reply_scan(request, next, keys);
    }
    const bool in_cache = (cursor & 1) != 0;
    if (!in_cache) {
        const std::uint64_t next = scan_server(request, cursor >> 1, keys);
        if (next != 0) return reply_scan(request, next << 1, keys);
    }
    const std::uint64_t next = scan_cache(request, in_cache ? cursor >> 1 : 0, options, keys);
    return reply_scan(request, next == 0 ? 0 : next << 1 | 1, keys);
}

int dbsize(const Request& request) {
    std::int64_t count = count_keys(request);
    if (request.rules() == Rules::redis)
        count += ServerReply(api::Call(request.context(), "DBSIZE", "E")).integer();
    return request.reply(count);
}

int randomkey(const Request& request) {
    const ServerReply theirs(api::Call(request.context(), "RANDOMKEY", "E"));
    const auto ours = random_key_of(request);
    static std::minstd_rand coin;
    if (!ours || (theirs.is_text() && coin() % 2 == 0)) return reply_with(request.context(), theirs);
    return request.reply_bulk(std::string_view(*ours));
}

int flushdb(const Request& request) {
    return flush(request, [&] { clear(request, request.cache()); });
}

int flushall(const Request& request) {
    return flush(request, [&] {
        for (const int slot : state().caches.databases()) {
            const Selected other(request.context(), state().caches.databases_of(slot).front());
            clear(request, state().caches.of_slot(slot));
        }
    });
}

/// Caches cannot swap their names, so the server would swap only its part of the two keyspaces.
int swapdb(const Request& request) {
    if (state().settings.takeover.kind == Takeover::Kind::prefix || request.count() != 3)
        return request.forward();
    const auto one = request.database(1);
    const auto two = request.database(2);
    if (!one || !two || one == two || !(takes_db(*one) || takes_db(*two))) return request.forward();
    throw ReplyError{"ERR SWAPDB is not possible while dummycache serves one of the databases"};
}

}  // namespace dummycache::redis
