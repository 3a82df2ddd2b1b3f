// SPDX-License-Identifier: MIT
// One call of a command: its arguments, the cache it works on, and its reply.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <dummycache/cache.hpp>

#include "tools/redis/api.hpp"

namespace dummycache::redis {

/// Whose rules hold where both differ.
enum class Rules : std::uint8_t {
    cache,  ///< dc.get and so on: a timeout of zero or less deletes
    redis   ///< dc:get and so on, which stand for the server's commands: it is an error
};

/// Thrown to reply with an error; the text begins with its code.
struct ReplyError {
    std::string text;
};

namespace replies {
inline constexpr const char* kSyntax = "ERR syntax error";
inline constexpr const char* kNotInteger = "ERR value is not an integer or out of range";
inline constexpr const char* kNotFloat = "ERR value is not a valid float";
inline constexpr const char* kOverflow = "ERR increment or decrement would overflow";
inline constexpr const char* kNaN = "ERR increment would produce NaN or Infinity";
inline constexpr const char* kWrongType = "WRONGTYPE Operation against a key holding the wrong kind of value";
inline constexpr const char* kNoKey = "ERR no such key";
inline constexpr const char* kOffset = "ERR offset is out of range";
inline constexpr const char* kTooLong = "ERR string exceeds maximum allowed size (proto-max-bulk-len)";
}  // namespace replies

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
    /// Whether the key is in the server's own key space, or can only be there. Never for DC commands.
    [[nodiscard]] bool is_elsewhere(int at) const;
    /// Whether the key is there, in the cache or, for all but DC commands, in the server.
    [[nodiscard]] bool exists(int at) const;
    /// Has the server's own command do it, and replies with what that says.
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

    static std::string_view text_of(const String* string) noexcept {
        std::size_t size = 0;
        const char* const bytes = api::StringPtrLen(string, &size);
        return {bytes, size};
    }

private:
    Context* context_;
    String** argv_;
    int argc_;
    Rules rules_;
    Cache* cache_;
};

/// The number that the text is, as Redis reads one: no blanks, no plus, no leading zeros.
[[nodiscard]] std::optional<std::int64_t> integer_in(std::string_view text) noexcept;

/// How long an entry goes on living, for one that takes its place.
[[nodiscard]] inline Timeout remaining(const Entry& entry) noexcept {
    return entry.ttl == kForever ? Timeout() : Timeout(entry.ttl);
}

/// Replies with what a command threw. Called in a handler only.
int reply_with_exception(Context* context) noexcept;

}  // namespace dummycache::redis
