// SPDX-License-Identifier: MIT
#include "store/history/journal.hpp"

#include <algorithm>
#include <bit>
#include <cstring>

#include "ipc/kill_point.hpp"
#include "store/history/event_check.hpp"
#include "store/history/event_names.hpp"
#include "store/layout/copy_bytes.hpp"

namespace dummycache::store {

namespace {

/// A lease that ends later than this was never given: the word is damaged.
constexpr std::uint64_t kLongestLeaseMs = 10 * kJournalLeaseMs;

bool counts_at(std::uint64_t until, std::uint64_t now_ms) noexcept {
    if (until == ipc::kJournalOn) return true;
    return until > now_ms && until - now_ms <= kLongestLeaseMs;
}

/// Whether the word of the journal still counts. Ends a lease that has run out.
bool is_wanted(layout::Superblock& superblock, std::uint64_t now_ms) noexcept {
    std::uint64_t until = superblock.journal.load(kRelaxed);
    if (counts_at(until, now_ms)) return true;
    if (until != 0) superblock.journal.compare_exchange_strong(until, 0, kRelaxed);
    return false;
}

std::uint64_t what_of(const Memory& memory, const ipc::Membership& self, const NewEvent& event) noexcept {
    const std::uint64_t era = memory.superblock->era.load(kRelaxed);
    return std::uint64_t{static_cast<std::uint8_t>(event.call)} << layout::kEventCallShift |
           std::uint64_t{static_cast<std::uint8_t>(event.outcome)} << layout::kEventOutcomeShift |
           std::uint64_t{self.client()} << layout::kEventClientShift |
           (era & ((1U << layout::kEventEraBits) - 1)) << layout::kEventEraShift |
           std::min<std::uint64_t>(event.key.size(), layout::kMaxKeyBytes);
}

}  // namespace

void note_event(const Memory& memory, ipc::Membership& self, const NewEvent& event) noexcept {
    const std::uint64_t now_us = ipc::boot_us();
    if (!is_wanted(*memory.superblock, now_us / 1000) || !self.segment().has_journal()) return;
    EventWords words;
    words.when_us = now_us;
    words.key_hash = event.key_hash;
    words.what = what_of(memory, self, event);
    words.value_bytes = event.value_bytes;
    if (!event.key.empty())
        std::memcpy(words.key, event.key.data(), std::min(event.key.size(), sizeof words.key));
    const std::uint64_t ticket = memory.journal->head.next.fetch_add(1, kRelaxed);
    DUMMYCACHE_KILL_POINT("event counted");
    layout::Event& to = memory.journal->events[ticket & memory.journal_mask];
    to.seq.store(2 * ticket + 1, kRelaxed);
    fence_release();
    to.when_us.store(words.when_us, kRelaxed);
    to.key_hash.store(words.key_hash, kRelaxed);
    to.what.store(words.what, kRelaxed);
    to.value_bytes.store(words.value_bytes, kRelaxed);
    to.check.store(check_of(words, ticket), kRelaxed);
    for (std::size_t i = 0; i < layout::Event::kKeyWords; ++i) to.key[i].store(words.key[i], kRelaxed);
    DUMMYCACHE_KILL_POINT("event written");
    to.seq.store(2 * ticket + 2, std::memory_order_release);
}

void note_event_of_caller(Attachment& attachment, const NewEvent& event) noexcept {
    try {
        if (attachment.self.try_join()) attachment.self.become_client();
    } catch (...) {  // then the event tells no client
    }
    note_event(attachment.memory, attachment.self, event);
}

void note_call(Attachment& attachment, layout::Call call, layout::Outcome outcome, std::string_view key,
               std::uint64_t value_bytes) noexcept {
    note_event_of_caller(attachment,
                         {call, outcome, hash_of(attachment.memory, key).value, key, value_bytes});
}

void note_event_locked(const LockedShard& shard, std::uint64_t key_hash, const EntryRef& entry,
                       layout::Outcome outcome) noexcept {
    const Lengths lengths = entry.lengths();
    const std::uint64_t flags = entry.deadline_word();
    // A long key of a large entry lies in other pages. Then its hash has to do.
    const bool is_near = (flags & layout::kKeyOverflow) == 0 && entry.fits(shard.memory.committed());
    const auto* const key = reinterpret_cast<const char*>(entry.key(flags));
    note_event(shard.memory, shard.self,
               {layout::Call::reclaim, outcome, key_hash,
                is_near ? std::string_view(key, lengths.key) : std::string_view(), lengths.value});
}

layout::Call call_named(std::string_view name) noexcept {
    const auto* const found = std::find(std::begin(kCallNames), std::end(kCallNames), name);
    return found == std::end(kCallNames) ? layout::Call::set
                                         : static_cast<layout::Call>(found - std::begin(kCallNames));
}

bool is_journal_on(const Memory& memory) noexcept {
    return counts_at(memory.superblock->journal.load(kRelaxed), ipc::boot_us() / 1000);
}

bool watch_journal(Attachment& attachment) noexcept {
    if (!attachment.segment->has_journal()) return false;
    auto& word = attachment.memory.superblock->journal;
    const std::uint64_t until = ipc::boot_us() / 1000 + kJournalLeaseMs;
    std::uint64_t seen = word.load(kRelaxed);
    while (seen != ipc::kJournalOn && !word.compare_exchange_weak(seen, until, kRelaxed)) {
    }
    return true;
}

bool switch_journal_on(Attachment& attachment) noexcept {
    if (!attachment.segment->has_journal()) return false;
    attachment.memory.superblock->journal.store(ipc::kJournalOn, kRelaxed);
    return true;
}

void switch_journal_off(Attachment& attachment) noexcept {
    attachment.memory.superblock->journal.store(0, kRelaxed);
}

}  // namespace dummycache::store
