// SPDX-License-Identifier: MIT
// Settings from the server's side: `dummycache.cache NAME` in redis.conf, or `cache NAME` after the module's path.
#pragma once

#include <map>
#include <string>

#include "tools/redis/api.hpp"
#include "tools/redis/settings.hpp"

namespace dummycache::redis {

class Configuration {
public:
    explicit Configuration(Settings& settings) noexcept : settings_(settings) {}
    ~Configuration();
    Configuration(const Configuration&) = delete;
    Configuration& operator=(const Configuration&) = delete;

    /// Tells the server the names and takes the values of redis.conf, if the server knows such settings (Redis 7).
    void create(Context* context);
    /// Takes names and values after the module's path. They replace those of redis.conf. Throws dummycache::Error.
    void take_arguments(String** argv, int argc);

private:
    static String* get(const char* name, void* self) noexcept;
    static int set(const char* name, String* value, void* self, String** error) noexcept;
    void show(const std::string& name, std::string_view value);

    Settings& settings_;
    std::map<std::string, String*> shown_;  ///< what CONFIG GET says
    bool is_loaded_ = false;
};

}  // namespace dummycache::redis
