// SPDX-License-Identifier: MIT
#include "tools/redis/dispatch.hpp"

#include "tools/redis/module_state.hpp"
#include "tools/redis/server_keyspace.hpp"

namespace dummycache::redis {

int run(Context* context, String** argv, int argc, const CommandDescription& command) noexcept {
    try {
        const bool is_proxy = command.rules == Rules::redis;
        const int db = is_proxy ? api::GetSelectedDb(context) : 0;
        if (is_proxy && command.databases == Databases::selected && !takes_db(db)) {
            const std::string name(text_of(argv[0]).substr(kProxyPrefix.size()));
            return forward_call(context, name.c_str(), argv + 1, argc - 1);
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
