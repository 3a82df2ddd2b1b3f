// SPDX-License-Identifier: MIT
// The engine's writes. The order is always: stage a large value, lock, make room, look up, append,
// publish, tidy up. Making room may move or evict anything, so what was looked up before it is void.
#include "dummycache/error.hpp"
#include "store/checkpoint/undo.hpp"
#include "store/entry/attachment.hpp"
#include "store/entry/fast_write.hpp"
#include "store/entry/put_entry.hpp"
#include "store/layout/truth.hpp"
#include "store/log/log.hpp"
#include "store/reclaim/page_supply.hpp"

namespace dummycache::store {

bool is_visible_now(const LockedShard& shard, const EntryRef& entry) noexcept {
    if (entry.era() < shard.clear_era()) return false;
    const std::uint64_t deadline = deadline_of(entry.deadline_word());
    return deadline == kNoDeadline || shard.now_us() < deadline;
}

ipc::Deadline Engine::lock_deadline() const { return std::chrono::steady_clock::now() + lock_timeout_; }

ShardGuard Engine::lock(const KeyHash& hash, const char* what) {
    prefetch_buckets_and_marks(memory_, hash);  // it comes while the lock is taken
    // The lock is nearly always free; the time is asked for only if it is not.
    if (auto guard = ShardGuard::if_free(memory_, arena_, self_, hash.shard)) return *std::move(guard);
    return ShardGuard(memory_, arena_, self_, hash.shard, lock_deadline(), what);
}

/// Whether the condition of a write holds for what is there now.
bool Engine::holds(const WriteRequest& request, const std::optional<ReadMeta>& current) noexcept {
    switch (request.condition) {
        case Condition::always: return true;
        case Condition::if_absent: return !current;
        case Condition::if_present: return current.has_value();
        case Condition::if_id: return current && current->id == request.id;
    }
    return false;
}

bool Engine::set(std::string_view key, std::string_view value, Timeout timeout, Codec codec) {
    if (sizeof(layout::EntryHeader) + key.size() + value.size() <= layout::kMaxSmallEntry - 8 &&
        !memory_.checksums && timeout.kind() != Timeout::Kind::over) {
        const KeyHash hash = hash_key(key, "set");
        const NewEntry entry{key, value, hash.value, deadline_word_of(timeout, codec), {}};
        if (write_quickly(memory_, arena_, self_, hash, entry)) return true;
    }
    return write({"set", key, value, timeout, codec, Condition::always, 0, {}});
}

bool Engine::write(const WriteRequest& request) {
    const KeyHash hash = hash_key(request.key, request.what);
    check_value(request.value_bytes(), request.what);
    const std::uint64_t deadline_word = deadline_word_of(request);
    if (request.timeout.kind() == Timeout::Kind::over) {
        if (request.condition == Condition::if_absent) return false;
        const auto id = request.condition == Condition::if_id ? std::optional(request.id) : std::nullopt;
        const bool erased = erase(request.key, id);
        return request.condition != Condition::always && erased;
    }
    std::uint32_t exempt_pages = 0;
    if (request.condition != Condition::always) {
        const auto current = find(request.key, Use::looks);
        if (!holds(request, current)) return false;
        if (current) exempt_pages = pages_for(overflow_bytes(current->lengths, current->deadline_word));
    }
    const ExemptKey old{hash, request.key};
    const bool exempts = request.condition == Condition::if_present || request.condition == Condition::if_id;
    const ExemptKey* const exempt = exempts ? &old : nullptr;
    const std::uint64_t flags = flags_for(memory_.checksums, request.key.size(), request.value_bytes());
    std::optional<StagedPages> overflow;
    if ((flags & layout::kOverflow) != 0) {
        const auto stage_page = [&](std::uint32_t shard, std::uint64_t owner) {
            const ShardGuard guard(memory_, arena_, self_, shard, lock_deadline(), request.what);
            return stage_page_locked(guard.locked().exempting(exempt), owner);
        };
        stage(overflow.emplace(memory_, arena_, self_), request, flags, exempt_pages, stage_page);
    }

    const ShardGuard guard = lock(hash, request.what);
    const auto goes_through = [&](const std::optional<SlotRef>& slot) {
        if (request.condition == Condition::always) return true;
        if (request.also != nullptr && !(*request.also)()) return false;
        std::optional<ReadMeta> current;
        if (slot) {
            const EntryRef entry = EntryRef::of_slot(memory_, slot->word());
            if (is_visible_now(guard.locked(), entry))
                current = {entry.id(), entry.deadline_word(), entry.lengths()};
        }
        return holds(request, current);
    };
    // A write that will not go through must not cost another entry its place.
    if (request.condition != Condition::always &&
        !goes_through(find_locked(guard.locked(), hash, request.key)))
        return false;
    NewEntry entry{request.key, request.value, hash.value, deadline_word | flags, {}, request.pulled_bytes};
    return store_locked(guard.locked().exempting(exempt), hash, entry, overflow ? &*overflow : nullptr,
                        request.what, goes_through);
}

/// Room for a record first, then the lookup: making room may move the very entry.
std::optional<SlotRef> Engine::find_to_change_locked(const LockedShard& shard, const KeyHash& hash,
                                                     std::string_view key) {
    const ExemptKey exempt{hash, key};
    while (!has_undo_room_locked(shard)) make_undo_room_locked(shard.exempting(&exempt));
    return find_locked(shard, hash, key);
}

bool Engine::erase_locked(const LockedShard& shard, const KeyHash& hash, const SlotRef& slot) {
    const EntryRef entry = EntryRef::of_slot(memory_, slot.word());
    const bool counted = entry.era() >= shard.clear_era();
    const bool visible = is_visible_now(shard, entry);
    const bool pinned = append_undo_locked(shard, hash.value, slot.word());
    unpublish(slot.bucket(), slot.slot);
    pinned ? leave_pinned_locked(shard, entry) : drop_entry_locked(shard, entry, true);
    if (counted) decrease(shard.shard.entries, 1);
    if (visible) increase(shard.shard.erases, 1);
    return visible;
}

bool Engine::erase(std::string_view key, std::optional<EntryId> only_id) {
    const KeyHash hash = hash_key(key, "erase");
    const ShardGuard guard = lock(hash, "erase");
    const auto slot = find_to_change_locked(guard.locked(), hash, key);
    if (!slot || (only_id && EntryRef::of_slot(memory_, slot->word()).id() != *only_id)) return false;
    return erase_locked(guard.locked(), hash, *slot);
}

std::optional<std::string> Engine::take(std::string_view key) {
    const KeyHash hash = hash_key(key, "take");
    const ShardGuard guard = lock(hash, "take");
    const auto slot = find_to_change_locked(guard.locked(), hash, key);
    if (!slot) return std::nullopt;
    const EntryRef entry = EntryRef::of_slot(memory_, slot->word());
    const Lengths lengths = entry.lengths();
    std::string value(lengths.value, '\0');
    const auto room = std::as_writable_bytes(std::span(value));
    if (!copy_value(memory_, entry, entry.deadline_word(), lengths, room.data(), room.size()))
        return std::nullopt;
    if (!erase_locked(guard.locked(), hash, *slot)) return std::nullopt;
    return value;
}

/// The new deadline as one store; empty if a checkpoint may need the entry as it is.
std::optional<bool> Engine::touch_in_place(const KeyHash& hash, std::string_view key,
                                           std::uint64_t deadline_word, const char* what) {
    const ShardGuard guard = lock(hash, what);
    const auto slot = find_locked(guard.locked(), hash, key);
    if (!slot) return false;
    const EntryRef entry = EntryRef::of_slot(memory_, slot->word());
    if (!is_visible_now(guard.locked(), entry)) return false;
    if (entry.era() < noting_era(memory_)) return std::nullopt;
    lower_next_expiry(memory_.info(entry.page()), deadline_word);
    DUMMYCACHE_KILL_POINT("before a deadline is stored");
    entry.header().deadline_word.store(
        (deadline_word & ~std::uint64_t{0xff}) | (entry.deadline_word() & 0xff), std::memory_order_release);
    DUMMYCACHE_KILL_POINT("deadline stored");
    return true;
}

/// A copy with the new deadline; the old entry stays for the checkpoint. Empty if somebody else was faster, or if there
/// is no room for the copy: then the checkpoints are lost, and the deadline can be stored in place.
std::optional<bool> Engine::touch_by_copying(const KeyHash& hash, std::string_view key,
                                             std::uint64_t deadline_word, const char* what) {
    std::string value;
    const auto old = get(key, value, Use::looks);
    if (!old) return false;
    const auto codec = static_cast<Codec>(old->deadline_word & layout::kCodecMask);
    try {
        if (write({what,
                   key,
                   value,
                   {},
                   codec,
                   Condition::if_id,
                   old->id,
                   deadline_word >> layout::kDeadlineShift}))
            return true;
    } catch (const Error& error) {
        if (error.code() != ErrorCode::full) throw;
        const ShardGuard guard = lock(hash, what);
        if (noting_era(memory_) != 0) lose_checkpoints_locked(guard.locked());
    }
    return std::nullopt;
}

bool Engine::touch(std::string_view key, Timeout timeout, const char* what) {
    const KeyHash hash = hash_key(key, what);
    const std::uint64_t deadline_word = deadline_word_of(timeout, Codec::bytes);
    if (timeout.kind() == Timeout::Kind::over) return erase(key);
    for (;;) {
        if (const auto done = touch_in_place(hash, key, deadline_word, what)) return *done;
        if (const auto done = touch_by_copying(hash, key, deadline_word, what)) return *done;
    }
}

}  // namespace dummycache::store
