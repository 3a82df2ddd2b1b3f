// SPDX-License-Identifier: MIT
// Times as Redis gives and takes them, and as the cache does.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include <dummycache/timeout.hpp>

#include "tools/redis/request.hpp"

namespace dummycache::redis {

enum class Unit : std::uint8_t { seconds, milliseconds };
enum class Base : std::uint8_t { now, epoch };
/// What a time that is over is.
enum class Past : std::uint8_t { is_over, is_error };

/// Times of more than 999 years count as that.
[[nodiscard]] Timeout timeout_of_ms(std::int64_t ms);

/// How long an entry lives that is given this number. Throws ReplyError if Redis takes no such number.
[[nodiscard]] Timeout timeout_of(const Request& request, std::int64_t number, Unit unit, Base base,
                                 Past past);

/// What TTL, PTTL, EXPIRETIME and PEXPIRETIME say of a remaining life.
[[nodiscard]] std::int64_t shown(std::chrono::microseconds ttl, Unit unit, Base base);

/// Milliseconds since 1970 of the moment that is so far away.
[[nodiscard]] std::int64_t unix_ms_after(std::chrono::microseconds ttl);

/// What SET and GETEX take after the value or key.
struct SetOptions {
    bool only_absent = false;   ///< NX
    bool only_present = false;  ///< XX
    bool get = false;
    bool keep_ttl = false;
    bool persist = false;
    struct {
        int at = 0;  ///< of the number; 0: none
        Unit unit{};
        Base base{};
    } time;
};
enum class OptionsOf : std::uint8_t { set, getex };
[[nodiscard]] SetOptions set_options(const Request& request, int first, OptionsOf command);

/// The time that the options give; throws ReplyError if Redis takes no such number.
[[nodiscard]] std::optional<Timeout> timeout_in(const Request& request, const SetOptions& options);

}  // namespace dummycache::redis
