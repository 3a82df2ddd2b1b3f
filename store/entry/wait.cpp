// SPDX-License-Identifier: MIT
#include "store/entry/wait.hpp"

#include <algorithm>

#include "store/entry/read.hpp"
#include "store/entry/request.hpp"
#include "store/shard/watch.hpp"

namespace dummycache::store {

bool wait(Attachment& attachment, std::string_view key,
          const std::function<bool(const std::optional<std::string>&)>& wanted,
          std::optional<std::chrono::milliseconds> timeout) {
    const KeyHash hash = hash_key(attachment.memory, key, "wait");
    layout::Shard& shard = attachment.memory.shards[hash.shard];
    const auto start = ipc::steady_now();
    const std::chrono::milliseconds limit = std::min(timeout.value_or(kVeryLong), kVeryLong);
    for (;;) {
        const std::uint32_t seen = watch(shard);
        std::optional<std::string> value(std::in_place);
        const auto meta = get(attachment, key, *value, Use::waits);
        if (!meta) value.reset();
        if (wanted(value)) return true;
        const std::chrono::nanoseconds left = limit - (ipc::steady_now() - start);
        if (left <= left.zero()) return false;
        std::chrono::nanoseconds time = std::min<std::chrono::nanoseconds>(kWatchSlice, left);
        // A frozen clock reaches no deadline. The process that moves the clock wakes this one.
        const bool frozen = ipc::CacheClock(attachment.memory.superblock->clock).frozen();
        if (const auto ttl = meta && !frozen ? remaining(attachment, *meta) : std::nullopt) {
            time = std::min<std::chrono::nanoseconds>(time,
                                                      std::min<std::chrono::microseconds>(*ttl, kWatchSlice));
        }
        sleep_until_changed(shard, seen, time);
    }
}

}  // namespace dummycache::store
