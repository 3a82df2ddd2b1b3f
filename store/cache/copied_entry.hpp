// SPDX-License-Identifier: MIT
// Storing an entry of one cache in another one. It keeps the time that it has left.
#pragma once

#include "store/entry/write.hpp"
#include "store/history/write_times.hpp"
#include "store/shard/shard_guard.hpp"

namespace dummycache::store {

/// `now_us`: the time of the first cache, from which the entry's remaining time is counted. Throws
/// ErrorCode::full. The entry keeps its writer: the second cache has the first one's clients (ipc::copy_clients), and nobody
/// else writes to it yet.
inline void store_copied_entry(Attachment& to, const char* what, const EntryView& entry, std::uint64_t now_us,
                               Condition condition) {
    const std::uint64_t deadline =
        entry.ttl == kForever ? 0 : now_us + static_cast<std::uint64_t>(entry.ttl.count());
    const bool is_known = entry.writer != layout::kNoClient;
    const ipc::ActingAs writer(to.self, is_known ? entry.writer : to.self.client());
    write(to, {what, entry.key, entry.value, {}, entry.codec, condition, 0, deadline});
}

/// Called after the last of them: their ids say nothing about the time at which they were written.
inline void forget_write_times(Attachment& to, const char* what) {
    const AllShardsGuard guard(to, what);
    for (const LockedShard& shard : guard.shards()) forget_write_times_locked(shard);
}

}  // namespace dummycache::store
