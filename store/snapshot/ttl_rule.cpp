// SPDX-License-Identifier: MIT
#include <cmath>

#include "dummycache/snapshot.hpp"

namespace dummycache {

TtlRule TtlRule::scale(double factor) {
    if (!(factor > 0) || std::isinf(factor)) {
        throw Error(ErrorCode::invalid_argument,
                    "ttl: a factor is a number above 0; to let entries live for ever, drop their ttl");
    }
    return {Kind::scale, factor};
}

std::chrono::microseconds TtlRule::operator()(std::chrono::microseconds ttl) const noexcept {
    if (ttl == kForever || kind_ == Kind::drop) return kForever;
    if (kind_ == Kind::keep) return ttl;
    constexpr double kMost = 1000.0 * 365.25 * 86'400e6;  // of a Timeout; more is for ever
    const double scaled = std::ceil(static_cast<double>(ttl.count()) * factor_);
    if (scaled >= kMost) return kForever;
    return std::chrono::microseconds(std::max<std::int64_t>(1, static_cast<std::int64_t>(scaled)));
}

}  // namespace dummycache
