// SPDX-License-Identifier: MIT
// What a server answers, and what it is asked, as bytes.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include <hiredis/hiredis.h>

namespace dummycache::remote {

struct FreeReply {
    void operator()(redisReply* reply) const noexcept { freeReplyObject(reply); }
};

/// One answer. A null pointer where there is none yet.
using Reply = std::unique_ptr<redisReply, FreeReply>;

[[nodiscard]] inline bool is_error(const redisReply& reply) noexcept {
    return reply.type == REDIS_REPLY_ERROR;
}
[[nodiscard]] inline bool is_nil(const redisReply& reply) noexcept { return reply.type == REDIS_REPLY_NIL; }

/// Of a string, a status or an error; empty for any other.
[[nodiscard]] inline std::string_view text_of(const redisReply& reply) noexcept {
    return reply.str == nullptr ? std::string_view{} : std::string_view(reply.str, reply.len);
}

[[nodiscard]] inline std::span<redisReply* const> items_of(const redisReply& reply) noexcept {
    if (reply.type != REDIS_REPLY_ARRAY) return {};
    return {reply.element, reply.elements};
}

/// A command in the form in which it travels.
[[nodiscard]] inline std::string encoded(std::initializer_list<std::string_view> words) {
    std::string bytes = "*" + std::to_string(words.size()) + "\r\n";
    for (const std::string_view word : words)
        bytes.append("$").append(std::to_string(word.size())).append("\r\n").append(word).append("\r\n");
    return bytes;
}

}  // namespace dummycache::remote
