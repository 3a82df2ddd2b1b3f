// SPDX-License-Identifier: MIT
#include "store/entry/write.hpp"

#include "dummycache/error.hpp"
#include "store/checkpoint/undo.hpp"
#include "store/entry/fast_write.hpp"
#include "store/entry/put_entry.hpp"
#include "store/entry/read.hpp"
#include "store/entry/stage.hpp"
#include "store/history/journal.hpp"
#include "store/history/removals.hpp"
#include "store/layout/truth.hpp"
#include "store/reclaim/page_supply.hpp"
#include "store/shard/shard_guard.hpp"

namespace dummycache::store {

namespace {

/// Whether the condition of a write holds for the present entry of the key.
bool holds(const WriteRequest& request, const std::optional<ReadMeta>& current) noexcept {
    switch (request.condition) {
        case Condition::always: return true;
        case Condition::if_absent: return !current;
        case Condition::if_present: return current.has_value();
        case Condition::if_id: return current && current->id == request.id;
    }
    return false;
}

/// Makes room for an undo record, and then looks the key up: making room may move that very entry.
std::optional<SlotRef> find_to_change_locked(const LockedShard& shard, const KeyHash& hash,
                                             std::string_view key) {
    const ExemptKey exempt{hash, key};
    while (!has_undo_room_locked(shard)) make_undo_room_locked(shard.exempting(&exempt));
    return find_locked(shard, hash, key);
}

bool erase_locked(const LockedShard& shard, const KeyHash& hash, const SlotRef& slot,
                  layout::Removal removal) {
    const EntryRef entry = EntryRef::of_slot(shard.memory, slot.word());
    const bool counted = entry.era() >= shard.clear_era();
    const bool visible = is_visible_now(shard, entry);
    const bool pinned = append_undo_locked(shard, hash.value, slot.word());
    const auto before = counted ? layout::Removal::expired : layout::Removal::cleared;
    note_removed_locked(shard, removed_key(hash.value, entry, visible ? removal : before));
    unpublish(slot.bucket(), slot.slot);
    pinned ? leave_pinned_locked(shard, entry) : drop_entry_locked(shard, entry, true);
    if (counted) decrease(shard.shard.entries, 1);
    if (visible) increase(shard.shard.erases, 1);
    return visible;
}

/// Changes the deadline with one store. Empty if a checkpoint may need the entry with its old deadline.
std::optional<bool> touch_in_place(Attachment& attachment, const KeyHash& hash, std::string_view key,
                                   std::uint64_t deadline_word, const char* what) {
    const ShardGuard guard = lock_shard_of(attachment, hash, what);
    const auto slot = find_locked(guard.locked(), hash, key);
    if (!slot) return false;
    const EntryRef entry = EntryRef::of_slot(attachment.memory, slot->word());
    if (!is_visible_now(guard.locked(), entry)) return false;
    if (entry.era() < noting_era(attachment.memory)) return std::nullopt;
    lower_next_expiry(attachment.memory.info(entry.page()), deadline_word);
    store_deadline(entry.header(), (deadline_word & ~std::uint64_t{0xff}) | (entry.deadline_word() & 0xff));
    return true;
}

/// Writes a copy with the new deadline; the old entry stays for the checkpoint. Empty in two cases: another
/// process changed the key meanwhile, or there is no room for the copy. In the second case the checkpoints
/// are lost, and the deadline can be stored in place.
std::optional<bool> touch_by_copying(Attachment& attachment, const KeyHash& hash, std::string_view key,
                                     std::uint64_t deadline_word, const char* what) {
    std::string value;
    const auto old = get(attachment, key, value, Use::looks);
    if (!old) return false;
    const auto codec = static_cast<Codec>(old->deadline_word & layout::kCodecMask);
    try {
        const WriteRequest request{
            what, key, value, {}, codec, Condition::if_id, old->id, deadline_word >> layout::kDeadlineShift};
        if (write_quietly(attachment, request)) return true;
    } catch (const Error& error) {
        if (error.code() != ErrorCode::full) throw;
        const ShardGuard guard = lock_shard_of(attachment, hash, what);
        if (noting_era(attachment.memory) != 0) lose_checkpoints_locked(guard.locked());
    }
    return std::nullopt;
}

bool erase_quietly(Attachment& attachment, std::string_view key, std::optional<EntryId> only_id,
                   layout::Removal removal) {
    const KeyHash hash = hash_key(attachment.memory, key, "erase");
    const ShardGuard guard = lock_shard_of(attachment, hash, "erase");
    return erase_key_locked(guard.locked(), hash, key, only_id, removal);
}

}  // namespace

bool set(Attachment& attachment, std::string_view key, std::string_view value, Timeout timeout, Codec codec) {
    if (sizeof(layout::EntryHeader) + key.size() + value.size() <= layout::kMaxSmallEntry - 8 &&
        !attachment.memory.checksums && timeout.kind() != Timeout::Kind::over) {
        const KeyHash hash = hash_key(attachment.memory, key, "set");
        const NewEntry entry{key, value, hash.value, deadline_word_of(attachment, timeout, codec), {}};
        if (write_fast(attachment, hash, entry)) {
            if (is_noting(attachment.memory)) [[unlikely]]
                note_call(attachment, layout::Call::set, layout::Outcome::stored, key, value.size());
            return true;
        }
    }
    return write(attachment, {"set", key, value, timeout, codec, Condition::always, 0, {}});
}

bool write_quietly(Attachment& attachment, const WriteRequest& request) {
    const KeyHash hash = hash_key(attachment.memory, request.key, request.what);
    check_value(attachment, request.value_bytes(), request.what);
    const std::uint64_t deadline_word = deadline_word_of(attachment, request);
    if (request.timeout.kind() == Timeout::Kind::over) {
        if (request.condition == Condition::if_absent) return false;
        const auto id = request.condition == Condition::if_id ? std::optional(request.id) : std::nullopt;
        const bool erased = erase_quietly(attachment, request.key, id, layout::Removal::timed_out);
        return request.condition != Condition::always && erased;
    }
    std::uint32_t exempt_pages = 0;
    if (request.condition != Condition::always) {
        const auto current = find(attachment, request.key, Use::looks);
        if (!holds(request, current)) return false;
        if (current) exempt_pages = pages_for(overflow_bytes(current->lengths, current->deadline_word));
    }
    const ExemptKey old{hash, request.key};
    const bool exempts = request.condition == Condition::if_present || request.condition == Condition::if_id;
    const ExemptKey* const exempt = exempts ? &old : nullptr;
    const std::uint64_t flags =
        flags_for(attachment.memory.checksums, request.key.size(), request.value_bytes());
    std::optional<StagedPages> overflow;
    if ((flags & layout::kOverflow) != 0) {
        const auto stage_page = [&](std::uint32_t shard, std::uint64_t owner) {
            const ShardGuard guard = lock_shard(attachment, shard, request.what);
            return stage_page_locked(guard.locked().exempting(exempt), owner);
        };
        stage(attachment, overflow.emplace(attachment), request, flags, exempt_pages, stage_page);
    }

    const ShardGuard guard = lock_shard_of(attachment, hash, request.what);
    const auto goes_through = [&](const std::optional<SlotRef>& slot) {
        if (request.condition == Condition::always) return true;
        if (request.also != nullptr && !(*request.also)()) return false;
        std::optional<ReadMeta> current;
        if (slot) {
            const EntryRef entry = EntryRef::of_slot(attachment.memory, slot->word());
            if (is_visible_now(guard.locked(), entry))
                current = {entry.id(), entry.deadline_word(), entry.lengths()};
        }
        return holds(request, current);
    };
    // Asks the condition first: a write that will not go through must not evict another entry.
    if (request.condition != Condition::always &&
        !goes_through(find_locked(guard.locked(), hash, request.key)))
        return false;
    NewEntry entry{request.key, request.value, hash.value, deadline_word | flags, {}, request.pulled_bytes};
    return put_entry_locked(attachment, guard.locked().exempting(exempt), hash, entry,
                            overflow ? &*overflow : nullptr, request.what, goes_through);
}

bool write(Attachment& attachment, const WriteRequest& request) {
    if (!is_noting(attachment.memory)) [[likely]]
        return write_quietly(attachment, request);
    using layout::Outcome;
    const bool is_over = request.timeout.kind() == Timeout::Kind::over;
    const auto note = [&](Outcome outcome) {
        note_call(attachment, call_named(request.what), outcome, request.key, request.value_bytes());
    };
    try {
        const bool done = write_quietly(attachment, request);
        const bool held = done || request.condition == Condition::always;
        note(!held ? Outcome::refused : is_over ? Outcome::timed_out : Outcome::stored);
        return done;
    } catch (const Error& error) {
        if (error.code() == ErrorCode::full) note(Outcome::full);
        throw;
    }
}

bool erase(Attachment& attachment, std::string_view key, std::optional<EntryId> only_id) {
    const bool erased = erase_quietly(attachment, key, only_id, layout::Removal::deleted);
    note_if_wanted(attachment, layout::Call::erase, erased ? layout::Outcome::deleted : layout::Outcome::miss,
                   key);
    return erased;
}

bool erase_key_locked(const LockedShard& shard, const KeyHash& hash, std::string_view key,
                      std::optional<EntryId> only_id, layout::Removal removal) {
    const auto slot = find_to_change_locked(shard, hash, key);
    if (!slot && removal == layout::Removal::timed_out && !only_id)
        note_removed_locked(shard, {.key_hash = hash.value, .removal = removal});
    if (!slot || (only_id && EntryRef::of_slot(shard.memory, slot->word()).id() != *only_id)) return false;
    return erase_locked(shard, hash, *slot, removal);
}

namespace {

std::optional<std::string> take_quietly(Attachment& attachment, std::string_view key) {
    const KeyHash hash = hash_key(attachment.memory, key, "take");
    const ShardGuard guard = lock_shard_of(attachment, hash, "take");
    const auto slot = find_to_change_locked(guard.locked(), hash, key);
    if (!slot) return std::nullopt;
    const EntryRef entry = EntryRef::of_slot(attachment.memory, slot->word());
    const Lengths lengths = entry.lengths();
    std::string value(lengths.value, '\0');
    const auto room = std::as_writable_bytes(std::span(value));
    if (!copy_value(attachment.memory, entry, entry.deadline_word(), lengths, room.data(), room.size()))
        return std::nullopt;
    if (!erase_locked(guard.locked(), hash, *slot, layout::Removal::deleted)) return std::nullopt;
    return value;
}

bool touch_quietly(Attachment& attachment, std::string_view key, Timeout timeout, const char* what) {
    const KeyHash hash = hash_key(attachment.memory, key, what);
    const std::uint64_t deadline_word = deadline_word_of(attachment, timeout, Codec::bytes);
    if (timeout.kind() == Timeout::Kind::over)
        return erase_quietly(attachment, key, std::nullopt, layout::Removal::timed_out);
    for (;;) {
        if (const auto done = touch_in_place(attachment, hash, key, deadline_word, what)) return *done;
        if (const auto done = touch_by_copying(attachment, hash, key, deadline_word, what)) return *done;
    }
}

}  // namespace

std::optional<std::string> take(Attachment& attachment, std::string_view key) {
    auto value = take_quietly(attachment, key);
    note_if_wanted(attachment, layout::Call::take, value ? layout::Outcome::deleted : layout::Outcome::miss,
                   key, value ? value->size() : 0);
    return value;
}

bool touch(Attachment& attachment, std::string_view key, Timeout timeout, const char* what) {
    const bool found = touch_quietly(attachment, key, timeout, what);
    const auto outcome =
        timeout.kind() == Timeout::Kind::over ? layout::Outcome::timed_out : layout::Outcome::stored;
    note_if_wanted(attachment, call_named(what), found ? outcome : layout::Outcome::miss, key);
    return found;
}

}  // namespace dummycache::store
