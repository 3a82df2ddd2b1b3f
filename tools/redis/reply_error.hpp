// SPDX-License-Identifier: MIT
// Errors as the client gets them, in Redis' words.
#pragma once

#include <string>

#include "tools/redis/api.hpp"

namespace dummycache::redis {

/// Thrown to reply with an error; the text begins with its code.
struct ReplyError {
    std::string text;
};

namespace replies {
inline constexpr const char* kSyntax = "ERR syntax error";
inline constexpr const char* kUnsupported = "ERR Unsupported option ";
inline constexpr const char* kNotInteger = "ERR value is not an integer or out of range";
inline constexpr const char* kNotFloat = "ERR value is not a valid float";
inline constexpr const char* kOverflow = "ERR increment or decrement would overflow";
inline constexpr const char* kNaN = "ERR increment would produce NaN or Infinity";
inline constexpr const char* kWrongType = "WRONGTYPE Operation against a key holding the wrong kind of value";
inline constexpr const char* kNoKey = "ERR no such key";
inline constexpr const char* kNoRightToCommand = "NOPERM this user has no permissions to run this command";
inline constexpr const char* kNoRightToKey =
    "NOPERM this user has no permissions to access one of the keys used as arguments";
inline constexpr const char* kOffset = "ERR offset is out of range";
inline constexpr const char* kTooLong = "ERR string exceeds maximum allowed size (proto-max-bulk-len)";
}  // namespace replies

/// Replies with the error that a command threw. To be called in a catch block only.
int reply_with_exception(Context* context) noexcept;

}  // namespace dummycache::redis
