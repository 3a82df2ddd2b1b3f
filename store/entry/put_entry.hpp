// SPDX-License-Identifier: MIT
// The careful path of every write of an entry, for all unusual cases.
#pragma once

#include "store/checkpoint/undo.hpp"
#include "store/entry/request.hpp"
#include "store/index/index.hpp"
#include "store/log/log.hpp"
#include "store/reclaim/page_supply.hpp"

namespace dummycache::store {

/// Makes room, looks the key up, asks `decide(slot)`, appends, writes the undo record that checkpoints
/// need, and publishes. `decide` says whether the write goes through; it may fill in the entry's value, of
/// no more bytes than before. Takes over `overflow` if the entry has overflow pages. Throws
/// ErrorCode::full; then the content of the cache is unchanged.
template <class Decide>
bool put_entry_locked(Attachment& attachment, const LockedShard& shard, const KeyHash& hash, NewEntry& entry,
                      StagedPages* overflow, const char* what, Decide&& decide) {
    for (;;) {
        if (!make_room_locked(shard, entry.bytes())) throw_full(attachment, what, entry.bytes());
        if (!has_undo_room_locked(shard)) {
            make_undo_room_locked(shard);
            continue;
        }
        const auto found = find_locked(shard, hash, entry.key);
        if (!decide(found)) return false;
        const auto free = found ? std::nullopt : free_slot_locked(shard, hash);
        if (!found && !free) {
            if (!make_index_room_locked(shard, hash)) throw_full(attachment, what, entry.bytes());
            continue;
        }
        if (overflow != nullptr) entry.overflow = overflow->hand_over_locked(shard, entry.key_hash);
        // The old word is read before any byte is written: in a damaged segment the slot may lie where the
        // entry goes.
        const std::uint64_t old_word = found ? found->word() : 0;
        const std::uint64_t offset = append_locked(shard, entry);
        const bool pinned = append_undo_locked(shard, hash.value, old_word);
        if (found) {
            replace_locked(shard, *found, old_word, offset, pinned);
        } else {
            insert_locked(shard, *free, hash, offset);
            increase(shard.shard.entries, 1);
        }
        increase(shard.shard.sets, 1);
        return true;
    }
}

}  // namespace dummycache::store
