// SPDX-License-Identifier: MIT
// Times of Redis as times of the cache, and back.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include <dummycache/timeout.hpp>

#include "tools/redis/request.hpp"

namespace dummycache::redis {

enum class Unit : std::uint8_t { seconds, milliseconds };
enum class Base : std::uint8_t { now, epoch };
/// Whether a time that is over is an error or deletes the key.
enum class Past : std::uint8_t { is_over, is_error };

/// More than 999 years count as 999 years.
[[nodiscard]] Timeout timeout_of_ms(std::int64_t ms);

/// The timeout for the number in a command. Throws ReplyError if Redis does not take the number.
[[nodiscard]] Timeout timeout_of(const Request& request, std::int64_t number, Unit unit, Base base,
                                 Past past);

/// What TTL, PTTL, EXPIRETIME and PEXPIRETIME reply for a remaining time.
[[nodiscard]] std::int64_t shown(std::chrono::microseconds ttl, Unit unit, Base base);

/// Milliseconds since 1970 of the moment that is `ttl` from now.
[[nodiscard]] std::int64_t unix_ms_after(std::chrono::microseconds ttl);

/// The options of SET and GETEX, which follow the value or the key.
struct SetOptions {
    bool only_absent = false;   ///< NX
    bool only_present = false;  ///< XX
    bool get = false;
    bool keep_ttl = false;
    bool persist = false;
    struct {
        int at = 0;  ///< the index of the number among the arguments; 0: there is none
        Unit unit{};
        Base base{};
    } time;
};
enum class OptionsOf : std::uint8_t { set, getex };
[[nodiscard]] SetOptions set_options(const Request& request, int first, OptionsOf command);

/// The timeout in the options. Throws ReplyError if Redis does not take the number.
[[nodiscard]] std::optional<Timeout> timeout_in(const Request& request, const SetOptions& options);

}  // namespace dummycache::redis
