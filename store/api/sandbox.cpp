// SPDX-License-Identifier: MIT
#include "dummycache/sandbox.hpp"

#include <algorithm>

#include "dummycache/error.hpp"
#include "store/api/on_attachment.hpp"

namespace dummycache {

Sandbox::Sandbox(const Cache& cache, std::string name)
    : cache_(store::pinned(cache, "sandbox")), name_(std::move(name)) {
    const auto held = cache_.checkpoints();
    const auto left = std::ranges::find(held, name_, &Checkpoint::name);
    if (left != held.end()) {
        if (!left->lost) cache_.rollback(name_);
        cache_.release(name_);
    }
    cache_.checkpoint(name_);
}

Sandbox::~Sandbox() {
    try {
        end();
    } catch (...) {
        open_ = false;
    }
}

void Sandbox::end() {
    if (!std::exchange(open_, false)) return;
    try {
        cache_.rollback(name_);
    } catch (const Error& error) {
        if (error.code() == ErrorCode::checkpoint_lost) cache_.release(name_);
        throw;
    }
    cache_.release(name_);
}

}  // namespace dummycache
