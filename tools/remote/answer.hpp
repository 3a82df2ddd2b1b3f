// SPDX-License-Identifier: MIT
// Replies as C++ values. Each function throws ErrorCode::remote for a reply of another type.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include <dummycache/entry.hpp>

#include "request.hpp"
#include "router.hpp"

namespace dummycache::remote {

[[nodiscard]] inline std::int64_t integer_in(const redisReply& reply, const Router& router,
                                             const What& what) {
    if (reply.type != REDIS_REPLY_INTEGER) throw_unexpected(what.text(), router.address());
    return reply.integer;
}

/// A reply of nil is an empty optional.
[[nodiscard]] inline std::optional<std::string> value_in(const redisReply& reply, const Router& router,
                                                         const What& what) {
    if (is_nil(reply)) return std::nullopt;
    if (reply.type != REDIS_REPLY_STRING) throw_unexpected(what.text(), router.address());
    return std::string(text_of(reply));
}

/// The reply of PTTL, in milliseconds. A key that has less than one left is still there, so 0 counts as 1 us.
[[nodiscard]] inline std::optional<std::chrono::microseconds> ttl_in(const redisReply& reply,
                                                                     const Router& router, const What& what) {
    constexpr std::int64_t kAbsent = -2;
    constexpr std::int64_t kNoDeadline = -1;
    const std::int64_t left = integer_in(reply, router, what);
    if (left == kAbsent) return std::nullopt;
    if (left == kNoDeadline) return kForever;
    if (left < 1) return std::chrono::microseconds(1);
    return std::chrono::milliseconds(left);
}

}  // namespace dummycache::remote
