// SPDX-License-Identifier: MIT
#include "store/cache/image.hpp"

#include "store/cache/checkpoints.hpp"
#include "store/checkpoint/rollback.hpp"
#include "store/layout/overflow.hpp"
#include "store/shard/shard_guard.hpp"

namespace dummycache::store {

bool is_used(const layout::PageInfo& info) noexcept {
    switch (layout::kind_of(info.owner.load(std::memory_order_acquire))) {
        case layout::PageKind::data:
        case layout::PageKind::overflow:
        case layout::PageKind::index:
        case layout::PageKind::undo: return true;
        default: return false;
    }
}

void touch_used_pages(const Memory& live, const Memory& copy, std::uint32_t pages) noexcept {
    for (std::uint32_t page = 0; page < pages; ++page) {
        if (!is_used(live.info(page))) continue;
        for (std::size_t at = 0; at < layout::kPageBytes; at += layout::kIdentityBytes)
            copy.page(page)[at] = std::byte{0};
    }
}

Image::Image(Attachment& attachment, const char* what)
    : bytes_(attachment.segment->identity().segment_bytes), memory_(*attachment.segment, bytes_.base()) {
    touch_used_pages(attachment.memory, memory_, attachment.memory.committed());
    const AllShardsGuard guard(attachment, what);
    copy(attachment.memory, attachment.segment->control_bytes());
}

Image::Image(const Attachment& attachment)
    : bytes_(attachment.segment->identity().segment_bytes), memory_(*attachment.segment, bytes_.base()) {
    copy(attachment.memory, attachment.segment->control_bytes());
}

void Image::copy(const Memory& live, std::uint64_t control_bytes) {
    const auto offset = reinterpret_cast<std::byte*>(memory_.superblock) - bytes_.base();
    copy_bytes(bytes_.base(), reinterpret_cast<const std::byte*>(live.superblock) - offset, control_bytes);
    memory_.superblock->journal.store(0, kRelaxed);  // what is done to a copy is no event
    const std::uint32_t committed = live.committed();
    copy_bytes(reinterpret_cast<std::byte*>(memory_.page_table),
               reinterpret_cast<const std::byte*>(live.page_table),
               std::size_t{committed} * sizeof(layout::PageInfo));
    for (std::uint32_t page = 0; page < committed; ++page) {
        if (is_used(live.info(page))) copy_bytes(memory_.page(page), live.page(page), layout::kPageBytes);
    }
    now_us_ = ipc::CacheClock(live.superblock->clock).now_us();
}

void Image::roll_back(Attachment& attachment, std::size_t index) {
    roll_back_copy(attachment, memory_, index);
    now_us_ = ipc::CacheClock(memory_.superblock->clock).now_us();
}

void Image::visit(const std::function<bool(const EntryView&)>& visitor) const {
    visit_entries(memory_, now_us_, Validation::all, visitor);
}

void visit_entries(const Memory& memory, std::uint64_t now_us, Validation validation,
                   const std::function<bool(const EntryView&)>& visitor) {
    EntryLoader entries(memory, now_us);
    EntryView view;
    walk_slots(
        memory, [&](const layout::IndexPage& page, std::uint32_t bucket, unsigned slot, std::uint64_t word) {
            if (!entries.is_visible(word) || !entries.load(word, view)) return true;
            if (validation == Validation::checked && !is_intact(memory, EntryRef::of_slot(memory, word)))
                return true;
            view.visits = page.marks[bucket][slot].load(kRelaxed) & layout::kVisits;
            return visitor(view);
        });
}

std::unique_ptr<Image> take_image(Attachment& attachment, const char* what, std::string_view checkpoint) {
    check_not_removed(attachment, what);
    auto image = std::make_unique<Image>(attachment, what);
    if (!checkpoint.empty())
        image->roll_back(attachment, find_checkpoint_or_throw(attachment, image->memory(), checkpoint, what));
    return image;
}

void visit(Attachment& attachment, const std::function<bool(const EntryView&)>& visitor) {
    take_image(attachment, "visit")->visit(visitor);
}

}  // namespace dummycache::store
