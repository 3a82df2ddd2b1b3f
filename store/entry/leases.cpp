// SPDX-License-Identifier: MIT
#include "store/entry/leases.hpp"

#include <algorithm>

#include "dummycache/error.hpp"
#include "store/entry/read.hpp"
#include "store/entry/request.hpp"
#include "store/entry/write.hpp"
#include "store/index/index.hpp"
#include "store/shard/shard_guard.hpp"
#include "store/shard/watch.hpp"

namespace dummycache::store {

namespace {

using std::chrono::milliseconds;

/// Takes a lease, unless the key is present or is leased. Not called while the key is leased: the unlock
/// wakes all waiting callers, and would wake this one, too.
std::optional<LeaseGrant> try_lease(Attachment& attachment, std::string_view key, const KeyHash& hash,
                                    milliseconds lease_time) {
    const ShardGuard guard = lock_shard_of(attachment, hash, "get_or_lease");
    const auto slot = find_locked(guard.locked(), hash, key);
    if (slot && is_visible_now(guard.locked(), EntryRef::of_slot(attachment.memory, slot->word())))
        return std::nullopt;
    if (leased_for(attachment, hash.shard, hash.value, true)) return std::nullopt;
    return take_lease_locked(attachment, hash.shard, hash.value, lease_time);
}

}  // namespace

std::optional<LeaseGrant> get_or_lease(Attachment& attachment, std::string_view key,
                                       std::optional<std::string>& value, milliseconds lease_time,
                                       std::optional<milliseconds> timeout) {
    const KeyHash hash = hash_key(attachment.memory, key, "get_or_lease");
    if (lease_time <= lease_time.zero())
        throw Error(ErrorCode::invalid_argument, "get_or_lease: the time of a lease is not above zero");
    layout::Shard& shard = attachment.memory.shards[hash.shard];
    const auto start = ipc::steady_now();
    const milliseconds limit = std::min(timeout.value_or(kVeryLong), kVeryLong);
    auto asked = start - kOwnerSlice;
    std::uint32_t seen = 0;
    for (bool first = true;; first = false) {
        // In the first round the caller does not announce itself as waiting. If it finds the value or gets
        // the lease at once, it costs writers nothing.
        if (!first) seen = watch(shard);
        value.emplace();
        if (get(attachment, key, *value, first ? Use::counts : Use::looks)) return std::nullopt;
        value.reset();
        const auto now = ipc::steady_now();
        const bool ask = now - asked >= kOwnerSlice;
        if (ask) asked = now;
        const auto leased = leased_for(attachment, hash.shard, hash.value, ask);
        if (!leased) {
            if (auto grant = try_lease(attachment, key, hash, std::min(lease_time, kVeryLong))) return grant;
        }
        const std::chrono::nanoseconds left = limit - (now - start);
        if (left <= left.zero()) return std::nullopt;
        // If there was no lease, another process has filled or leased the key just now: look again at once.
        if (first || !leased) continue;
        sleep_until_changed(shard, seen,
                            std::min<std::chrono::nanoseconds>(std::min(kWatchSlice, *leased), left));
    }
}

bool fill(Attachment& attachment, const LeaseGrant& grant, std::string_view key, std::string_view value,
          Timeout timeout, Codec codec) {
    const std::function<bool()> held = [&] { return grant.held(); };
    WriteRequest request{"fill", key, value, timeout, codec, Condition::if_absent, 0, {}};
    request.also = &held;
    const bool stored = write(attachment, request);
    // The value is stored first: waiting callers find it and need no lease.
    end_lease(attachment, grant, key);
    return stored;
}

void end_lease(Attachment& attachment, const LeaseGrant& grant, std::string_view key) noexcept {
    store::end_lease(grant);
    wake_waiters(attachment.memory.shards[hash_of(attachment.memory, key).shard]);
}

}  // namespace dummycache::store
