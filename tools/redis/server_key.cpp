// SPDX-License-Identifier: MIT
#include "tools/redis/server_key.hpp"

#include <algorithm>

#include "tools/redis/argument_text.hpp"

namespace dummycache::redis {

// As for a write, also if it is not: a reader's look is counted, and a key that is not there is told as missed.
ServerKey::ServerKey(Context* context, String* name) noexcept
    : context_(context), key_(api::OpenKey(context, name, kWriteKey)) {}

ServerKey::~ServerKey() {
    if (key_ != nullptr) api::CloseKey(key_);
}

int ServerKey::type() const noexcept { return key_ == nullptr ? kNoKey : api::KeyType(key_); }

std::string_view ServerKey::value() noexcept {
    std::size_t size = 0;
    const char* const bytes = api::StringDMA(key_, &size, kReadKey);
    return bytes == nullptr ? std::string_view{} : std::string_view{bytes, size};
}

std::int64_t ServerKey::ttl_ms() const noexcept { return api::GetExpire(key_); }

void ServerKey::set(std::string_view value, std::int64_t ttl_ms) noexcept {
    const OwnString text(context_, value);
    static_cast<void>(api::StringSet(key_, text.get()));
    if (ttl_ms != kNoDeadline) static_cast<void>(api::SetExpire(key_, std::max<std::int64_t>(ttl_ms, 1)));
}

void ServerKey::remove() noexcept { static_cast<void>(api::UnlinkKey(key_)); }

void replicate_delete(Context* context, String* key) noexcept {
    static_cast<void>(api::Replicate(context, "DEL", "s", key));
}

bool replace_in_server(Context* context, String* key) noexcept {
    if (api::DbSize != nullptr && api::DbSize(context) == 0) return false;
    ServerKey there(context, key);
    if (there.type() == kNoKey) return false;
    there.remove();
    replicate_delete(context, key);
    return true;
}

}  // namespace dummycache::redis
