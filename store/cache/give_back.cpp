// SPDX-License-Identifier: MIT
#include "store/cache/give_back.hpp"

#include "ipc/process/reap_staged.hpp"
#include "store/cache/client_name.hpp"
#include "store/cache/layout_hash.hpp"
#include "store/layout/checkpoint_record.hpp"
#include "store/layout/truth.hpp"
#include "store/recovery/rebuild.hpp"
#include "store/shard/shard_guard.hpp"

namespace dummycache::store {

namespace {

bool is_empty(const Memory& memory) noexcept {
    std::uint64_t left = memory.superblock->depth.load(kRelaxed);
    for (std::uint32_t i = 0; i < memory.shard_count; ++i)
        left |= memory.shards[i].entries.load(kRelaxed) | memory.shards[i].undo_count.load(kRelaxed);
    return left == 0;
}

/// Makes the directories lead nowhere. Then a rebuild finds that no page is used, the index pages included.
void free_all_pages(const Memory& memory, const AllShardsGuard& guard) {
    memory.superblock->marking.store(0, kRelaxed);  // memory is far from full again
    for (const LockedShard& shard : guard.shards()) {
        layout::DirectoryWord* const directory = shard.memory.directory(shard.number);
        for (std::uint32_t i = 0; i < shard.memory.directory_size(); ++i) clear_directory(directory[i]);
        DUMMYCACHE_KILL_POINT("directory emptied");
        count_again_locked(shard);
    }
}

/// Whether giving memory back is worth its time, about a millisecond. Looks without any lock.
bool has_much_unused(const Memory& memory) noexcept {
    constexpr std::uint32_t kMuch = 64;  // pages, 2 MiB
    const std::uint32_t committed = memory.committed();
    if (committed < kMuch + 2 * memory.shard_count) return false;
    if (is_empty(memory)) return true;
    for (std::uint32_t page = committed - kMuch; page < committed; ++page) {
        if (memory.info(page).owner.load(kRelaxed) != 0) return false;
    }
    return true;
}

std::uint64_t used_pages(const Memory& memory) noexcept {
    std::uint32_t pages = memory.committed();
    while (pages != 0 && memory.info(pages - 1).owner.load(std::memory_order_acquire) == 0) --pages;
    return pages;
}

/// Gives the memory behind the last used page back to the system. In a cache without entries and checkpoints that is
/// nearly all of it. Does nothing if a process maps the cache. Processes that attach meanwhile wait some milliseconds.
/// Killed inside: the next owner of the locks repairs the shards.
void give_back_memory(const ipc::SegmentName& name) noexcept {
    try {
        std::shared_ptr<ipc::Segment> segment = ipc::Segment::attach_alone(name, layout_hash());
        if (!segment || !segment->is_from_this_boot()) return;
        Attachment attachment(segment, std::chrono::seconds(1));
        {
            const AllShardsGuard guard(attachment, "give back memory");
            ipc::reap_staged(attachment.arena, attachment.self);
            if (is_empty(attachment.memory)) free_all_pages(attachment.memory, guard);
        }
        segment->shrink_to(used_pages(attachment.memory));
        segment->give_back_journal();
    } catch (...) {
        // The memory stays with the cache, as it is while processes are attached.
    }
}

}  // namespace

std::shared_ptr<Attachment> join(std::shared_ptr<ipc::Segment> segment, const Options& options) {
    const auto leave = [name = segment->name()](Attachment* attachment) noexcept {
        attachment->segment->note_use();
        const bool gives_back = name.kind != ipc::Kind::private_memory &&
                                (attachment->gives_back.load(kRelaxed) ||
                                 attachment->segment->took_journal() || has_much_unused(attachment->memory));
        delete attachment;
        if (gives_back) give_back_memory(name);  // nothing is mapped here any more
    };
    std::shared_ptr<Attachment> attachment(
        new Attachment(std::move(segment), options.lock_timeout, ipc::Joins::at_once, client_name(options)),
        leave);
    attachment->segment->note_use();
    return attachment;
}

}  // namespace dummycache::store
