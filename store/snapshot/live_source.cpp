// SPDX-License-Identifier: MIT
#include "store/snapshot/live_source.hpp"

#include <algorithm>

namespace dummycache::store::snapshot {

namespace {

constexpr std::size_t kPrefetch = 16;

Codec codec_of(std::uint64_t deadline_word) noexcept {
    const auto codec = static_cast<Codec>(deadline_word & layout::kCodecMask);
    return codec <= Codec::pickle ? codec : Codec::bytes;  // damage must not make an unreadable snapshot
}

/// Limits a remaining time to the longest one in a snapshot. A clock that was set back, or damage, may make
/// it longer.
std::chrono::microseconds sayable(std::chrono::microseconds ttl) noexcept {
    return ttl == kForever ? ttl : std::min<std::chrono::microseconds>(ttl, kMostTtl);
}

}  // namespace

bool LiveSource::next(Record& record) {
    const auto word = entries_.next();
    overflow_.reset();
    overflow_left_ = 0;
    if (!word) return false;
    ++done_;
    const std::byte* const ahead =
        image_->memory().arena + (entries_.ahead(kPrefetch) & layout::kOffsetMask) * 8;
    for (std::size_t line = 0; line < 3; ++line) __builtin_prefetch(ahead + line * layout::kCacheLine);
    const EntryRef entry = EntryRef::of_slot(image_->memory(), *word);
    const Lengths lengths = entry.lengths();
    const std::uint64_t deadline_word = entry.deadline_word();
    record.key = loader_.key(*word);
    record.value_bytes = lengths.value;
    record.codec = codec_of(deadline_word);
    record.ttl = sayable(ttl_(loader_.ttl(*word)));
    if ((deadline_word & layout::kOverflow) == 0) {
        record.value = {reinterpret_cast<const char*>(entry.value(lengths)), lengths.value};
    } else {
        begin_overflow(entry, lengths, deadline_word, record);
    }
    return true;
}

void LiveSource::begin_overflow(const EntryRef& entry, const Lengths& lengths, std::uint64_t deadline_word,
                                Record& record) {
    overflow_.emplace(image_->memory(), entry);
    if ((deadline_word & layout::kKeyOverflow) != 0) overflow_->copy(nullptr, lengths.key);
    overflow_left_ = lengths.value;
    record.value = {};
    if (lengths.value <= kLongValue) record.value = more();
}

std::string_view LiveSource::more() {
    const auto bytes = static_cast<std::size_t>(std::min<std::uint64_t>(overflow_left_, kLongValue));
    if (bytes == 0) return {};
    part_.resize(bytes);
    if (!overflow_->copy(reinterpret_cast<std::byte*>(part_.data()), bytes)) {
        throw Error(ErrorCode::not_a_cache,
                    "dump: a value is broken; 'dummycache doctor' says what is wrong, --repair mends it");
    }
    overflow_left_ -= bytes;
    return part_;
}

}  // namespace dummycache::store::snapshot
