// SPDX-License-Identifier: MIT
// Writing one key. The order is always: stage a large value, lock, make room, look up, append, publish,
// tidy up. Making room may move or evict any entry, so an earlier lookup is void.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "store/entry/request.hpp"
#include "store/layout/history.hpp"

namespace dummycache::store {

/// Stores a value. False: the timeout has passed already. Then nothing is stored, and an older entry of the
/// key is erased.
bool set(Attachment& attachment, std::string_view key, std::string_view value, Timeout timeout, Codec codec);
/// A write with a condition. Returns whether the condition held; if the timeout has passed already, whether
/// there was an entry to erase.
bool write(Attachment& attachment, const WriteRequest& request);
/// The same as a step of another call: it is no event of its own.
bool write_quietly(Attachment& attachment, const WriteRequest& request);
bool erase(Attachment& attachment, std::string_view key, std::optional<EntryId> only_id = std::nullopt);
/// The same under the lock of its shard, as a step of another call. `removal` is what is noted as the reason.
bool erase_key_locked(const LockedShard& shard, const KeyHash& hash, std::string_view key,
                      std::optional<EntryId> only_id, layout::Removal removal);
std::optional<std::string> take(Attachment& attachment, std::string_view key);
/// Gives an entry another deadline. `what` names the call in messages. False: the key is absent.
bool touch(Attachment& attachment, std::string_view key, Timeout timeout, const char* what);

}  // namespace dummycache::store
