// SPDX-License-Identifier: MIT
#include "store/cache/explain.hpp"

#include "store/entry/request.hpp"
#include "store/index/index.hpp"
#include "store/shard/shard_guard.hpp"

namespace dummycache::store {

namespace {

/// A clear, a load or a rollback says only what it did to all entries of an older era.
NotedRemoval with_cause(const Memory& memory, NotedRemoval removal) {
    if (removal.removal != layout::Removal::cleared) return removal;
    if (const auto whole = whole_removal_of(memory, removal.id)) {
        removal.removal = whole->removal;
        removal.at_ms = whole->at_ms;
        removal.remover = whole->remover;
        removal.era = whole->era;
    }
    return removal;
}

/// Of an entry that a slot still leads to, though it cannot be seen.
NotedRemoval invisible(const LockedShard& shard, const EntryRef& entry) {
    NotedRemoval removal;
    removal.removal = entry.era() < shard.clear_era() ? layout::Removal::cleared : layout::Removal::expired;
    removal.id = entry.id();
    removal.writer = entry.lengths().writer;
    removal.deadline_us = entry.deadline_word() >> layout::kDeadlineShift;
    return removal;
}

}  // namespace

KeyFacts facts_of(Attachment& attachment, std::string_view key) {
    const Memory& memory = attachment.memory;
    const KeyHash hash = hash_key(memory, key, "why");
    KeyFacts facts;
    facts.shard = hash.shard;
    facts.clock_moved_ms = clock_moved_ms(memory);
    facts.last_whole = last_whole_removal(memory).value_or(NotedRemoval{});
    const ShardGuard guard(attachment, hash.shard, attachment.lock_deadline(), "why");
    if (const auto slot = find_locked(guard.locked(), hash, key)) {
        const EntryRef entry = EntryRef::of_slot(memory, slot->word());
        facts.removal = invisible(guard.locked(), entry);
        facts.is_present = is_visible_now(guard.locked(), entry);
    } else if (const auto removal = last_removal_locked(memory, hash.shard, hash.value);
               removal && (facts.last_whole.at_ms == 0 || removal->is_since(facts.last_whole.era))) {
        // What went away before the last clear may have been written again, and cleared.
        facts.removal = *removal;
        facts.is_torn = removal->removal == layout::Removal::none;
    }
    facts.removal = with_cause(memory, facts.removal);
    return facts;
}

}  // namespace dummycache::store
