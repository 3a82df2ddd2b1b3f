// SPDX-License-Identifier: MIT
#include "tools/redis/dispatch.hpp"

#include "tools/redis/module_state.hpp"
#include "tools/redis/server_keyspace.hpp"

namespace dummycache::redis {

namespace {

/// The server asks which of the arguments are keys, and what becomes of them: for permissions and the cluster's slots.
int tell_keys(Context* context, String** argv, int argc) {
    for (const KeyPlace& key : key_places(context, name_behind(argv[0]), argv, argc))
        api::KeyAtPosWithFlags(context, key.at, key.flags);
    return kOk;
}

}  // namespace

int run(Context* context, String** argv, int argc, const CommandDescription& command) noexcept {
    try {
        if (command.rules == Rules::redis && api::IsKeysPositionRequest(context) != 0)
            return tell_keys(context, argv, argc);
        const bool is_proxy = command.rules == Rules::redis;
        const int db = is_proxy ? api::GetSelectedDb(context) : 0;
        if (is_proxy && command.databases == Databases::selected && !takes_db(db)) {
            return forward_call(context, name_behind(argv[0]).c_str(), argv + 1, argc - 1);
        }
        const int reply =
            command.function(Request(context, argv, argc, command.rules, state().caches.of_db(db)));
        state().caches.log_news(context);
        return reply;
    } catch (...) {
        return reply_with_exception(context);
    }
}

}  // namespace dummycache::redis
