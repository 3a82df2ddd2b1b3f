// SPDX-License-Identifier: MIT
#include "dummycache/lease.hpp"

#include "ipc/os/fork_registry.hpp"
#include "store/api/error_translation.hpp"
#include "store/entry/leases.hpp"

namespace dummycache {

struct Lease::State {
    Cache cache;
    std::string key;
    store::LeaseGrant grant;
    /// A child made by fork() has a copy of the lease. It must not end the lease of its parent.
    std::uint32_t forks = ipc::fork_count.load(std::memory_order_relaxed);

    [[nodiscard]] bool is_ours() const noexcept {
        return forks == ipc::fork_count.load(std::memory_order_relaxed);
    }
};

Lease::Lease(std::unique_ptr<State> state) noexcept : state_(std::move(state)) {}
Lease::Lease(Lease&& other) noexcept = default;
Lease& Lease::operator=(Lease&& other) noexcept {
    if (this != &other) {
        abandon();
        state_ = std::move(other.state_);
    }
    return *this;
}
Lease::~Lease() { abandon(); }

bool Lease::fill(std::string_view value, Timeout timeout, Codec codec) {
    if (!state_ || !state_->is_ours()) return false;
    const bool stored = store::rethrow_as_error([&] {
        return store::fill(state_->cache.attachment(), state_->grant, state_->key, value, timeout, codec);
    });
    state_.reset();
    return stored;
}

void Lease::abandon() noexcept {
    if (state_ && state_->is_ours()) store::end_lease(state_->cache.attachment(), state_->grant, state_->key);
    state_.reset();
}

bool Lease::held() const noexcept { return state_ && state_->is_ours() && state_->grant.held(); }

ValueOrLease get_or_lease(Cache& cache, std::string_view key, std::chrono::milliseconds lease_time,
                          std::optional<std::chrono::milliseconds> wait_timeout) {
    return store::rethrow_as_error([&] {
        ValueOrLease found;
        const auto grant =
            store::get_or_lease(cache.attachment(), key, found.value, lease_time, wait_timeout);
        if (grant) {
            found.lease.emplace(
                std::unique_ptr<Lease::State>(new Lease::State{cache, std::string(key), *grant}));
        }
        return found;
    });
}

}  // namespace dummycache
