// SPDX-License-Identifier: MIT
#include "tools/redis/keyspaces.hpp"

#include <exception>
#include <utility>

#include <fmt/format.h>

#include "tools/redis/argument_text.hpp"

namespace dummycache::redis {

std::string Caches::name_of_db(int db) const {
    const int slot = slot_of(db);
    return slot == 0 ? settings_.cache : fmt::format("{}.db{}", settings_.cache, slot);
}

Cache& Caches::attach(int slot) {
    auto found = attached_.find(slot);
    if (found == attached_.end())
        found = attached_.emplace(slot, Attached{Cache::open(name_of_db(slot), settings_.options)}).first;
    if (slot == 0) first_ = &found->second.cache;
    return found->second.cache;
}

void Caches::log_news(Context* context) noexcept {
    try {
        for (auto& [slot, attached] : attached_) {
            if (attached.is_logged && attached.reopened == attached.cache.reopened()) continue;
            const std::uint64_t before = std::exchange(attached.reopened, attached.cache.reopened());
            attached.is_logged = true;
            log_state(context, name_of_db(slot), attached, before);
        }
    } catch (const std::exception&) {  // a command is not to fail for the sake of the log
    }
}

void Caches::log_state(Context* context, const std::string& name, const Attached& attached,
                       std::uint64_t before) const {
    if (attached.reopened != before)
        api::Log(context, "warning", "the cache '%s' was removed; its place has a new one", name.c_str());
    const std::uint64_t capacity = attached.cache.capacity();
    if (capacity == settings_.options.capacity) return;
    const std::string text = fmt::format(
        "the cache '{}' has a capacity of {} bytes; the setting capacity, {} bytes, counts for new caches "
        "only",
        name, capacity, settings_.options.capacity);
    api::Log(context, "warning", "%s", text.c_str());
}

std::vector<int> Caches::databases() const {
    std::vector<int> all{0};
    if (settings_.takeover.kind != Takeover::Kind::all) return all;
    const std::string beginning = settings_.cache + ".db";
    for (const ListedCache& cache : Cache::list()) {
        if (!cache.name.starts_with(beginning)) continue;
        if (const auto db = integer_in(std::string_view(cache.name).substr(beginning.size())); db && *db > 0)
            all.push_back(static_cast<int>(*db));
    }
    return all;
}

void WatchedKeys::tell_of_flush(Context* context, const Cache& cache, const Takeover& takeover) const {
    for (const std::string& key : keys_) {
        if (!takeover.takes_key(key) || !cache.contains(key)) continue;
        String* const name = api::CreateString(context, key.data(), key.size());
        api::SignalModifiedKey(context, name);
        api::FreeString(context, name);
    }
}

}  // namespace dummycache::redis
