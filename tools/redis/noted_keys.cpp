// SPDX-License-Identifier: MIT
#include "tools/redis/noted_keys.hpp"

#include <utility>

#include "tools/redis/argument_text.hpp"
#include "tools/redis/server_keyspace.hpp"

namespace dummycache::redis {

namespace {

constexpr std::size_t kMost = 100'000;

}  // namespace

std::string NotedKeys::name_of(int slot, std::string_view key) {
    return std::to_string(slot).append(" ").append(key);
}

void NotedKeys::note(Context* context, int slot, std::string_view key) {
    if (!settings_.takeover.takes_key(key)) return;
    const auto [found, is_new] = places_.try_emplace(name_of(slot, key));
    if (is_new) {
        keys_.push_front({slot, std::string(key), caches_.of_slot(slot).entry_id(key)});
        found->second = keys_.begin();
    } else {
        keys_.splice(keys_.begin(), keys_, found->second);
        look(context, keys_.front());
    }
    if (keys_.size() <= kMost) return;
    say(context, keys_.back());
    places_.erase(name_of(keys_.back().slot, keys_.back().key));
    keys_.pop_back();
}

void NotedKeys::note_everywhere(Context* context, std::string_view key) {
    for (const int slot : caches_.attached()) note(context, slot, key);
}

void NotedKeys::forget(int slot, std::string_view key) {
    if (places_.empty()) return;
    const auto found = places_.find(name_of(slot, key));
    if (found == places_.end()) return;
    keys_.erase(found->second);
    places_.erase(found);
}

void NotedKeys::tell(Context* context, std::size_t most) {
    for (Noted& noted : keys_) {
        if (most-- == 0) return;
        look(context, noted);
    }
}

void NotedKeys::look(Context* context, Noted& noted) {
    const auto id = caches_.of_slot(noted.slot).entry_id(noted.key);
    if (std::exchange(noted.id, id) != id) say(context, noted);
}

void NotedKeys::say(Context* context, const Noted& noted) {
    const OwnString key(context, noted.key);
    for (const int db : caches_.databases_of(noted.slot)) {
        const Selected other(context, db);
        if (other.is_there()) api::SignalModifiedKey(context, key.get());
    }
}

}  // namespace dummycache::redis
