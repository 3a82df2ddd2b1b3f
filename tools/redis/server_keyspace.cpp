// SPDX-License-Identifier: MIT
#include "tools/redis/server_keyspace.hpp"

#include <cerrno>
#include <string>

#include "tools/redis/argument_text.hpp"
#include "tools/redis/reply_error.hpp"
#include "tools/redis/server_key.hpp"

namespace dummycache::redis {

namespace {

constexpr int kTextReply = 0;
constexpr int kErrorReply = 1;
constexpr int kIntegerReply = 2;
constexpr int kListReply = 3;
constexpr int kNullReply = 4;
constexpr int kVerbatimReply = 10;

}  // namespace

int server_type(Context* context, String* key) {
    if (api::DbSize != nullptr && api::DbSize(context) == 0) return kNoKey;
    return ServerKey(context, key).type();
}

bool in_server(Context* context, String* key) { return server_type(context, key) != kNoKey; }

bool ServerReply::is_error() const noexcept {
    return reply_ == nullptr || api::CallReplyType(reply_) == kErrorReply;
}

bool ServerReply::is_text() const noexcept {
    return reply_ != nullptr && api::CallReplyType(reply_) == kTextReply;
}

bool ServerReply::is_null() const noexcept {
    return reply_ != nullptr && api::CallReplyType(reply_) == kNullReply;
}

bool ServerReply::is_list(CallReply* reply) noexcept { return api::CallReplyType(reply) == kListReply; }

std::int64_t ServerReply::integer() const noexcept {
    if (reply_ == nullptr || api::CallReplyType(reply_) != kIntegerReply) return 0;
    return api::CallReplyInteger(reply_);
}

std::string_view ServerReply::text_of(CallReply* reply) noexcept {
    std::size_t size = 0;
    if (reply == nullptr) return {};
    const char* format = nullptr;
    // So it is if the client speaks RESP3, and the text is one for people, as INFO's.
    const bool is_verbatim = api::CallReplyVerbatim != nullptr && api::CallReplyType(reply) == kVerbatimReply;
    const char* const bytes =
        is_verbatim ? api::CallReplyVerbatim(reply, &size, &format) : api::CallReplyStringPtr(reply, &size);
    return bytes == nullptr ? std::string_view{} : std::string_view{bytes, size};
}

std::vector<KeyPlace> key_places(Context* context, std::string_view command, String** argv, int argc) {
    const OwnString name(context, command);
    std::vector<String*> words(argv, argv + argc);
    words[0] = name.get();
    int count = 0;
    int* flags = nullptr;
    int* const places = api::GetCommandKeysWithFlags(context, words.data(), argc, &count, &flags);
    std::vector<KeyPlace> keys;
    for (int i = 0; places != nullptr && i < count; ++i) keys.push_back({places[i], flags[i]});
    if (places != nullptr) api::Free(places);
    if (flags != nullptr) api::Free(flags);
    return keys;
}

int forward_call(Context* context, const char* command, String** argv, int argc) {
    return reply_with(context, ServerReply(call_as_client(context, command, argv, argc)));
}

CallReply* call_as_client(Context* context, const char* command, String** argv, int argc,
                          Replicates replicates) {
    const bool is_replicated = replicates == Replicates::yes;
    const auto count = static_cast<std::size_t>(argc);
    errno = 0;
    CallReply* const reply = api::Call(context, command, is_replicated ? "!0ECv" : "0ECv", argv, count);
    if (errno != ENOTSUP) return reply;
    // Nobody is the user: a replica hears its master, the append-only file is read, or another module calls.
    if (reply != nullptr) api::FreeCallReply(reply);
    return api::Call(context, command, is_replicated ? "!0Ev" : "0Ev", argv, count);
}

int reply_with(Context* context, const ServerReply& reply) {
    if (reply.get() == nullptr)
        throw ReplyError{"ERR the server does not let a module call this command here"};
    // A lent command whose user has no right to the server's own. Redis 7.0 has other words for it in a module's call.
    if (reply.is_error() && reply.text().find("acl verification failed") != std::string_view::npos)
        throw ReplyError{reply.text().find("keys") != std::string_view::npos ? replies::kNoRightToKey
                                                                             : replies::kNoRightToCommand};
    return api::ReplyWithCallReply(context, reply.get());
}

CallReply* call_with_key(Context* context, const char* command, String* key) {
    return api::Call(context, command, "!Es", key);
}

bool delete_in_server(Context* context, String* key, const char* command) {
    if (!in_server(context, key)) return false;
    return ServerReply(call_with_key(context, command, key)).integer() != 0;
}

}  // namespace dummycache::redis
