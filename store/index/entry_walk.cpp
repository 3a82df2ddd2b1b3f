// SPDX-License-Identifier: MIT
#include "store/index/entry_walk.hpp"

#include "store/layout/overflow.hpp"

namespace dummycache::store {

std::vector<std::uint32_t> index_pages_of(const Memory& memory, std::uint32_t shard,
                                          std::vector<bool>& seen) {
    std::vector<std::uint32_t> pages;
    const layout::DirectoryWord* const directory = memory.directory(shard);
    for (std::uint32_t i = 0; i < memory.directory_size(); ++i) {
        const std::uint32_t word = directory[i].load(std::memory_order_relaxed);
        if (word == 0 || word > memory.committed() || seen[word - 1]) continue;
        seen[word - 1] = true;
        pages.push_back(word - 1);
    }
    return pages;
}

std::string_view EntryLoader::key(std::uint64_t word) {
    const EntryRef entry = EntryRef::of_slot(memory_, word);
    const Lengths lengths = entry.lengths();
    const std::uint64_t deadline_word = entry.deadline_word();
    if ((deadline_word & layout::kKeyOverflow) == 0)
        return {reinterpret_cast<const char*>(entry.key(deadline_word)), lengths.key};
    key_.resize(lengths.key);
    if (!copy_key(memory_, entry, deadline_word, lengths, reinterpret_cast<std::byte*>(key_.data())))
        return {};
    return key_;
}

std::chrono::microseconds EntryLoader::ttl(std::uint64_t word) const noexcept {
    const std::uint64_t deadline = deadline_of(EntryRef::of_slot(memory_, word).deadline_word());
    return deadline == kNoDeadline ? kForever : std::chrono::microseconds(deadline - now_us_);
}

bool EntryLoader::load(std::uint64_t word, EntryView& view) {
    const EntryRef entry = EntryRef::of_slot(memory_, word);
    const Lengths lengths = entry.lengths();
    const std::uint64_t deadline_word = entry.deadline_word();
    view.key = key(word);
    if (view.key.empty()) return false;
    if ((deadline_word & layout::kOverflow) == 0) {
        view.value = {reinterpret_cast<const char*>(entry.value(lengths)), lengths.value};
    } else {
        value_.resize(lengths.value);
        view.value = value_;
        auto* const room = reinterpret_cast<std::byte*>(value_.data());
        if (!copy_value(memory_, entry, deadline_word, lengths, room, lengths.value)) return false;
    }
    view.codec = static_cast<Codec>(deadline_word & layout::kCodecMask);
    view.id = entry.id();
    view.ttl = ttl(word);
    view.writer = lengths.writer;
    const std::uint64_t pages = pages_for(overflow_bytes(lengths, deadline_word));
    view.stored_bytes = entry_bytes(lengths, deadline_word) + pages * layout::kPageBytes;
    return true;
}

}  // namespace dummycache::store
