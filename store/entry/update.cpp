// SPDX-License-Identifier: MIT
#include "store/entry/update.hpp"

#include <charconv>
#include <functional>
#include <limits>
#include <string>

#include <fmt/format.h>

#include "dummycache/error.hpp"
#include "store/entry/fast_write.hpp"
#include "store/entry/put_entry.hpp"
#include "store/entry/read.hpp"
#include "store/entry/write.hpp"
#include "store/history/journal.hpp"
#include "store/shard/shard_guard.hpp"

namespace dummycache::store {

namespace {

/// A read-modify-write. `change` gets the value and codec of a live entry and changes them into the new
/// ones. If the key is absent it gets empty ones and `present` = false. It may be called more than once.
struct Update {
    const char* what;
    std::string_view key;
    std::function<void(std::string& value, Codec& codec, bool present)> change;
};

std::string shortened(std::string_view text) {
    constexpr std::size_t kShown = 40;
    return std::string(text.substr(0, kShown)) + (text.size() > kShown ? "..." : "");
}

/// A decimal int64: an optional minus and digits, nothing else.
std::int64_t parse(std::string_view text, std::string_view key, const char* what) {
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error == std::errc{} && end == text.data() + text.size()) return number;
    throw Error(ErrorCode::wrong_kind,
                fmt::format("{}: the value of key '{}' is no decimal int64; set it to one first", what,
                            shortened(key)));
}

/// Sum or difference, or the error of an overflow.
std::int64_t combine(std::int64_t a, std::int64_t b, bool subtract, std::string_view key, const char* what) {
    std::int64_t result = 0;
    const bool overflows =
        subtract ? __builtin_sub_overflow(a, b, &result) : __builtin_add_overflow(a, b, &result);
    if (!overflows) return result;
    throw Error(ErrorCode::wrong_kind, fmt::format("{}: {} {} {} overflows an int64; key '{}' stays as it is",
                                                   what, a, subtract ? '-' : '+', b, shortened(key)));
}

/// Stores without a second lookup, if the case is usual. False: the content of the cache did not change.
bool replace_if_usual(const LockedShard& shard, const SlotRef& slot, const KeyHash& hash,
                      const NewEntry& entry) {
    if (entry.deadline_word & (layout::kOverflow | layout::kChecked)) return false;
    const std::uint64_t bytes = entry.bytes();
    if (!is_usual_shard(shard) || !has_room_locked(shard, layout::kNursery, bytes)) return false;
    return replace_fast_locked(shard, {&slot.bucket(), false, slot.slot, slot.word()}, hash, entry, bytes);
}

/// Does the update under the lock, if the old and the new entry are small. False: one is not, and nothing
/// has happened.
bool update_in_place(Attachment& attachment, const LockedShard& shard, const KeyHash& hash, Update& update) {
    for (;;) {
        std::optional<std::uint64_t> old_id;
        std::uint64_t deadline = 0;
        std::string value;
        Codec codec = Codec::bytes;
        const auto slot = find_locked(shard, hash, update.key);
        if (slot && is_visible_now(shard, EntryRef::of_slot(attachment.memory, slot->word()))) {
            const EntryRef old = EntryRef::of_slot(attachment.memory, slot->word());
            if (old.is_large()) return false;
            value.resize(old.lengths().value);
            copy_bytes(reinterpret_cast<std::byte*>(value.data()), old.value(old.lengths()), value.size());
            old_id = old.id();
            deadline = old.deadline_word() & ~std::uint64_t{0xff};
            codec = static_cast<Codec>(old.deadline_word() & layout::kCodecMask);
        }
        update.change(value, codec, old_id.has_value());
        check_value(attachment, value.size(), update.what);
        const std::uint64_t flags = flags_for(attachment.memory.checksums, update.key.size(), value.size());
        if ((flags & layout::kOverflow) != 0) return false;
        NewEntry entry{
            update.key, value, hash.value, deadline | flags | static_cast<std::uint64_t>(codec), {}};
        if (old_id && replace_if_usual(shard, *slot, hash, entry)) return true;
        const bool stored = put_entry_locked(
            attachment, shard, hash, entry, nullptr, update.what, [&](const std::optional<SlotRef>& now) {
                const bool present =
                    now && is_visible_now(shard, EntryRef::of_slot(attachment.memory, now->word()));
                if (!old_id) return !present;
                return present && EntryRef::of_slot(attachment.memory, now->word()).id() == *old_id;
            });
        if (stored) return true;  // otherwise the entry has expired meanwhile: begin again
    }
}

/// For large values: reads, changes, and stores if no other process has changed the key meanwhile.
/// Otherwise begins again.
void update_by_comparing(Attachment& attachment, Update& update) {
    for (;;) {
        std::string value;
        const auto old = get(attachment, update.key, value, Use::looks);
        Codec codec = old ? static_cast<Codec>(old->deadline_word & layout::kCodecMask) : Codec::bytes;
        if (!old) value.clear();
        update.change(value, codec, old.has_value());
        WriteRequest request{update.what, update.key, value, {}, codec, Condition::if_absent, 0, {}};
        if (old) {
            request.condition = Condition::if_id;
            request.id = old->id;
            request.deadline_us = old->deadline_word >> layout::kDeadlineShift;
        }
        if (write_quietly(attachment, request)) return;
    }
}

void update_now(Attachment& attachment, Update& update) {
    const KeyHash hash = hash_key(attachment.memory, update.key, update.what);
    {
        const ShardGuard guard = lock_shard_of(attachment, hash, update.what);
        const ExemptKey old{hash, update.key};
        if (update_in_place(attachment, guard.locked().exempting(&old), hash, update)) return;
    }
    update_by_comparing(attachment, update);
}

/// The same, and if an error ends it, its event.
void update(Attachment& attachment, Update& update) {
    try {
        update_now(attachment, update);
    } catch (const Error& error) {
        const bool is_full = error.code() == ErrorCode::full;
        if (is_full || error.code() == ErrorCode::wrong_kind)
            note_if_wanted(attachment, call_named(update.what),
                           is_full ? layout::Outcome::full : layout::Outcome::refused, update.key);
        throw;
    }
}

}  // namespace

std::int64_t incr(Attachment& attachment, std::string_view key, std::int64_t delta, bool subtract,
                  const char* what) {
    std::int64_t result = 0;
    Update step{what, key, [&](std::string& value, Codec& codec, bool present) {
                    const std::int64_t old = present ? parse(value, key, what) : 0;
                    result = combine(old, delta, subtract, key, what);
                    value = std::to_string(result);
                    codec = Codec::int64;
                }};
    update(attachment, step);
    note_if_wanted(attachment, call_named(what), layout::Outcome::stored, key);
    return result;
}

std::size_t append(Attachment& attachment, std::string_view key, std::string_view suffix) {
    std::size_t size = 0;
    Update step{"append", key, [&](std::string& value, Codec&, bool) {
                    value += suffix;
                    size = value.size();
                }};
    update(attachment, step);
    note_if_wanted(attachment, layout::Call::append, layout::Outcome::stored, key, size);
    return size;
}

}  // namespace dummycache::store
