// SPDX-License-Identifier: MIT
// Commands for the administration of a cache: DC.CLEAR, checkpoints, DC.CLOCK, DC.STATS.
#include <cmath>

#include <dummycache/clock.hpp>
#include <dummycache/history.hpp>
#include <dummycache/text.hpp>

#include <fmt/format.h>

#include "tools/redis/commands.hpp"
#include "tools/redis/module_state.hpp"
#include "tools/redis/stats_fields.hpp"

namespace dummycache::redis {

namespace {

std::chrono::microseconds seconds_at(const Request& request, int at) {
    constexpr double kMost = 1e12;
    const std::string_view text = request[at];
    const auto time = text::time_from(text);
    if (!time)
        throw ReplyError{
            fmt::format("ERR '{}' is not a time; give seconds, or units as in 10m or 1h30m", text)};
    if (!(std::abs(time->count()) < kMost))
        throw ReplyError{
            fmt::format("ERR '{}' is too much; a cache's time ends after about 1,100 years", text)};
    return std::chrono::round<std::chrono::microseconds>(*time);
}

std::string decimal_seconds(std::chrono::microseconds time) {
    constexpr std::int64_t kSecond = 1'000'000;
    const std::int64_t us = std::abs(time.count());
    return fmt::format("{}{}.{:06}", time.count() < 0 ? "-" : "", us / kSecond, us % kSecond);
}

int reply_map(const Request& request, std::size_t size) {
    if (api::ReplyWithMap != nullptr) return api::ReplyWithMap(request.context(), static_cast<long>(size));
    return request.reply_array(2 * size);
}

int reply_reading(const Request& request, const Clock& clock) {
    const ClockReading reading = clock.read();
    reply_map(request, 3);
    request.reply_bulk(std::string_view("now"));
    request.reply_bulk(std::string_view(decimal_seconds(reading.now)));
    request.reply_bulk(std::string_view("offset"));
    request.reply_bulk(std::string_view(decimal_seconds(reading.offset)));
    request.reply_bulk(std::string_view("frozen"));
    return request.reply(reading.frozen ? 1 : 0);
}

}  // namespace

int clear_all(const Request& request) {
    request.cache().clear();
    tell_of_changes(request.context());
    return request.reply_ok();
}

int checkpoint(const Request& request) {
    request.cache().checkpoint(request[1]);
    return request.reply_ok();
}

int rollback(const Request& request) {
    request.cache().rollback(request[1]);
    tell_of_changes(request.context());
    return request.reply_ok();
}

int release(const Request& request) {
    request.cache().release(request[1]);
    return request.reply_ok();
}

int checkpoints(const Request& request) {
    const auto held = request.cache().checkpoints();
    request.reply_array(held.size());
    for (const Checkpoint& checkpoint : held)
        request.reply_bulk(std::string_view(checkpoint.name + (checkpoint.lost ? " (lost)" : "")));
    return kOk;
}

/// DC.CLOCK [FREEZE | RESUME | ADVANCE time | SET time [FORCE]]: replies with what the clock shows afterwards.
int clock(const Request& request) {
    Clock clock(request.cache());
    if (request.count() == 1) return reply_reading(request, clock);
    if (request.is(1, "freeze") && request.count() == 2) {
        clock.freeze();
    } else if (request.is(1, "resume") && request.count() == 2) {
        clock.resume();
    } else if (request.is(1, "advance") && request.count() == 3) {
        clock.advance(seconds_at(request, 2));
    } else if (request.is(1, "set") && request.count() == 3) {
        if (seconds_at(request, 2) < clock.now())
            throw ReplyError{"ERR that time is in the past; FORCE after it sets the clock back"};
        clock.set(seconds_at(request, 2));
    } else if (request.is(1, "set") && request.count() == 4 && request.is(3, "force")) {
        clock.set(seconds_at(request, 2), Backwards::allow);
    } else {
        throw ReplyError{replies::kSyntax};
    }
    tell_of_changes(request.context());
    return reply_reading(request, clock);
}

/// DC.WHY key
int why(const Request& request) {
    const std::string text = dummycache::why(request.cache(), request[1]).text();
    return request.reply_bulk(std::string_view(text));
}

int stats(const Request& request) {
    const Stats stats = request.cache().stats();
    reply_map(request, std::size(kStatsFields));
    for (const StatsField& field : kStatsFields) {
        request.reply_bulk(std::string_view(field.name));
        request.reply(static_cast<std::int64_t>(stats.*field.value));
    }
    return kOk;
}

}  // namespace dummycache::redis
