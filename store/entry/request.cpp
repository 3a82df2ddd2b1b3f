// SPDX-License-Identifier: MIT
#include "store/entry/request.hpp"

#include <algorithm>
#include <string>

#include "dummycache/error.hpp"
#include "store/shard/shard_guard.hpp"

namespace dummycache::store {

void throw_bad_key(std::size_t bytes, const char* what) {
    throw Error(ErrorCode::invalid_argument, std::string(what) + ": a key of " + std::to_string(bytes) +
                                                 " bytes is not between 1 and 65535 bytes");
}

void check_value(const Attachment& attachment, std::uint64_t bytes, const char* what) {
    const std::uint64_t most =
        std::min(attachment.segment->identity().capacity_bytes / 2, layout::kMaxValueBytes);
    if (bytes <= most) return;
    throw Error(ErrorCode::invalid_argument,
                std::string(what) + ": a value of " + std::to_string(bytes) +
                    " bytes is larger than half the capacity of " + described(*attachment.segment) + " (" +
                    std::to_string(most) + " bytes); create one with a larger capacity");
}

std::uint64_t unusual_deadline_word_of(const Attachment& attachment, Timeout timeout, Codec codec) {
    const auto low = static_cast<std::uint64_t>(codec);
    if (low > static_cast<std::uint64_t>(Codec::pickle)) {
        throw Error(ErrorCode::invalid_argument, "set: " + std::to_string(low) + " is no codec");
    }
    switch (timeout.kind()) {
        case Timeout::Kind::invalid:
            throw Error(ErrorCode::invalid_argument,
                        "timeout: NaN and infinity are no timeouts; leave it out for ever");
        case Timeout::Kind::finite: break;
        default: return low;
    }
    const std::uint64_t deadline = attachment.now_us() + static_cast<std::uint64_t>(timeout.microseconds());
    return std::min(deadline, layout::kMaxDeadline) << layout::kDeadlineShift | low;
}

void throw_full(const Attachment& attachment, const char* what, std::uint64_t bytes) {
    const std::string room = std::string(what) + ": no room for " + std::to_string(bytes) + " bytes in " +
                             described(*attachment.segment);
    const bool system_full = attachment.memory.committed() < attachment.memory.pages;
    const std::string keeps = attachment.memory.evicts ? "" : ", and it does not evict";
    const std::string why =
        system_full ? ": the system has no memory left for it" + keeps + "; free some (is /dev/shm full?)"
                    : ": it is full" + keeps + "; delete entries or create a larger one";
    throw Error(ErrorCode::full, room + why);
}

}  // namespace dummycache::store
