// SPDX-License-Identifier: MIT
// The server's own commands, served from the cache.
//
//   GET k  --filter-->  dc.redis.get k  --> the cache, or GET by the server itself
//
// The server passes each command through a filter before it looks it up. With a takeover the filter puts a twin in
// place of each command that has to do with keys: a command of the module with the flags, keys and categories of the
// one it stands for, so that transactions, scripts, replicas and permissions treat it alike. The twin knows the
// database, which a filter does not.
#pragma once

#include <string>
#include <unordered_map>

#include "tools/redis/api.hpp"

namespace dummycache::redis {

class Twins {
public:
    /// Makes a twin of each command that the server has, and the filter. False, and a line in the server's log, if it
    /// refuses.
    bool create(Context* context);
    /// Before the module goes.
    void remove(Context* context);

private:
    struct Twin {
        String* name;
        int arity;
        int first, last, step;
        bool finds_keys_itself;  ///< the keys have no fixed places
    };
    static void filter(FilterContext* context) noexcept;
    [[nodiscard]] static bool concerns(FilterContext* context, const Twin& twin);
    bool create_one(Context* context, CallReply* described);

    std::unordered_map<std::string, Twin> twins_;
    Filter* filter_ = nullptr;
};

}  // namespace dummycache::redis
