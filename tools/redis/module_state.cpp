// SPDX-License-Identifier: MIT
#include "tools/redis/module_state.hpp"

namespace dummycache::redis {

namespace {

ModuleState* instance = nullptr;

}  // namespace

ModuleState::ModuleState() noexcept { instance = this; }

ModuleState::~ModuleState() { instance = nullptr; }

ModuleState& state() noexcept { return *instance; }

}  // namespace dummycache::redis
