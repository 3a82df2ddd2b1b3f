// SPDX-License-Identifier: MIT
#include "torture/shared/numbered_entries.hpp"

#include "store/index/index.hpp"
#include "store/layout/attachment.hpp"
#include "store/shard/shard_guard.hpp"
#include "support/checked_value.hpp"
#include "support/test_cache.hpp"

namespace dummycache::test {

std::string key_of(std::uint64_t number) { return "key" + std::to_string(number); }

void set_numbered(Cache& cache, std::uint64_t number, std::size_t bytes, Timeout timeout) {
    cache.set(key_of(number), checked_value(key_of(number), number, bytes), timeout);
}

std::uint64_t fill(Cache& cache, std::size_t bytes, Timeout timeout) {
    const store::Memory& memory = attachment_of(cache).memory;
    const std::uint64_t page_count = bytes / layout::kPageBytes + 1;
    std::uint64_t count = 0;
    const auto is_full = [&] {
        return memory.committed() == memory.pages && cache.stats().free_pages < page_count;
    };
    for (; !is_full(); ++count) set_numbered(cache, count, bytes, timeout);
    return count;
}

bool would_split(store::Attachment& attachment, const std::string& key) {
    store::Attachment own(attachment.segment, std::chrono::seconds(1));
    const auto guard = store::ShardGuard::try_lock(store::LockedShard::of(own, 0));
    return !store::free_slot_locked(guard.value().locked(), store::hash_of(attachment.memory, key));
}

}  // namespace dummycache::test
