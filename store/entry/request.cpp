// SPDX-License-Identifier: MIT
#include "store/entry/request.hpp"

#include <algorithm>
#include <string>

#include <fmt/format.h>

#include "dummycache/error.hpp"
#include "dummycache/limits.hpp"
#include "store/shard/shard_guard.hpp"

namespace dummycache::store {

void throw_bad_key(std::size_t bytes, const char* what) {
    throw Error(
        ErrorCode::invalid_argument,
        fmt::format("{}: a key of {} bytes is not between 1 and {} bytes", what, bytes, kMaxKeyBytes));
}

std::uint64_t most_value_bytes(const Attachment& attachment) noexcept {
    return std::min(attachment.segment->identity().capacity_bytes / 2, layout::kMaxValueBytes);
}

void check_value(const Attachment& attachment, std::uint64_t bytes, const char* what) {
    const std::uint64_t most = most_value_bytes(attachment);
    if (bytes <= most) return;
    throw Error(ErrorCode::invalid_argument,
                fmt::format("{}: a value of {} bytes is larger than half the capacity of {} ({} bytes); "
                            "create one with a larger capacity",
                            what, bytes, described(*attachment.segment), most));
}

std::uint64_t unusual_deadline_word_of(const Attachment& attachment, Timeout timeout, Codec codec) {
    const auto low = static_cast<std::uint64_t>(codec);
    if (low > static_cast<std::uint64_t>(Codec::pickle)) {
        throw Error(ErrorCode::invalid_argument, fmt::format("set: {} is no codec", low));
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
    const bool system_full = attachment.memory.committed() < attachment.memory.pages;
    const char* const keeps = attachment.memory.evicts ? "" : ", and it does not evict";
    throw Error(
        ErrorCode::full,
        fmt::format("{}: no room for {} bytes in {}: {}{}; {}", what, bytes, described(*attachment.segment),
                    system_full ? "the system has no memory left for it" : "it is full", keeps,
                    system_full ? advice_without_memory(*attachment.segment)
                                : "delete entries or create a larger one"));
}

}  // namespace dummycache::store
