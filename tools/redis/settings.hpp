// SPDX-License-Identifier: MIT
// What the server's owner decides when the module is loaded.
#pragma once

#include <string>
#include <string_view>

#include <dummycache/limits.hpp>
#include <dummycache/options.hpp>

namespace dummycache::redis {

/// Which of the server's own commands the cache serves.
struct Takeover {
    enum class Kind { off, prefix, db, all };
    Kind kind = Kind::off;
    std::string prefix;  ///< of keys, if kind is prefix
    int db = 0;          ///< if kind is db

    /// Whether the cache has the strings of this database, or with this key.
    [[nodiscard]] bool takes_db(int number) const noexcept { return kind != Kind::db || db == number; }
    [[nodiscard]] bool takes_key(std::string_view key) const noexcept {
        if (key.empty() || key.size() > kMaxKeyBytes) return false;
        return kind != Kind::prefix || key.starts_with(prefix);
    }
};

struct Settings {
    std::string cache = "default";
    Options options{.lock_timeout = std::chrono::milliseconds(5), .when_removed = WhenRemoved::reopen};
    Takeover takeover;
    std::string folder;  ///< the folder of the snapshots; empty: no snapshot is written or read

    /// Throws dummycache::Error if there is no such setting, or if it does not take this value.
    void set(std::string_view name, std::string_view value);
};

/// The names that Settings::set knows, and their default values.
struct SettingInfo {
    const char* name;
    const char* initial;
};
inline constexpr SettingInfo kSettings[] = {
    {"cache", "default"}, {"capacity", "256mb"}, {"takeover", "off"}, {"lock-timeout", "5"}, {"folder", ""},
};

}  // namespace dummycache::redis
