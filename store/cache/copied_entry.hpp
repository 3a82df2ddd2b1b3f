// SPDX-License-Identifier: MIT
// Storing an entry of one cache in another one. It keeps the time that it has left.
#pragma once

#include "store/entry/write.hpp"

namespace dummycache::store {

/// `now_us`: the time of the first cache, from which the entry's remaining time is counted. Throws
/// ErrorCode::full.
inline void store_copied_entry(Attachment& to, const char* what, const EntryView& entry, std::uint64_t now_us,
                               Condition condition) {
    const std::uint64_t deadline =
        entry.ttl == kForever ? 0 : now_us + static_cast<std::uint64_t>(entry.ttl.count());
    write(to, {what, entry.key, entry.value, {}, entry.codec, condition, 0, deadline});
}

}  // namespace dummycache::store
