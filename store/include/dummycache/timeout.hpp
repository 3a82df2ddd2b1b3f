// SPDX-License-Identifier: MIT
// The time that an entry lives, as an argument of calls.
#pragma once

#include "dummycache/detail/language.hpp"

#include <chrono>
#include <cmath>
#include <cstdint>
#include <ratio>
#include <type_traits>

namespace dummycache {

/// How long an entry lives from now on: for ever (the default), or any std::chrono duration.
///
/// A duration of zero or less means "already over": a set with it stores nothing and deletes the old entry.
/// A positive duration is rounded up to a whole microsecond; one of 1,000 years or more is for ever. NaN
/// and infinity are kept as `invalid`, and the call that gets them throws.
class Timeout {
public:
    enum class Kind : std::uint8_t { forever, finite, over, invalid };

    constexpr Timeout() noexcept = default;

    template <class Rep, class Period>
    constexpr Timeout(std::chrono::duration<Rep, Period> duration) noexcept {  // NOLINT: implicit by design
        if constexpr (std::is_floating_point_v<Rep>) {
            if (!(duration.count() - duration.count() == Rep{0})) {  // NaN or infinite
                kind_ = Kind::invalid;
                return;
            }
        }
        if (!(duration > duration.zero())) {
            kind_ = Kind::over;
            return;
        }
        using Seconds = std::chrono::duration<long double>;
        if (std::chrono::duration_cast<Seconds>(duration).count() >= kForeverSeconds) return;
        kind_ = Kind::finite;
        microseconds_ = std::chrono::ceil<std::chrono::microseconds>(duration).count();
        if (microseconds_ < 1) microseconds_ = 1;
    }

    [[nodiscard]] static constexpr Timeout forever() noexcept { return {}; }
    [[nodiscard]] constexpr Kind kind() const noexcept { return kind_; }
    /// Only of a finite timeout: 1 or more.
    [[nodiscard]] constexpr std::int64_t microseconds() const noexcept { return microseconds_; }

private:
    static constexpr long double kForeverSeconds = 1000.0L * 365.25L * 86'400.0L;

    Kind kind_ = Kind::forever;
    std::int64_t microseconds_ = 0;
};

}  // namespace dummycache
