// SPDX-License-Identifier: MIT
#include "store/log/large_list.hpp"

#include "store/log/age.hpp"

namespace dummycache::store {

namespace {

/// The names of the fields of a node.
struct Node {
    layout::PageInfo& info;

    [[nodiscard]] std::atomic<std::uint32_t>& older() const noexcept { return info.previous; }
    [[nodiscard]] std::atomic<std::uint32_t>& newer() const noexcept { return info.live; }
    [[nodiscard]] std::atomic<std::uint32_t>& filled_at() const noexcept { return info.fill; }
};

Node node_of(const LockedShard& shard, std::uint32_t first) noexcept { return {shard.memory.info(first)}; }

void link_as_newest(const LockedShard& shard, std::uint32_t first) noexcept {
    layout::Shard& s = shard.shard;
    const std::uint32_t newest = shard.checked_link(s.large_newest.load(kRelaxed));
    const Node node = node_of(shard, first);
    node.older().store(newest, kRelaxed);
    node.newer().store(0, kRelaxed);
    (newest != 0 ? node_of(shard, newest - 1).newer() : s.large_oldest).store(first + 1, kRelaxed);
    s.large_newest.store(first + 1, kRelaxed);
}

void make_newest(const LockedShard& shard, std::uint32_t first) noexcept {
    node_of(shard, first).filled_at().store(time_word(fill_time(shard.memory)), kRelaxed);
    link_as_newest(shard, first);
}

}  // namespace

void add_large_locked(const LockedShard& shard, std::uint32_t first, std::uint32_t pages,
                      std::uint64_t key_hash) noexcept {
    set_large_key_hash(shard.memory.info(first), key_hash);
    fill_pages(shard.memory, pages);
    make_newest(shard, first);
}

void add_old_large_locked(const LockedShard& shard, std::uint32_t first) noexcept {
    link_as_newest(shard, first);
}

void remove_large_locked(const LockedShard& shard, std::uint32_t first) noexcept {
    layout::Shard& s = shard.shard;
    const Node node = node_of(shard, first);
    const std::uint32_t older = shard.checked_link(node.older().load(kRelaxed));
    const std::uint32_t newer = shard.checked_link(node.newer().load(kRelaxed));
    std::atomic<std::uint32_t>& from_older = older != 0 ? node_of(shard, older - 1).newer() : s.large_oldest;
    std::atomic<std::uint32_t>& from_newer = newer != 0 ? node_of(shard, newer - 1).older() : s.large_newest;
    if (from_older.load(kRelaxed) != first + 1 || from_newer.load(kRelaxed) != first + 1)
        return shard.mark_damaged();
    from_older.store(newer, kRelaxed);
    from_newer.store(older, kRelaxed);
}

void renew_large_locked(const LockedShard& shard, std::uint32_t first) noexcept {
    remove_large_locked(shard, first);
    if (shard.shard.dirty.load(kRelaxed) == layout::kDamaged) return;
    make_newest(shard, first);
}

void set_large_key_hash(layout::PageInfo& first, std::uint64_t key_hash) noexcept {
    first.next_expiry.store(static_cast<std::uint32_t>(key_hash), kRelaxed);
    first.pins.store(static_cast<std::uint32_t>(key_hash >> 32), kRelaxed);
}

std::uint64_t large_key_hash(const layout::PageInfo& first) noexcept {
    return std::uint64_t{first.pins.load(kRelaxed)} << 32 | first.next_expiry.load(kRelaxed);
}

}  // namespace dummycache::store
