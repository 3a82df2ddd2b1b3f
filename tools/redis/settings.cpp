// SPDX-License-Identifier: MIT
#include "tools/redis/settings.hpp"

#include <optional>

#include <dummycache/error.hpp>
#include <dummycache/text.hpp>

#include <fmt/format.h>

#include "tools/redis/argument_text.hpp"

namespace dummycache::redis {

namespace {

[[noreturn]] void refuse(std::string_view name, std::string_view value, const char* wanted) {
    throw Error(ErrorCode::invalid_argument, fmt::format("{}: '{}' is not {}", name, value, wanted));
}

/// As redis.conf writes memory: 1024, 64kb, 64mb, 1gb; k, m and g are powers of 1000 there. Else as text::size_from
/// reads it: 64MiB, 1.5gb.
std::optional<std::uint64_t> bytes_in(std::string_view text) {
    struct Unit {
        std::string_view name;
        std::uint64_t bytes;
    };
    constexpr Unit kUnits[] = {{"k", 1'000}, {"m", 1'000'000}, {"g", 1'000'000'000}};
    const std::string small = lowercase(text);
    for (const Unit& unit : kUnits) {
        if (!small.ends_with(unit.name)) continue;
        const auto number =
            number_in<std::uint64_t>(std::string_view(small).substr(0, small.size() - unit.name.size()));
        if (!number || *number > (std::uint64_t{1} << 60) / unit.bytes) return std::nullopt;
        return *number * unit.bytes;
    }
    return text::size_from(small);
}

/// Milliseconds without a unit, as redis.conf has them for such settings; or a time with one, as 500ms or 1s.
std::optional<std::chrono::milliseconds> wait_in(std::string_view text) {
    constexpr std::chrono::milliseconds kMost(1000);
    if (const auto ms = number_in<std::uint64_t>(text)) {
        if (*ms > static_cast<std::uint64_t>(kMost.count())) return std::nullopt;
        return std::chrono::milliseconds(*ms);
    }
    const auto time = text::time_from(text);
    if (text.find_first_not_of("0123456789.+-") == text.npos || !time || time->count() < 0 || *time > kMost)
        return std::nullopt;
    return std::chrono::ceil<std::chrono::milliseconds>(*time);
}

Takeover takeover_in(std::string_view value) {
    constexpr std::string_view kPrefix = "prefix:";
    constexpr std::string_view kDb = "db:";
    constexpr std::uint64_t kMaxDb = 1'000'000;
    Takeover takeover;
    if (value == "off") return takeover;
    if (value == "all") {
        takeover.kind = Takeover::Kind::all;
    } else if (value.starts_with(kPrefix) && value.size() > kPrefix.size()) {
        takeover.kind = Takeover::Kind::prefix;
        takeover.prefix = value.substr(kPrefix.size());
    } else if (const auto db = number_in<std::uint64_t>(value.substr(std::min(value.size(), kDb.size())));
               value.starts_with(kDb) && db && *db < kMaxDb) {
        takeover.kind = Takeover::Kind::db;
        takeover.db = static_cast<int>(*db);
    } else {
        refuse("takeover", value, "off, all, db:N or prefix:P");
    }
    return takeover;
}

}  // namespace

void Settings::set(std::string_view name, std::string_view value) {
    if (name == "cache") {
        if (value.empty()) refuse(name, value, "the name or path of a cache");
        cache = value;
    } else if (name == "capacity") {
        const auto bytes = bytes_in(value);
        if (!bytes) refuse(name, value, "a number of bytes such as 64mb");
        options.capacity = *bytes;
    } else if (name == "takeover") {
        takeover = takeover_in(value);
    } else if (name == "lock-timeout") {
        const auto wait = wait_in(value);
        if (!wait)
            refuse(name, value, "a number of milliseconds, 0 to 1000, or a time with its unit, up to 1s");
        options.lock_timeout = *wait;
    } else if (name == "folder") {
        if (!value.empty() && value.front() != '/') refuse(name, value, "an absolute path");
        folder = value;
    } else {
        throw Error(
            ErrorCode::invalid_argument,
            fmt::format(
                "no setting is called '{}'; there are cache, capacity, takeover, lock-timeout and folder",
                name));
    }
}

}  // namespace dummycache::redis
