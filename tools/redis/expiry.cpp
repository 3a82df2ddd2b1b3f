// SPDX-License-Identifier: MIT
#include "tools/redis/expiry.hpp"

#include <limits>

#include <fmt/format.h>

namespace dummycache::redis {

namespace {

using std::chrono::microseconds;

constexpr std::int64_t kMsInSecond = 1000;
constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t kMostMs = std::int64_t{999} * 365 * 86'400 * kMsInSecond;

std::int64_t unix_us() {
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    return std::chrono::duration_cast<microseconds>(now).count();
}

[[noreturn]] void refuse(const Request& request) {
    throw ReplyError{fmt::format("ERR invalid expire time in '{}' command", request.name())};
}

struct TimeOption {
    const char* word;
    Unit unit;
    Base base;
};
constexpr TimeOption kTimeOptions[] = {{"ex", Unit::seconds, Base::now},
                                       {"px", Unit::milliseconds, Base::now},
                                       {"exat", Unit::seconds, Base::epoch},
                                       {"pxat", Unit::milliseconds, Base::epoch}};

const TimeOption* time_option(const Request& request, int at) {
    for (const TimeOption& option : kTimeOptions)
        if (request.is(at, option.word)) return &option;
    return nullptr;
}

}  // namespace

Timeout timeout_of_ms(std::int64_t ms) { return std::chrono::milliseconds(std::min(ms, kMostMs)); }

Timeout timeout_of(const Request& request, std::int64_t number, Unit unit, Base base, Past past) {
    if (number <= 0 && past == Past::is_error) refuse(request);
    if (unit == Unit::seconds) {
        if (number > kMost / kMsInSecond || number < -(kMost / kMsInSecond)) refuse(request);
        number *= kMsInSecond;
    }
    const std::int64_t now_us = unix_us();
    if (base == Base::now) {
        if (number > kMost - now_us / 1000) refuse(request);
        return timeout_of_ms(number);
    }
    if (number > now_us / 1000 + kMostMs) return timeout_of_ms(kMostMs);
    if (number < 0) return microseconds(0);
    return microseconds(number * 1000 - now_us);
}

std::int64_t unix_ms_after(microseconds ttl) { return (unix_us() + ttl.count() + 500) / 1000; }

std::int64_t shown(microseconds ttl, Unit unit, Base base) {
    const std::int64_t ms = base == Base::epoch ? unix_ms_after(ttl) : (ttl.count() + 999) / 1000;
    return unit == Unit::seconds ? (ms + kMsInSecond / 2) / kMsInSecond : ms;
}

SetOptions set_options(const Request& request, int first, OptionsOf command) {
    SetOptions options;
    const TimeOption* time = nullptr;
    int number_at = 0;
    const bool is_set = command == OptionsOf::set;
    for (int at = first; at < request.count(); ++at) {
        const bool has_more = at + 1 < request.count();
        const bool has_time = time != nullptr || options.keep_ttl || options.persist;
        if (is_set && request.is(at, "nx") && !options.only_present) {
            options.only_absent = true;
        } else if (is_set && request.is(at, "xx") && !options.only_absent) {
            options.only_present = true;
        } else if (is_set && request.is(at, "get")) {
            options.get = true;
        } else if (is_set && request.is(at, "keepttl") && (!has_time || options.keep_ttl)) {
            options.keep_ttl = true;
        } else if (!is_set && request.is(at, "persist") && (!has_time || options.persist)) {
            options.persist = true;
        } else if (const TimeOption* const option = time_option(request, at);
                   option != nullptr && has_more && !options.keep_ttl && !options.persist &&
                   (time == nullptr || time == option)) {
            time = option;
            number_at = ++at;
        } else {
            throw ReplyError{replies::kSyntax};
        }
    }
    if (time != nullptr) options.time = {number_at, time->unit, time->base};
    return options;
}

std::optional<Timeout> timeout_in(const Request& request, const SetOptions& options) {
    if (options.time.at == 0) return std::nullopt;
    const Past past = request.rules() == Rules::redis ? Past::is_error : Past::is_over;
    return timeout_of(request, request.integer(options.time.at), options.time.unit, options.time.base, past);
}

}  // namespace dummycache::redis
