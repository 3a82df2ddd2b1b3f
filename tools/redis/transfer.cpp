// SPDX-License-Identifier: MIT
#include "tools/redis/transfer.hpp"

#include "tools/redis/argument_text.hpp"
#include "tools/redis/expiry.hpp"
#include "tools/redis/module_state.hpp"
#include "tools/redis/patience.hpp"
#include "tools/redis/server_key.hpp"

namespace dummycache::redis {

namespace {

std::int64_t ttl_ms_of(const Entry& entry) {
    return entry.ttl == kForever ? kNoDeadline : shown(entry.ttl, Unit::milliseconds, Base::now);
}

void replicate_set(Context* context, String* key, const Entry& entry) {
    const std::string& value = entry.value;
    if (entry.ttl == kForever) {
        static_cast<void>(api::Replicate(context, "SET", "sb", key, value.data(), value.size()));
        return;
    }
    const auto end = static_cast<long long>(unix_ms_after(entry.ttl));
    static_cast<void>(api::Replicate(context, "SET", "sbcl", key, value.data(), value.size(), "PXAT", end));
}

Timeout remaining(const ServerKey& key) {
    const std::int64_t ttl_ms = key.ttl_ms();
    return ttl_ms == kNoDeadline ? Timeout() : timeout_of_ms(ttl_ms);
}

}  // namespace

Timeout remaining_in_server(Context* context, String* key) { return remaining(ServerKey(context, key)); }

Codec kept_codec(const Entry& before, std::string_view value) {
    return before.codec == Codec::int64 && !integer_in(value) ? Codec::bytes : before.codec;
}

Elsewhere move_to_cache(Context* context, String* key, Cache& cache, const std::optional<Entry>& before,
                        Replicates replicates) {
    ServerKey there(context, key);
    if (there.type() == kNoKey) return Elsewhere::absent;
    if (there.type() != kStringKey) return Elsewhere::other_type;
    const std::string_view value = there.value();
    const Codec codec = before ? kept_codec(*before, value) : Codec::bytes;
    const Timeout timeout = remaining(there);
    patiently([&] { cache.set(text_of(key), value, timeout, codec); });
    note_change(api::GetSelectedDb(context), text_of(key));
    there.remove();
    if (replicates == Replicates::yes) replicate_delete(context, key);
    return Elsewhere::moved;
}

void copy_to_server(Context* context, String* key, const Entry& entry, Replicates replicates) {
    ServerKey(context, key).set(entry.value, ttl_ms_of(entry));
    if (replicates == Replicates::yes) replicate_set(context, key, entry);
}

}  // namespace dummycache::redis
