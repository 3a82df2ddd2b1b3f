// SPDX-License-Identifier: MIT
// Calls for one key.
#include <dummycache/remote.hpp>

#include <array>
#include <limits>

#include "answer.hpp"
#include "arguments.hpp"
#include "router.hpp"

namespace dummycache {

using namespace remote;

Remote Remote::connect(std::string_view address, const RemoteOptions& options) {
    return Remote(std::make_shared<Router>(parse_address(address), options));
}

bool Remote::is_address(std::string_view text) noexcept { return remote::is_address(text); }

const std::string& Remote::address() const noexcept { return router_->address(); }

namespace {

/// Checks the arguments of a call that stores. True if the timeout is over: then nothing is stored.
bool checked_is_over(const What& what, std::string_view value, Timeout timeout) {
    check_key(what, what.key);
    check_value(what, value);
    check_timeout(what, timeout);
    return timeout.kind() == Timeout::Kind::over;
}

bool erase_key(Router& router, const What& what) {
    check_key(what, what.key);
    const Reply reply = router.run(request_for(Repeat::never, {"DEL", what.key}), what);
    return integer_in(*reply, router, what) > 0;
}

}  // namespace

bool Remote::set(std::string_view key, std::string_view value, Timeout timeout) {
    const What what{"set", key};
    if (checked_is_over(what, value, timeout)) {
        erase_key(*router_, what);
        return false;
    }
    router_->run(set_request(key, value, timeout), what);
    return true;
}

std::optional<std::string> Remote::get(std::string_view key) const {
    const What what{"get", key};
    check_key(what, key);
    const Reply reply = router_->run(request_for(Repeat::once, {"GET", key}), what);
    return value_in(*reply, *router_, what);
}

bool Remote::get(std::string_view key, std::string& value) const {
    auto found = get(key);
    if (found) value = *std::move(found);
    return found.has_value();
}

bool Remote::add(std::string_view key, std::string_view value, Timeout timeout) {
    const What what{"add", key};
    if (checked_is_over(what, value, timeout)) return false;
    return !is_nil(*router_->run(set_request(key, value, timeout, "NX"), what));
}

bool Remote::replace(std::string_view key, std::string_view value, Timeout timeout) {
    const What what{"replace", key};
    if (checked_is_over(what, value, timeout)) return erase_key(*router_, what);
    return !is_nil(*router_->run(set_request(key, value, timeout, "XX"), what));
}

bool Remote::erase(std::string_view key) { return erase_key(*router_, {"erase", key}); }

bool Remote::contains(std::string_view key) const {
    const What what{"contains", key};
    check_key(what, key);
    const Reply reply = router_->run(request_for(Repeat::once, {"EXISTS", key}), what);
    return integer_in(*reply, *router_, what) > 0;
}

bool Remote::touch(std::string_view key, Timeout timeout) {
    const What what{"touch", key};
    check_timeout(what, timeout);
    if (timeout.kind() == Timeout::Kind::over) return erase_key(*router_, what);
    if (timeout.kind() == Timeout::Kind::forever) return persist(key);
    check_key(what, key);
    const std::string time = milliseconds_text(std::chrono::microseconds(timeout.microseconds()));
    const Reply reply = router_->run(request_for(Repeat::never, {"PEXPIRE", key, time}), what);
    return integer_in(*reply, *router_, what) > 0;
}

bool Remote::persist(std::string_view key) {
    const What what{"persist", key};
    check_key(what, key);
    for (;;) {
        // PERSIST replies 0 for an absent key and for a key without a deadline. PTTL tells the two apart.
        std::array<Request, 2> requests{request_for(Repeat::once, {"PERSIST", key}),
                                        request_for(Repeat::once, {"PTTL", key})};
        router_->run_and_check(requests, what);
        if (integer_in(*requests[0].reply, *router_, what) > 0) return true;
        const auto left = ttl_in(*requests[1].reply, *router_, what);
        if (!left) return false;
        if (*left == kForever) return true;
        // Another client gave it a deadline in between.
    }
}

std::optional<std::chrono::microseconds> Remote::ttl(std::string_view key) const {
    const What what{"ttl", key};
    check_key(what, key);
    const Reply reply = router_->run(request_for(Repeat::once, {"PTTL", key}), what);
    return ttl_in(*reply, *router_, what);
}

std::int64_t Remote::incr(std::string_view key, std::int64_t delta) {
    const What what{"incr", key};
    check_key(what, key);
    const Reply reply =
        router_->run(request_for(Repeat::never, {"INCRBY", key, std::to_string(delta)}), what);
    return integer_in(*reply, *router_, what);
}

std::int64_t Remote::decr(std::string_view key, std::int64_t delta) {
    const What what{"decr", key};
    check_key(what, key);
    if (delta != std::numeric_limits<std::int64_t>::min()) {
        const Reply reply =
            router_->run(request_for(Repeat::never, {"DECRBY", key, std::to_string(delta)}), what);
        return integer_in(*reply, *router_, what);
    }
    // A server does not take 2^63 as one step, so the script adds 2^63 - 1 and then 1. Only a negative value leaves
    // room for both. For an absent key and for any other number the script itself replies with the overflow.
    static constexpr std::string_view kScript =
        "local value = redis.call('GET', KEYS[1])\n"
        "if not value or string.sub(value, 1, 1) ~= '-' then\n"
        "  if not value or string.match(value, '^%d+$') then\n"
        "    return redis.error_reply('ERR decrement would overflow')\n"
        "  end\n"
        "end\n"
        "redis.call('INCRBY', KEYS[1], '9223372036854775807')\n"
        "redis.call('INCRBY', KEYS[1], '1')\n"
        "return redis.call('GET', KEYS[1])";
    Request request{encoded({"EVAL", kScript, "1", key}), Repeat::never, slot_of(key)};
    const auto sum = value_in(*router_->run(std::move(request), what), *router_, what);
    return sum ? std::stoll(*sum) : 0;
}

std::size_t Remote::append(std::string_view key, std::string_view suffix) {
    const What what{"append", key};
    check_key(what, key);
    check_value(what, suffix);
    const Reply reply = router_->run(request_for(Repeat::never, {"APPEND", key, suffix}), what);
    return static_cast<std::size_t>(integer_in(*reply, *router_, what));
}

std::optional<std::string> Remote::take(std::string_view key) {
    const What what{"take", key};
    check_key(what, key);
    return value_in(*router_->run(request_for(Repeat::never, {"GETDEL", key}), what), *router_, what);
}

std::string Remote::get_or_set(std::string_view key, std::string_view value, Timeout timeout) {
    const What what{"get_or_set", key};
    if (checked_is_over(what, value, timeout)) {
        auto found = get(key);
        return found ? *std::move(found) : std::string(value);
    }
    for (;;) {
        // The request may be repeated: it stores only if the key is absent.
        std::array<Request, 2> requests{set_request(key, value, timeout, "NX", Repeat::once),
                                        request_for(Repeat::once, {"GET", key})};
        router_->run_and_check(requests, what);
        if (!is_nil(*requests[0].reply)) return std::string(value);
        if (auto found = value_in(*requests[1].reply, *router_, what)) return *std::move(found);
        // The entry that was there is gone already.
    }
}

}  // namespace dummycache
