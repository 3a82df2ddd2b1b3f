// SPDX-License-Identifier: MIT
#include "tools/redis/server_keyspace.hpp"

#include <string>

#include "tools/redis/reply_error.hpp"

namespace dummycache::redis {

namespace {

constexpr int kErrorReply = 1;
constexpr int kIntegerReply = 2;

}  // namespace

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

}  // namespace dummycache::redis
