// SPDX-License-Identifier: MIT
#include "store/shard/lease_table.hpp"

#include <algorithm>

#include "ipc/kill_point.hpp"
#include "ipc/machine_clock.hpp"

namespace dummycache::store {

namespace {

using std::chrono::milliseconds;

/// Milliseconds of the boot clock. The cache's time is not used, because it may be frozen.
std::uint64_t boot_ms() noexcept { return ipc::boot_us() / 1000; }

std::uint32_t slot_of(std::uint64_t word) noexcept {
    return static_cast<std::uint32_t>(word & layout::kLeaseSlotMask) - 1;
}

bool owner_is_dead(const ipc::Membership& self, std::uint64_t word) {
    return self.is_dead(slot_of(word), layout::generation_of_token(word));
}

bool is_over(const layout::LeaseRecord& record, std::uint64_t now_ms) noexcept {
    return record.until_ms.load(kRelaxed) <= now_ms;
}

/// The word of a new lease: different from every other lease of the record. The number repeats after 2
/// million leases.
std::uint64_t next_word(const layout::LeaseRecord& record, ipc::Membership& self) {
    const std::uint64_t number = record.number.load(kRelaxed) + 1;
    return std::uint64_t{self.generation()} << 32 |
           ((number << layout::kLeaseNumberShift) & 0xffffffffU & ~layout::kLeaseSlotMask) |
           (self.slot() + 1);
}

/// The record for a lease on the key: the old record of this key, else a free one, else one whose time is
/// over, else one of a dead process. Null if there is none.
layout::LeaseRecord* record_for(std::span<layout::LeaseRecord> records, const ipc::Membership& self,
                                std::uint64_t key_hash) {
    const std::uint64_t now_ms = boot_ms();
    layout::LeaseRecord* free = nullptr;
    layout::LeaseRecord* over = nullptr;
    for (layout::LeaseRecord& record : records) {
        const bool is_free = record.word.load(kRelaxed) == 0;
        if (!is_free && record.key_hash.load(kRelaxed) == key_hash) return &record;
        if (is_free && free == nullptr) free = &record;
        if (!is_free && over == nullptr && is_over(record, now_ms)) over = &record;
    }
    if (free != nullptr) return free;
    if (over != nullptr) return over;
    const auto dead = std::ranges::find_if(
        records, [&](const auto& record) { return owner_is_dead(self, record.word.load(kRelaxed)); });
    return dead == records.end() ? nullptr : &*dead;
}

}  // namespace

std::optional<milliseconds> leased_for(const Attachment& attachment, std::uint32_t shard,
                                       std::uint64_t key_hash, bool ask) {
    const std::uint64_t now_ms = boot_ms();
    for (const layout::LeaseRecord& record : attachment.memory.leases_of(shard)) {
        const std::uint64_t word = record.word.load(std::memory_order_acquire);  // LEASE
        if (word == 0 || record.key_hash.load(kRelaxed) != key_hash) continue;
        const std::uint64_t until_ms = record.until_ms.load(kRelaxed);
        if (until_ms <= now_ms || (ask && owner_is_dead(attachment.self, word))) return std::nullopt;
        constexpr std::uint64_t kMost = 1'000'000;  // damaged bytes may say anything
        return milliseconds(std::min(until_ms - now_ms, kMost));
    }
    return std::nullopt;
}

LeaseGrant take_lease_locked(Attachment& attachment, std::uint32_t shard, std::uint64_t key_hash,
                             milliseconds time) {
    layout::LeaseRecord* const record =
        record_for(attachment.memory.leases_of(shard), attachment.self, key_hash);
    if (record == nullptr) return {};
    const std::uint64_t word = next_word(*record, attachment.self);
    record->word.store(0, kRelaxed);
    DUMMYCACHE_KILL_POINT("lease freed");
    record->number.store(record->number.load(kRelaxed) + 1, kRelaxed);
    record->key_hash.store(key_hash, kRelaxed);
    record->until_ms.store(boot_ms() + static_cast<std::uint64_t>(time.count()), kRelaxed);
    DUMMYCACHE_KILL_POINT("before a lease is taken");
    record->word.store(word, std::memory_order_release);  // LEASE
    DUMMYCACHE_KILL_POINT("lease taken");
    return {record, word};
}

void end_lease(const LeaseGrant& grant) noexcept {
    if (grant.record == nullptr) return;
    std::uint64_t word = grant.word;
    grant.record->word.compare_exchange_strong(word, 0, std::memory_order_release, kRelaxed);
    DUMMYCACHE_KILL_POINT("lease ended");
}

}  // namespace dummycache::store
