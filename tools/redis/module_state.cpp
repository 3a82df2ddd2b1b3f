// SPDX-License-Identifier: MIT
#include "tools/redis/module_state.hpp"

#include <cstdint>

namespace dummycache::redis {

namespace {

ModuleState* instance = nullptr;

}  // namespace

ModuleState::ModuleState() noexcept { instance = this; }

ModuleState::~ModuleState() { instance = nullptr; }

ModuleState& state() noexcept { return *instance; }

void tell_of_changes(Context* context) {
    constexpr std::size_t kAll = SIZE_MAX;
    state().watched.tell(context, kAll);
    state().tracked.tell(context, kAll);
}

void note_change(int db, std::string_view key) {
    if (!takes_key(key)) return;  // the server itself knows
    const int slot = state().caches.slot_of(db);
    state().watched.forget(slot, key);
    state().tracked.forget(slot, key);
    state().expiring.note(slot, key);
}

}  // namespace dummycache::redis
