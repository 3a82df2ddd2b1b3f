// SPDX-License-Identifier: MIT
// Leases on absent keys: who computes, and who waits.
#include <algorithm>

#include "dummycache/error.hpp"
#include "store/entry/attachment.hpp"
#include "store/shard/watch.hpp"

namespace dummycache::store {

namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

/// Longer is for ever: in nanoseconds it might not be a number any more.
constexpr milliseconds kVeryLong = std::chrono::hours(24 * 365 * 100);

}  // namespace

/// A lease, unless the key is there or is leased. Takes the lock only if it seems that neither is so: who lets
/// a lock go wakes all who wait, and would wake himself by looking.
std::optional<LeaseGrant> Engine::try_lease(std::string_view key, const KeyHash& hash,
                                            milliseconds lease_time) {
    const ShardGuard guard = lock(hash, "get_or_lease");
    const auto slot = find_locked(guard.locked(), hash, key);
    if (slot && is_visible_now(guard.locked(), EntryRef::of_slot(memory_, slot->word()))) return std::nullopt;
    if (leased_for(memory_, self_, hash.shard, hash.value, true)) return std::nullopt;
    return take_lease_locked(memory_, self_, hash.shard, hash.value, lease_time);
}

std::optional<LeaseGrant> Engine::get_or_lease(std::string_view key, std::optional<std::string>& value,
                                               milliseconds lease_time, std::optional<milliseconds> timeout) {
    const KeyHash hash = hash_key(key, "get_or_lease");
    if (lease_time <= lease_time.zero())
        throw Error(ErrorCode::invalid_argument, "get_or_lease: the time of a lease is not above zero");
    layout::Shard& shard = memory_.shards[hash.shard];
    const auto start = steady_clock::now();
    const milliseconds limit = std::min(timeout.value_or(kVeryLong), kVeryLong);
    auto asked = start - kOwnerSlice;
    std::uint32_t seen = 0;
    for (bool first = true;; first = false) {
        // Who finds the value or gets a lease at once is no waiter, and costs writers nothing.
        if (!first) seen = watch(shard);
        value.emplace();
        if (get(key, *value, first ? Use::counts : Use::looks)) return std::nullopt;
        value.reset();
        const auto now = steady_clock::now();
        const bool ask = now - asked >= kOwnerSlice;
        if (ask) asked = now;
        const auto leased = leased_for(memory_, self_, hash.shard, hash.value, ask);
        if (!leased) {
            if (auto grant = try_lease(key, hash, std::min(lease_time, kVeryLong))) return grant;
        }
        const std::chrono::nanoseconds left = limit - (now - start);
        if (left <= left.zero()) return std::nullopt;
        // Without a lease on it the key has just been filled or leased by somebody else.
        if (first || !leased) continue;
        sleep_until_changed(shard, seen,
                            std::min<std::chrono::nanoseconds>(std::min(kWatchSlice, *leased), left));
    }
}

bool Engine::fill(const LeaseGrant& grant, std::string_view key, std::string_view value, Timeout timeout,
                  Codec codec) {
    const std::function<bool()> held = [&] { return grant.held(); };
    WriteRequest request{"fill", key, value, timeout, codec, Condition::if_absent, 0, {}};
    request.also = &held;
    const bool stored = write(request);
    // The value is there first: who waits finds it, and needs no lease.
    end_lease(grant, key);
    return stored;
}

void Engine::end_lease(const LeaseGrant& grant, std::string_view key) noexcept {
    store::end_lease(grant);
    wake_waiters(memory_.shards[hash_of(memory_, key).shard]);
}

}  // namespace dummycache::store
