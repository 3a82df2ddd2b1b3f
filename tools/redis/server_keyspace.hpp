// SPDX-License-Identifier: MIT
// The server's part of a keyspace: the keys that the server itself has.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "tools/redis/api.hpp"
#include "tools/redis/server_key.hpp"

namespace dummycache::redis {

/// Whether the server has the key.
[[nodiscard]] bool in_server(Context* context, String* key);
/// The type of the key in the server: a KeyType, kNoKey if the server does not have it.
[[nodiscard]] int server_type(Context* context, String* key);

/// The reply of a command of the server. It is freed with the object.
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
    [[nodiscard]] bool is_text() const noexcept;
    [[nodiscard]] bool is_null() const noexcept;
    [[nodiscard]] static bool is_list(CallReply* reply) noexcept;
    [[nodiscard]] std::int64_t integer() const noexcept;  ///< 0 if the reply is no integer
    [[nodiscard]] std::size_t size() const noexcept { return api::CallReplyLength(reply_); }
    [[nodiscard]] CallReply* at(std::size_t index) const noexcept {
        return api::CallReplyArrayElement(reply_, index);
    }
    [[nodiscard]] std::string_view text() const noexcept { return text_of(reply_); }
    [[nodiscard]] static std::string_view text_of(CallReply* reply) noexcept;

private:
    CallReply* reply_;
};

/// Selects another database for as long as the object lives.
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

/// Where a command has a key among its arguments, and what it does with it, in the server's flags.
struct KeyPlace {
    int at;
    int flags;
};
/// The keys of a command of the server, as the server itself finds them: argv[0] may be any name.
[[nodiscard]] std::vector<KeyPlace> key_places(Context* context, std::string_view command, String** argv,
                                               int argc);

/// Calls a command of the server, with the rights and in the protocol of the client. Null if the server does not let a
/// module call it.
[[nodiscard]] CallReply* call_as_client(Context* context, const char* command, String** argv, int argc,
                                        Replicates replicates = Replicates::yes);
/// Replies with the reply of call_as_client. Throws ReplyError if that is null.
int reply_with(Context* context, const ServerReply& reply);
/// Calls a command of the server as the client, and replies with its reply.
int forward_call(Context* context, const char* command, String** argv, int argc);

/// Calls a command of the server with the module's own rights. They are enough: the client had the right to call the
/// proxy command.
[[nodiscard]] CallReply* call_with_key(Context* context, const char* command, String* key);

/// Deletes the key in the server. False if the server did not have it. With UNLINK another thread frees its memory.
bool delete_in_server(Context* context, String* key, const char* command = "DEL");

}  // namespace dummycache::redis
