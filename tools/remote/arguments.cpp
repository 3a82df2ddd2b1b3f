// SPDX-License-Identifier: MIT
#include "arguments.hpp"

#include <dummycache/error.hpp>
#include <dummycache/limits.hpp>

namespace dummycache::remote {

void check_key(const What& what, std::string_view key) {
    if (!key.empty() && key.size() <= kMaxKeyBytes) return;
    throw Error(ErrorCode::invalid_argument, std::string(what.call) + ": a key of " +
                                                 std::to_string(key.size()) + " bytes is not between 1 and " +
                                                 std::to_string(kMaxKeyBytes) + " bytes");
}

void check_value(const What& what, std::string_view value) {
    constexpr std::size_t kMostBytes = std::size_t{512} << 20;  // a server's default limit
    if (value.size() <= kMostBytes) return;
    throw Error(ErrorCode::invalid_argument, what.text() + ": a value of " + std::to_string(value.size()) +
                                                 " bytes is larger than the 512 MiB that a server takes");
}

void check_timeout(const What& what, Timeout timeout) {
    if (timeout.kind() != Timeout::Kind::invalid) return;
    throw Error(ErrorCode::invalid_argument,
                what.text() + ": NaN and infinity are no timeouts; leave it out for ever");
}

std::string milliseconds_text(std::chrono::microseconds time) {
    return std::to_string(std::chrono::ceil<std::chrono::milliseconds>(time).count());
}

Request set_request(std::string_view key, std::string_view value, Timeout timeout, std::string_view condition,
                    Repeat repeat) {
    if (timeout.kind() == Timeout::Kind::forever)
        return condition.empty() ? request_for(repeat, {"SET", key, value})
                                 : request_for(repeat, {"SET", key, value, condition});
    const std::string time = milliseconds_text(std::chrono::microseconds(timeout.microseconds()));
    return condition.empty() ? request_for(repeat, {"SET", key, value, "PX", time})
                             : request_for(repeat, {"SET", key, value, "PX", time, condition});
}

}  // namespace dummycache::remote
