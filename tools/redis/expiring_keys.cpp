// SPDX-License-Identifier: MIT
#include "tools/redis/expiring_keys.hpp"

#include <algorithm>
#include <vector>

#include <dummycache/clock.hpp>

#include "tools/redis/argument_text.hpp"
#include "tools/redis/server_keyspace.hpp"

namespace dummycache::redis {

namespace {

constexpr std::size_t kMost = 100'000;
/// A cache's clock may stand still: then an entry is looked at again and again, not too often.
constexpr std::chrono::milliseconds kNotSooner{1};

}  // namespace

void ExpiringKeys::note(int slot, std::string_view key) {
    if (!clients_track_ && (api::GetNotifyKeyspaceEvents() & kExpiredEvent) == 0) return;
    const Name name(slot, key);
    forget(name);
    const auto ttl = caches_.of_slot(slot).ttl(key);
    if (ttl && *ttl != kForever && places_.size() < kMost) plan(name, *ttl);
}

void ExpiringKeys::plan(const Name& name, std::chrono::microseconds ttl) {
    constexpr std::chrono::hours kFar{24};
    const auto wait = std::clamp<Clock::duration>(ttl, kNotSooner, kFar);
    places_[name] = due_.emplace(Clock::now() + wait, name);
}

void ExpiringKeys::forget(const Name& name) {
    const auto place = places_.find(name);
    if (place == places_.end()) return;
    due_.erase(place->second);
    places_.erase(place);
}

bool ExpiringKeys::was_moved() {
    bool moved = false;
    for (const int slot : caches_.attached()) {
        const auto offset = dummycache::Clock(caches_.of_slot(slot)).read().offset;
        const auto [known, is_new] = offsets_.try_emplace(slot, offset);
        moved = moved || std::exchange(known->second, offset) != offset;
    }
    return moved;
}

void ExpiringKeys::tell(Context* context) {
    if (due_.empty()) return;
    const auto end = was_moved() ? due_.end() : due_.upper_bound(Clock::now());
    std::vector<Name> names;
    for (auto next = due_.begin(); next != end; ++next) names.push_back(next->second);
    for (const Name& name : names) look_at(context, name);
}

void ExpiringKeys::look_at(Context* context, const Name& name) {
    forget(name);
    const auto& [slot, key] = name;
    if (const auto ttl = caches_.of_slot(slot).ttl(key)) {
        if (*ttl != kForever) plan(name, *ttl);
        return;
    }
    const OwnString text(context, key);
    const Selected other(context, caches_.databases_of(slot).front());
    api::SignalModifiedKey(context, text.get());
    api::NotifyKeyspaceEvent(context, kExpiredEvent, "expired", text.get());
}

}  // namespace dummycache::redis
