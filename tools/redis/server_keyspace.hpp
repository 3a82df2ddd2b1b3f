// SPDX-License-Identifier: MIT
// The server's own keys, by calls of its own commands.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "tools/redis/api.hpp"

namespace dummycache::redis {

/// Whether the server's own keyspace has the key.
[[nodiscard]] bool in_server(Context* context, String* key);
/// And of which type.
[[nodiscard]] int server_type(Context* context, String* key);

/// What a call of the server's own commands replied; freed at the end.
class ServerReply {
public:
    explicit ServerReply(CallReply* reply) noexcept : reply_(reply) {}
    ~ServerReply() {
        if (reply_ != nullptr) api::FreeCallReply(reply_);
    }
    ServerReply(const ServerReply&) = delete;
    ServerReply& operator=(const ServerReply&) = delete;

    [[nodiscard]] CallReply* get() const noexcept { return reply_; }
    [[nodiscard]] bool is_error() const noexcept;
    [[nodiscard]] std::int64_t integer() const noexcept;  ///< 0 if it is none
    [[nodiscard]] std::size_t size() const noexcept { return api::CallReplyLength(reply_); }
    [[nodiscard]] CallReply* at(std::size_t index) const noexcept {
        return api::CallReplyArrayElement(reply_, index);
    }
    [[nodiscard]] std::string_view text() const noexcept { return text_of(reply_); }
    [[nodiscard]] static std::string_view text_of(CallReply* reply) noexcept;

private:
    CallReply* reply_;
};

/// Another database is selected while it lives.
class Selected {
public:
    Selected(Context* context, int db) : context_(context), before_(api::GetSelectedDb(context)) {
        is_there_ = api::SelectDb(context, db) == kOk;
    }
    ~Selected() { api::SelectDb(context_, before_); }
    Selected(const Selected&) = delete;
    Selected& operator=(const Selected&) = delete;
    [[nodiscard]] bool is_there() const noexcept { return is_there_; }

private:
    Context* context_;
    int before_;
    bool is_there_ = false;
};

/// The command as its user called it, by the server itself, with his rights and in his protocol. Null if the server
/// refuses to have a module call it.
[[nodiscard]] CallReply* call_as_client(Context* context, const char* command, String** argv, int argc);
/// Replies with what that replied; throws ReplyError if it was refused.
int reply_with(Context* context, const ServerReply& reply);
/// Both.
int forward_call(Context* context, const char* command, String** argv, int argc);

/// A call of the module's own, with the module's rights: a client that may call the proxy command may have this
/// done.
[[nodiscard]] CallReply* call_with_key(Context* context, const char* command, String* key);

/// Deletes the key in the server, if it is there; says whether it was.
bool delete_in_server(Context* context, String* key);

}  // namespace dummycache::redis
