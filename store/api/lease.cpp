// SPDX-License-Identifier: MIT
#include "dummycache/lease.hpp"

#include "ipc/os/fork_registry.hpp"
#include "store/api/on_attachment.hpp"
#include "store/entry/leases.hpp"
#include "store/entry/wait.hpp"

namespace dummycache {

struct Lease::State {
    Cache cache;   ///< does not reopen: in another cache the lease means nothing
    bool reopens;  ///< the handle that the caller has
    std::string key;
    store::LeaseGrant grant;
    /// A child made by fork() has a copy of the lease. It must not end the lease of its parent.
    ipc::Creator creator = {};

    [[nodiscard]] bool is_ours() const noexcept { return creator.is_this_process(); }
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
        try {
            return store::fill(state_->cache.attachment(), state_->grant, state_->key, value, timeout, codec);
        } catch (const ipc::Error& error) {
            if (!state_->reopens || error.fault() != ipc::Fault::removed) throw;
            return false;  // the lease was lost with its cache
        }
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
    const bool reopens = cache.handle().reopener() != nullptr;
    const store::TimeLeft left(wait_timeout);
    return store::on_attachment(cache, [&, key, lease_time, reopens](store::Attachment& attachment) {
        ValueOrLease found;
        const auto grant = store::get_or_lease(attachment, key, found.value, lease_time, left());
        if (grant) {
            const Cache pinned{detail::Handle(attachment.shared_from_this())};
            found.lease.emplace(
                std::unique_ptr<Lease::State>(new Lease::State{pinned, reopens, std::string(key), *grant}));
        }
        return found;
    });
}

}  // namespace dummycache
