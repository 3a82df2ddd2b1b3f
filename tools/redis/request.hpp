// SPDX-License-Identifier: MIT
// One call of a command: its arguments, the cache it works on, and its reply.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <dummycache/cache.hpp>

#include "tools/redis/api.hpp"
#include "tools/redis/argument_text.hpp"
#include "tools/redis/reply_error.hpp"

namespace dummycache::redis {

/// dc:get stands for the server's GET.
inline constexpr std::string_view kProxyPrefix = "dc:";

/// Whose rules hold where both differ.
enum class Rules : std::uint8_t {
    cache,  ///< dc.get and so on: a timeout of zero or less deletes
    redis   ///< dc:get and so on, which stand for the server's commands: it is an error
};

/// Every function of a command gets one. Replies once, at its end: a command that throws has not replied.
class Request {
public:
    Request(Context* context, String** argv, int argc, Rules rules, Cache& cache) noexcept
        : context_(context), argv_(argv), argc_(argc), rules_(rules), cache_(&cache) {}

    [[nodiscard]] Context* context() const noexcept { return context_; }
    [[nodiscard]] int count() const noexcept { return argc_; }
    [[nodiscard]] String* raw(int at) const noexcept { return argv_[at]; }
    [[nodiscard]] String** raws() const noexcept { return argv_; }
    [[nodiscard]] std::string_view operator[](int at) const noexcept { return text_of(argv_[at]); }
    [[nodiscard]] Rules rules() const noexcept { return rules_; }
    [[nodiscard]] Cache& cache() const noexcept { return *cache_; }
    /// The command as its user called it, in small letters: "set" for dc:set, "dc.set" for DC.SET.
    [[nodiscard]] std::string name() const;

    /// An argument as an int64, as Redis reads one: throws ReplyError.
    [[nodiscard]] std::int64_t integer(int at) const;
    /// Whether the argument is this word, whatever its case.
    [[nodiscard]] bool is(int at, std::string_view word) const noexcept;

    /// Whether the cache may have this key. Always for DC commands, whose calls then say what is wrong with it.
    [[nodiscard]] bool takes(int at) const noexcept;
    /// Whether the key is in the server's own keyspace, or can only be there. Never for DC commands.
    [[nodiscard]] bool is_elsewhere(int at) const;
    /// Whether the key is there, in the cache or, for all but DC commands, in the server.
    [[nodiscard]] bool exists(int at) const;
    /// Has the server's own command do it. Null if the server refuses to have a module call that command.
    [[nodiscard]] CallReply* call_server() const;
    /// And replies with what that says.
    int forward() const;

    /// After each change: for WATCH, for clients that track keys, for keyspace events.
    void changed(int at, const char* event, int type = kStringEvent) const;

    int reply(std::int64_t number) const { return api::ReplyWithLongLong(context_, number); }
    int reply_bulk(std::string_view bytes) const {
        return api::ReplyWithStringBuffer(context_, bytes.data(), bytes.size());
    }
    int reply_bulk(const std::optional<std::string>& bytes) const {
        return bytes ? reply_bulk(std::string_view(*bytes)) : reply_null();
    }
    int reply_null() const { return api::ReplyWithNull(context_); }
    int reply_ok() const { return api::ReplyWithSimpleString(context_, "OK"); }
    int reply_simple(const char* text) const { return api::ReplyWithSimpleString(context_, text); }
    int reply_array(std::size_t size) const { return api::ReplyWithArray(context_, static_cast<long>(size)); }

private:
    Context* context_;
    String** argv_;
    int argc_;
    Rules rules_;
    Cache* cache_;
};

/// How long an entry goes on living, for one that takes its place.
[[nodiscard]] inline Timeout remaining(const Entry& entry) noexcept {
    return entry.ttl == kForever ? Timeout() : Timeout(entry.ttl);
}

}  // namespace dummycache::redis
