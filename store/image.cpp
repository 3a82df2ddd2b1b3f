// SPDX-License-Identifier: MIT
#include "store/image.hpp"

#include <vector>

#include "store/chain.hpp"
#include "store/index.hpp"

namespace dummycache::store {

namespace {

constexpr auto kRelaxed = std::memory_order_relaxed;

bool is_used(const layout::PageInfo& info) noexcept {
    switch (layout::kind_of(info.owner.load(std::memory_order_acquire))) {
        case layout::PageKind::data:
        case layout::PageKind::chain:
        case layout::PageKind::index:
        case layout::PageKind::undo: return true;
        default: return false;
    }
}

/// Walks one entry at a time; keeps buffers between them.
class EntryWalk {
public:
    EntryWalk(const Memory& memory, std::uint64_t now_us, Belief belief)
        : memory_(memory),
          now_us_(now_us),
          belief_(belief),
          committed_(memory.committed()),
          clear_era_(memory.superblock->clear_era.load(kRelaxed)) {}

    /// False if the slot leads to nothing that is visible and sound.
    bool load(std::uint64_t word, std::uint8_t mark, EntryView& view) {
        const EntryRef entry = EntryRef::of_slot(memory_, word);
        if (!entry.fits(committed_)) return false;
        const Lengths lengths = entry.lengths();
        const std::uint64_t due = entry.due();
        const std::uint64_t deadline = deadline_of(due);
        if (entry.era() < clear_era_ || now_us_ >= deadline) return false;
        if (!load_bytes(entry, due, lengths, view)) return false;
        if (belief_ == Belief::checked && !is_intact(memory_, entry)) return false;
        view.codec = static_cast<Codec>(due & layout::kCodecMask);
        view.id = entry.id();
        view.ttl = deadline == kNoDeadline ? kForever : std::chrono::microseconds(deadline - now_us_);
        view.writer = lengths.writer;
        const std::uint64_t pages = pages_for(chain_bytes(lengths, due));
        view.stored_bytes = entry_bytes(lengths, due) + pages * layout::kPageBytes;
        view.visits = mark;
        return true;
    }

private:
    bool load_bytes(const EntryRef& entry, std::uint64_t due, const Lengths& lengths, EntryView& view) {
        if ((due & layout::kChained) == 0) {
            const auto* const key = reinterpret_cast<const char*>(entry.key(due));
            view.key = {key, lengths.key};
            view.value = {key + lengths.key, lengths.value};
            return true;
        }
        key_.resize(lengths.key);
        value_.resize(lengths.value);
        view.key = key_;
        view.value = value_;
        return copy_key(memory_, entry, due, lengths, reinterpret_cast<std::byte*>(key_.data())) &&
               copy_value(memory_, entry, due, lengths, reinterpret_cast<std::byte*>(value_.data()),
                          lengths.value);
    }

    const Memory& memory_;
    std::uint64_t now_us_;
    Belief belief_;
    std::uint32_t committed_;
    std::uint64_t clear_era_;
    std::string key_;
    std::string value_;
};

/// The index pages that a shard's directory leads to, each once.
std::vector<std::uint32_t> index_pages_of(const Memory& memory, std::uint32_t shard,
                                          std::vector<bool>& seen) {
    std::vector<std::uint32_t> pages;
    const layout::DirectoryWord* const directory = memory.directory(shard);
    for (std::uint32_t i = 0; i < memory.directory_size(); ++i) {
        const std::uint32_t word = directory[i].load(kRelaxed);
        if (word == 0 || word > memory.committed() || seen[word - 1]) continue;
        seen[word - 1] = true;
        pages.push_back(word - 1);
    }
    return pages;
}

}  // namespace

Image::Image(const ipc::Segment& segment, const Memory& live, ipc::PageArena& arena, ipc::Membership& self,
             ipc::Deadline deadline, const char* what)
    : bytes_(segment.identity().segment_bytes), memory_(segment, bytes_.base()) {
    // One write a page is enough to have it; pages claimed from now on are touched by the copy.
    for (std::uint32_t page = 0; page < live.committed(); ++page) {
        if (!is_used(live.info(page))) continue;
        for (std::size_t at = 0; at < layout::kPageBytes; at += layout::kIdentityBytes)
            memory_.page(page)[at] = std::byte{0};
    }
    const WorldGuard guard(live, arena, self, deadline, what);
    copy(live, segment.control_bytes());
}

Image::Image(const ipc::Segment& segment, const Memory& live)
    : bytes_(segment.identity().segment_bytes), memory_(segment, bytes_.base()) {
    copy(live, segment.control_bytes());
}

void Image::copy(const Memory& live, std::uint64_t control_bytes) {
    const auto offset = reinterpret_cast<std::byte*>(memory_.superblock) - bytes_.base();
    copy_bytes(bytes_.base(), reinterpret_cast<const std::byte*>(live.superblock) - offset, control_bytes);
    const std::uint32_t committed = live.committed();
    copy_bytes(reinterpret_cast<std::byte*>(memory_.page_table),
               reinterpret_cast<const std::byte*>(live.page_table),
               std::size_t{committed} * sizeof(layout::PageInfo));
    for (std::uint32_t page = 0; page < committed; ++page) {
        if (is_used(live.info(page))) copy_bytes(memory_.page(page), live.page(page), layout::kPageBytes);
    }
    now_us_ = ipc::CacheClock(live.superblock->clock).now_us();
}

void Image::visit(const std::function<bool(const EntryView&)>& visitor) const {
    visit_entries(memory_, now_us_, Belief::all, visitor);
}

void visit_entries(const Memory& memory, std::uint64_t now_us, Belief belief,
                   const std::function<bool(const EntryView&)>& visitor) {
    EntryWalk walk(memory, now_us, belief);
    EntryView view;
    std::vector<bool> seen(memory.pages, false);
    for (std::uint32_t shard = 0; shard < memory.shard_count; ++shard) {
        for (const std::uint32_t number : index_pages_of(memory, shard, seen)) {
            const layout::IndexPage& page = memory.index_page(number);
            for (std::uint32_t bucket = 0; bucket < layout::kBuckets; ++bucket) {
                for (unsigned slot = 0; slot < layout::kSlots; ++slot) {
                    const std::uint64_t word = page.buckets[bucket].slots[slot].load(kRelaxed);
                    if (word == 0 || !walk.load(word, page.marks[bucket][slot].load(kRelaxed), view))
                        continue;
                    if (!visitor(view)) return;
                }
            }
        }
    }
}

}  // namespace dummycache::store
