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

/// The proxy command dc:get stands for the server's GET.
inline constexpr std::string_view kProxyPrefix = "dc:";

/// "set" for dc:set, in small letters.
[[nodiscard]] inline std::string name_behind(const String* proxy) {
    return lowercase(text_of(proxy).substr(kProxyPrefix.size()));
}

/// The cache and Redis differ in some rules. These hold:
enum class Rules : std::uint8_t {
    cache,  ///< for dc.get and so on: a timeout of zero or less deletes
    redis   ///< for dc:get and so on: a timeout of zero or less is an error
};

/// Every function of a command gets one. It replies once, at its end. So a function that throws has not replied.
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

    /// An argument as an int64, as Redis reads it. Throws ReplyError if it is none.
    [[nodiscard]] std::int64_t integer(int at) const;
    /// The number of a database of the server. Empty if the argument is none.
    [[nodiscard]] std::optional<int> database(int at) const;
    /// Whether the argument is this word, in small or capital letters.
    [[nodiscard]] bool is(int at, std::string_view word) const noexcept;

    /// Whether the cache may have this key. Always true for DC commands: the cache's own call reports a wrong key.
    [[nodiscard]] bool takes(int at) const noexcept;
    /// Whether the server has the key, or only the server may have it. Never true for DC commands.
    [[nodiscard]] bool is_elsewhere(int at) const;
    /// Whether the cache has the key. For proxy commands: or the server has it.
    [[nodiscard]] bool exists(int at) const;
    /// Calls the server's own command with these arguments. Null if the server does not let a module call it.
    [[nodiscard]] CallReply* call_server() const;
    /// The same, and replicas and the append-only file get nothing of it.
    [[nodiscard]] CallReply* call_server_alone() const;
    /// Calls the server's own command, and replies with its reply.
    int forward() const;

    /// To be called after each change. It serves WATCH, clients that track keys, and keyspace events.
    void changed(int at, const char* event, int type = kStringEvent) const;
    /// The same of a change that stores the key, with what makes(at) said before.
    void stored(int at, const char* event, bool is_new, int type = kStringEvent) const;
    /// The same of a change of the remaining time alone.
    void got_time(int at, const Timeout& timeout) const;
    /// Whether the key is not there yet, if anybody wants the event `new`. Otherwise false, without a look.
    [[nodiscard]] bool makes(int at) const;
    /// To be called by a reader that finds no key: it serves the event `keymiss`. Returns an absent value.
    std::nullopt_t missed(int at) const;
    /// Sends a keyspace event more.
    void tell(int at, const char* event, int type) const;

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

/// The remaining time of an entry, as the timeout of the entry that replaces it.
[[nodiscard]] inline Timeout remaining(const Entry& entry) noexcept {
    return entry.ttl == kForever ? Timeout() : Timeout(entry.ttl);
}

}  // namespace dummycache::redis
