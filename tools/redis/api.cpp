// SPDX-License-Identifier: MIT
#include "tools/redis/api.hpp"

namespace dummycache::redis {

namespace api {
#define DUMMYCACHE_REDIS_DEFINE(Result, name, ...) Result (*name)(__VA_ARGS__) = nullptr;
DUMMYCACHE_REDIS_NEEDED(DUMMYCACHE_REDIS_DEFINE)
DUMMYCACHE_REDIS_OPTIONAL(DUMMYCACHE_REDIS_DEFINE)
#undef DUMMYCACHE_REDIS_DEFINE
}  // namespace api

const char* find_api(Context* context) noexcept {
    using Find = int (*)(const char*, void*);
    const Find find = *reinterpret_cast<Find*>(context);
    const char* missing = nullptr;
#define DUMMYCACHE_REDIS_FIND(Result, name, ...) \
    if (find("RedisModule_" #name, reinterpret_cast<void*>(&api::name)) != kOk) missing = #name;
    DUMMYCACHE_REDIS_OPTIONAL(DUMMYCACHE_REDIS_FIND)
    missing = nullptr;
    DUMMYCACHE_REDIS_NEEDED(DUMMYCACHE_REDIS_FIND)
#undef DUMMYCACHE_REDIS_FIND
    return missing;
}

}  // namespace dummycache::redis
