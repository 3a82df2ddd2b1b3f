// SPDX-License-Identifier: MIT
// The arguments of the calls on one key, and their checks.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>

#include "dummycache/entry.hpp"
#include "dummycache/timeout.hpp"
#include "store/layout/entry_ref.hpp"
#include "store/layout/key_hash.hpp"
#include "store/log/staging.hpp"

namespace dummycache::store {

/// When a write goes through.
enum class Condition : std::uint8_t { always, if_absent, if_present, if_id };

struct WriteRequest {
    const char* what;  ///< the call, for messages
    std::string_view key;
    std::string_view value;
    Timeout timeout;
    Codec codec = Codec::bytes;
    Condition condition = Condition::always;
    EntryId id = 0;
    std::optional<std::uint64_t> deadline_us;  ///< of cache time, 0 = for ever; instead of the timeout
    /// For a large value that is not held in memory; then `value` is empty. The size, and the function that
    /// writes the value into its staged pages before any lock is taken.
    std::uint64_t pulled_bytes = 0;
    const StagedPages::Pull* pull = nullptr;
    /// Called under the lock, in addition to a condition that is not `always`. If it returns false, nothing
    /// is stored.
    const std::function<bool()>* also = nullptr;

    [[nodiscard]] std::uint64_t value_bytes() const noexcept { return value.size() + pulled_bytes; }
};

[[noreturn]] void throw_bad_key(std::size_t bytes, const char* what);

/// The hash of a key. Throws Error if the key is empty or too long.
[[nodiscard]] inline KeyHash hash_key(const Memory& memory, std::string_view key, const char* what) {
    if (key.empty() || key.size() > layout::kMaxKeyBytes) [[unlikely]]
        throw_bad_key(key.size(), what);
    return hash_of(memory, key);
}

/// How many bytes a value may have.
[[nodiscard]] std::uint64_t most_value_bytes(const Attachment& attachment) noexcept;

/// Throws Error if a value is larger than the cache takes.
void check_value(const Attachment& attachment, std::uint64_t bytes, const char* what);

/// The error of a cache that has no room.
[[noreturn]] void throw_full(const Attachment& attachment, const char* what, std::uint64_t bytes);

[[nodiscard]] std::uint64_t unusual_deadline_word_of(const Attachment& attachment, Timeout timeout,
                                                     Codec codec);

/// Deadline and codec of an entry that is written now. Throws Error if they make no sense.
[[nodiscard]] inline std::uint64_t deadline_word_of(const Attachment& attachment, Timeout timeout,
                                                    Codec codec) {
    const bool usual = timeout.kind() == Timeout::Kind::forever && codec == Codec::bytes;
    return usual ? 0 : unusual_deadline_word_of(attachment, timeout, codec);  // no call in a usual set
}
[[nodiscard]] inline std::uint64_t deadline_word_of(const Attachment& attachment,
                                                    const WriteRequest& request) {
    if (!request.deadline_us) return deadline_word_of(attachment, request.timeout, request.codec);
    return *request.deadline_us << layout::kDeadlineShift | static_cast<std::uint64_t>(request.codec);
}

/// Whether an entry is visible now. Reads the time only if the entry has a deadline.
[[nodiscard]] inline bool is_visible_now(const LockedShard& shard, const EntryRef& entry) noexcept {
    return is_visible(entry.id(), entry.deadline_word(), shard.clear_era(), [&] { return shard.now_us(); });
}

}  // namespace dummycache::store
