// SPDX-License-Identifier: MIT
#include "tools/redis/transfer.hpp"

#include <fmt/format.h>

#include "tools/redis/argument_text.hpp"
#include "tools/redis/expiry.hpp"
#include "tools/redis/module_state.hpp"
#include "tools/redis/patience.hpp"
#include "tools/redis/reply_error.hpp"
#include "tools/redis/server_keyspace.hpp"

namespace dummycache::redis {

Timeout remaining_in_server(Context* context, String* key) {
    const std::int64_t ttl_ms = ServerReply(call_with_key(context, "PTTL", key)).integer();
    return ttl_ms < 0 ? Timeout() : timeout_of_ms(ttl_ms);
}

Codec kept_codec(const Entry& before, std::string_view value) {
    return before.codec == Codec::int64 && !integer_in(value) ? Codec::bytes : before.codec;
}

Elsewhere move_to_cache(Context* context, String* key, Cache& cache, const std::optional<Entry>& before) {
    const int type = server_type(context, key);
    if (type == kNoKey) return Elsewhere::absent;
    if (type != kStringKey) return Elsewhere::other_type;
    const ServerReply value(call_with_key(context, "GET", key));
    if (value.is_error()) throw ReplyError{fmt::format("ERR the server's own GET failed: {}", value.text())};
    const Codec codec = before ? kept_codec(*before, value.text()) : Codec::bytes;
    const Timeout timeout = remaining_in_server(context, key);
    patiently([&] { cache.set(text_of(key), value.text(), timeout, codec); });
    note_change(api::GetSelectedDb(context), text_of(key));
    static_cast<void>(ServerReply(call_with_key(context, "DEL", key)));
    return Elsewhere::moved;
}

void copy_to_server(Context* context, String* key, const Entry& entry) {
    if (entry.ttl == kForever) {
        static_cast<void>(
            ServerReply(api::Call(context, "SET", "!Esb", key, entry.value.data(), entry.value.size())));
        return;
    }
    static_cast<void>(
        ServerReply(api::Call(context, "SET", "!Esbcl", key, entry.value.data(), entry.value.size(), "PXAT",
                              static_cast<long long>(unix_ms_after(entry.ttl)))));
}

}  // namespace dummycache::redis
