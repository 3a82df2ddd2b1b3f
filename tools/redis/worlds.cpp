// SPDX-License-Identifier: MIT
#include "tools/redis/worlds.hpp"

#include <charconv>

#include "tools/redis/expiry.hpp"
#include "tools/redis/request.hpp"

namespace dummycache::redis {

namespace {

constexpr std::size_t kMaxKeyBytes = 65'535;
constexpr int kErrorReply = 1;
constexpr int kIntegerReply = 2;

}  // namespace

std::string Caches::name_of_db(int db) const {
    const int slot = slot_of(db);
    return slot == 0 ? settings_.cache : settings_.cache + ".db" + std::to_string(slot);
}

Cache& Caches::attach(int slot) {
    auto found = attached_.find(slot);
    if (found == attached_.end())
        found = attached_.emplace(slot, Cache::open(name_of_db(slot), settings_.options)).first;
    if (slot == 0) first_ = &found->second;
    return found->second;
}

std::vector<int> Caches::databases() const {
    std::vector<int> all{0};
    if (settings_.takeover.kind != Takeover::Kind::all) return all;
    const std::string beginning = settings_.cache + ".db";
    for (const ListedCache& cache : Cache::list()) {
        if (!cache.name.starts_with(beginning)) continue;
        if (const auto db = integer_in(std::string_view(cache.name).substr(beginning.size())); db && *db > 0)
            all.push_back(static_cast<int>(*db));
    }
    return all;
}

void WatchedKeys::tell_of_flush(Context* context, const Cache& cache) const {
    for (const std::string& key : keys_) {
        if (!takes_key(key) || !cache.contains(key)) continue;
        String* const name = api::CreateString(context, key.data(), key.size());
        api::SignalModifiedKey(context, name);
        api::FreeString(context, name);
    }
}

bool takes_db(int db) noexcept {
    const Takeover& takeover = state().settings.takeover;
    return takeover.kind != Takeover::Kind::db || takeover.db == db;
}

bool takes_key(std::string_view key) noexcept {
    const Takeover& takeover = state().settings.takeover;
    if (key.empty() || key.size() > kMaxKeyBytes) return false;
    return takeover.kind != Takeover::Kind::prefix || key.starts_with(takeover.prefix);
}

int server_type(Context* context, String* key) {
    if (api::DbSize != nullptr && api::DbSize(context) == 0) return kNoKey;
    Key* const opened = api::OpenKey(context, key, kReadKey | kQuietly);
    if (opened == nullptr) return kNoKey;
    const int type = api::KeyType(opened);
    api::CloseKey(opened);
    return type;
}

bool in_server(Context* context, String* key) { return server_type(context, key) != kNoKey; }

bool ServerReply::is_error() const noexcept {
    return reply_ == nullptr || api::CallReplyType(reply_) == kErrorReply;
}

std::int64_t ServerReply::integer() const noexcept {
    if (reply_ == nullptr || api::CallReplyType(reply_) != kIntegerReply) return 0;
    return api::CallReplyInteger(reply_);
}

std::string_view ServerReply::text_of(CallReply* reply) noexcept {
    std::size_t size = 0;
    const char* const bytes = reply == nullptr ? nullptr : api::CallReplyStringPtr(reply, &size);
    return bytes == nullptr ? std::string_view{} : std::string_view{bytes, size};
}

int forward_call(Context* context, const char* command, String** argv, int argc) {
    return reply_with(context, ServerReply(call_as_client(context, command, argv, argc)));
}

CallReply* call_as_client(Context* context, const char* command, String** argv, int argc) {
    return api::Call(context, command, "!0ECv", argv, static_cast<std::size_t>(argc));
}

int reply_with(Context* context, const ServerReply& reply) {
    if (reply.get() == nullptr)
        throw ReplyError{"ERR the server does not let a module call this command here"};
    return api::ReplyWithCallReply(context, reply.get());
}

CallReply* call_with_key(Context* context, const char* command, String* key) {
    return api::Call(context, command, "!Es", key);
}

bool delete_in_server(Context* context, String* key) {
    if (!in_server(context, key)) return false;
    return ServerReply(call_with_key(context, "DEL", key)).integer() != 0;
}

Timeout remaining_in_server(Context* context, String* key) {
    const std::int64_t ttl_ms = ServerReply(call_with_key(context, "PTTL", key)).integer();
    return ttl_ms < 0 ? Timeout() : timeout_of_ms(ttl_ms);
}

Elsewhere move_to_cache(Context* context, String* key, Cache& cache) {
    const int type = server_type(context, key);
    if (type == kNoKey) return Elsewhere::absent;
    if (type != kStringKey) return Elsewhere::other_type;
    const ServerReply value(call_with_key(context, "GET", key));
    if (value.is_error()) throw ReplyError{"ERR the server's own GET failed: " + std::string(value.text())};
    cache.set(Request::text_of(key), value.text(), remaining_in_server(context, key));
    static_cast<void>(ServerReply(call_with_key(context, "DEL", key)));
    return Elsewhere::moved;
}

void copy_to_server(Context* context, String* key, const Entry& entry) {
    if (entry.ttl == kForever) {
        static_cast<void>(
            ServerReply(api::Call(context, "SET", "!Esb", key, entry.value.data(), entry.value.size())));
        return;
    }
    static_cast<void>(
        ServerReply(api::Call(context, "SET", "!Esbcl", key, entry.value.data(), entry.value.size(), "PXAT",
                              static_cast<long long>(unix_ms_after(entry.ttl)))));
}

}  // namespace dummycache::redis
