// SPDX-License-Identifier: MIT
// Commands on numbers.
#include <cerrno>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <limits>

#include "tools/redis/commands.hpp"
#include "tools/redis/transfer.hpp"

namespace dummycache::redis {

namespace {

int add_integer(const Request& request, std::int64_t delta) {
    if (request.is_elsewhere(1)) return request.forward();
    const auto value = request.cache().get(request[1]);
    // Redis refuses a number with leading zeros. The cache takes it.
    if (value && !integer_in(*value)) throw ReplyError{replies::kNotInteger};
    try {
        const std::int64_t sum = request.cache().incr(request[1], delta);
        request.stored(1, "incrby", !value);  // DECR and DECRBY too, as in the server
        return request.reply(sum);
    } catch (const Error& error) {
        if (error.code() != ErrorCode::wrong_kind) throw;
        throw ReplyError{replies::kOverflow};
    }
}

std::int64_t negated(const Request& request, int at) {
    const std::int64_t number = request.integer(at);
    if (number == std::numeric_limits<std::int64_t>::min()) throw ReplyError{"ERR decrement would overflow"};
    return -number;
}

/// A number as Redis reads it: all of the text, finite or infinite.
std::optional<long double> real_in(std::string_view text) {
    constexpr std::size_t kLongest = 5 * 1024;
    if (text.empty() || text.size() >= kLongest ||
        std::isspace(static_cast<unsigned char>(text.front())) != 0)
        return std::nullopt;
    const std::string copy(text);
    char* end = nullptr;
    errno = 0;
    const long double number = std::strtold(copy.c_str(), &end);
    const bool overflows = errno == ERANGE && (std::isinf(number) || number == 0);
    if (end != copy.c_str() + copy.size() || overflows || errno == EINVAL || std::isnan(number))
        return std::nullopt;
    return number;
}

/// A number as Redis writes it: 17 digits after the point, without zeros at the end.
std::string text_of(long double number) {
    constexpr std::size_t kMost = 5 * 1024;
    std::string text(kMost, '\0');
    text.resize(static_cast<std::size_t>(std::snprintf(text.data(), text.size(), "%.17Lf", number)));
    if (text.find('.') != std::string::npos) {
        text.erase(text.find_last_not_of('0') + 1);
        if (text.back() == '.') text.pop_back();
    }
    return text == "-0" ? "0" : text;
}

}  // namespace

int incr(const Request& request) { return add_integer(request, 1); }
int decr(const Request& request) { return add_integer(request, -1); }
int incrby(const Request& request) { return add_integer(request, request.integer(2)); }
int decrby(const Request& request) { return add_integer(request, negated(request, 2)); }

int incrbyfloat(const Request& request) {
    if (request.is_elsewhere(1)) return request.forward();
    for (;;) {
        const auto entry = request.cache().get_entry(request[1]);
        const auto old = entry ? real_in(entry->value) : 0.0L;
        const auto delta = real_in(request[2]);
        if (!old || !delta) throw ReplyError{replies::kNotFloat};
        const long double sum = *old + *delta;
        if (std::isnan(sum) || std::isinf(sum)) throw ReplyError{replies::kNaN};
        const std::string text = text_of(sum);
        const bool stored = entry ? request.cache().set_if(request[1], text, entry->id, remaining(*entry),
                                                           kept_codec(*entry, text))
                                  : request.cache().add(request[1], text);
        if (!stored) continue;
        request.stored(1, "incrbyfloat", !entry);
        return request.reply_bulk(std::string_view(text));
    }
}

}  // namespace dummycache::redis
