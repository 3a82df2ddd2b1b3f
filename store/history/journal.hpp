// SPDX-License-Identifier: MIT
// The journal of events: who called what, and what came of it. Calls note events while somebody watches, or while the
// journal is on. A writer of events never waits. A reader that is too slow loses the oldest, and knows how many.
//
// A watcher renews a lease of some seconds in the superblock. If it is killed or stopped, the lease runs out, and the next
// call that would note an event ends it.
#pragma once

#include <cstdint>
#include <string_view>

#include "store/layout/attachment.hpp"
#include "store/layout/entry_ref.hpp"
#include "store/layout/locked_shard.hpp"

namespace dummycache::store {

struct NewEvent {
    layout::Call call = layout::Call::none;
    layout::Outcome outcome = layout::Outcome::none;
    std::uint64_t key_hash = 0;
    std::string_view key;
    std::uint64_t value_bytes = 0;
};

/// Whether events are noted. One load.
[[nodiscard, gnu::always_inline]] inline bool is_noting(const Memory& memory) noexcept {
    return memory.superblock->journal.load(kRelaxed) != 0;
}

/// Notes an event, if the journal has memory and its lease has not run out. Any thread of any process, with or without
/// locks. About 50 ns. Killed inside: this event is lost.
void note_event(const Memory& memory, ipc::Membership& self, const NewEvent& event) noexcept;

/// The same for a caller that may not have written yet: it gets a record among the clients, if one is to be had without
/// waiting. Not to be called under a lock.
void note_event_of_caller(Attachment& attachment, const NewEvent& event) noexcept;

/// The same of a call on one key.
void note_call(Attachment& attachment, layout::Call call, layout::Outcome outcome, std::string_view key,
               std::uint64_t value_bytes) noexcept;
inline void note_if_wanted(Attachment& attachment, layout::Call call, layout::Outcome outcome,
                           std::string_view key, std::uint64_t value_bytes = 0) noexcept {
    if (is_noting(attachment.memory)) [[unlikely]]
        note_call(attachment, call, outcome, key, value_bytes);
}
/// The same of a call on the whole cache. `entries`: how many it concerned.
inline void note_whole_call(Attachment& attachment, layout::Call call, layout::Outcome outcome,
                            std::uint64_t entries) noexcept {
    if (is_noting(attachment.memory)) [[unlikely]]
        note_event(attachment.memory, attachment.self, {call, outcome, 0, {}, entries});
}

/// The same of an entry that goes, before its bytes do.
void note_event_locked(const LockedShard& shard, std::uint64_t key_hash, const EntryRef& entry,
                       layout::Outcome outcome) noexcept;

/// The call of this name; `set` for one that is not known.
[[nodiscard]] layout::Call call_named(std::string_view name) noexcept;

/// For how long a watcher keeps the journal on each time.
inline constexpr std::uint64_t kJournalLeaseMs = 2000;

/// Whether an event would be noted now, if the journal has memory.
[[nodiscard]] bool is_journal_on(const Memory& memory) noexcept;
/// A watcher wants events from now on for the time of a lease. False: the system has no memory for the journal.
[[nodiscard]] bool watch_journal(Attachment& attachment) noexcept;
/// Switches the journal on for ever. False: the system has no memory for it.
[[nodiscard]] bool switch_journal_on(Attachment& attachment) noexcept;
/// Off, unless somebody watches.
void switch_journal_off(Attachment& attachment) noexcept;

}  // namespace dummycache::store
