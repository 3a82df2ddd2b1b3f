// SPDX-License-Identifier: MIT
#include "dummycache/sandbox.hpp"

#include <exception>
#include <optional>

#include "dummycache/error.hpp"
#include "ipc/os/fork_registry.hpp"
#include "store/api/on_attachment.hpp"
#include "store/cache/scope_checkpoint.hpp"

namespace dummycache {

struct Sandbox::State {
    State(const Cache& of, std::optional<std::string_view> name)
        : cache(store::pinned(of, "sandbox")),
          scope(store::rethrow_as_error([&] { return store::begin_scope(cache.attachment(), name); })) {}

    Cache cache;
    store::ScopeCheckpoint scope;
    ipc::Creator creator = {};
    int unwinding = std::uncaught_exceptions();
    bool open = true;
};

Sandbox::Sandbox(const Cache& cache) : state_(std::make_unique<State>(cache, std::nullopt)) {}

Sandbox::Sandbox(const Cache& cache, std::string_view name) : state_(std::make_unique<State>(cache, name)) {}

Sandbox::~Sandbox() noexcept(false) {
    const bool unwinds = std::uncaught_exceptions() > state_->unwinding;
    try {
        end();
    } catch (const Error& error) {
        if (!unwinds && error.code() != ErrorCode::removed) throw;
    }
}

void Sandbox::end() {
    if (!state_->open || !state_->creator.is_this_process()) return;
    try {
        store::rethrow_as_error([&] { store::end_scope(state_->cache.attachment(), state_->scope); });
    } catch (const Error& error) {
        state_->open = error.code() == ErrorCode::busy;
        throw;
    }
    state_->open = false;
}

const std::string& Sandbox::name() const noexcept { return state_->scope.name; }

}  // namespace dummycache
