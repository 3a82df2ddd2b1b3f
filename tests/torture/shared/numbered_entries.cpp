// SPDX-License-Identifier: MIT
#include "torture/shared/numbered_entries.hpp"

#include "ipc/process/process_table.hpp"
#include "support/checked_value.hpp"
#include "support/test_cache.hpp"

namespace dummycache::test {

std::string key_of(std::uint64_t number) { return "key" + std::to_string(number); }

void set_numbered(Cache& cache, std::uint64_t number, std::size_t bytes, Timeout timeout) {
    cache.set(key_of(number), checked_value(key_of(number), number, bytes), timeout);
}

std::uint64_t fill(Cache& cache, std::size_t bytes, Timeout timeout) {
    const store::Memory& memory = engine_of(cache).memory();
    const std::uint64_t page_count = bytes / layout::kPageBytes + 1;
    std::uint64_t count = 0;
    const auto is_full = [&] {
        return memory.committed() == memory.pages && cache.stats().free_pages < page_count;
    };
    for (; !is_full(); ++count) set_numbered(cache, count, bytes, timeout);
    return count;
}

bool would_split(store::Engine& engine, const std::string& key) {
    ipc::Membership self(engine.segment());
    ipc::PageArena arena(engine.segment());
    const auto guard = store::ShardGuard::try_lock(engine.memory(), arena, self, 0);
    return !store::free_slot_locked(guard.value().locked(), store::hash_of(engine.memory(), key));
}

}  // namespace dummycache::test
