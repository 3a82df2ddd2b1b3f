// SPDX-License-Identifier: MIT
// Writing one key. The order is always: stage a large value, lock, make room, look up, append, publish, tidy up.
// Making room may move or evict anything, so what was looked up before it is void.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "store/entry/request.hpp"

namespace dummycache::store {

/// False: the timeout is over, and nothing was stored.
bool set(Attachment& attachment, std::string_view key, std::string_view value, Timeout timeout, Codec codec);
/// Says whether the condition held; with a timeout that is over, whether there was something to erase.
bool write(Attachment& attachment, const WriteRequest& request);
bool erase(Attachment& attachment, std::string_view key, std::optional<EntryId> only_id = std::nullopt);
std::optional<std::string> take(Attachment& attachment, std::string_view key);
/// Gives an entry another deadline. `what`: the call, for messages.
bool touch(Attachment& attachment, std::string_view key, Timeout timeout, const char* what);

}  // namespace dummycache::store
