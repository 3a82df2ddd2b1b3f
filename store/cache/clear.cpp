// SPDX-License-Identifier: MIT
#include "store/cache/clear.hpp"

#include <fmt/format.h>

#include "dummycache/error.hpp"
#include "ipc/kill_point.hpp"
#include "store/history/journal.hpp"
#include "store/history/removals.hpp"
#include "store/layout/checkpoint_record.hpp"
#include "store/log/log.hpp"
#include "store/shard/shard_guard.hpp"

namespace dummycache::store {

void clear(Attachment& attachment) {
    attachment.self.become_client();
    const AllShardsGuard guard(attachment, "clear");
    attachment.gives_back.store(true, kRelaxed);
    layout::Superblock& superblock = *attachment.memory.superblock;
    const std::uint64_t era = superblock.era.load(kRelaxed) + 1;
    if (era > layout::kMaxEra)
        throw Error(ErrorCode::full,
                    fmt::format("clear: {} was cleared too often; remove it and create it again",
                                described(*attachment.segment)));
    superblock.era.store(era, std::memory_order_release);
    DUMMYCACHE_KILL_POINT("era raised");
    superblock.clear_era.store(era, std::memory_order_release);  // the commit
    DUMMYCACHE_KILL_POINT("clear era raised");
    superblock.clears.fetch_add(1, kRelaxed);
    note_whole_locked(guard.shards().front(), layout::Removal::cleared, era);
    std::uint64_t entries = 0;
    for (const LockedShard& shard : guard.shards()) entries += shard.shard.entries.load(kRelaxed);
    note_whole_call(attachment, layout::Call::clear, layout::Outcome::cleared, entries);
    // Entries that a checkpoint needs stay in their pages and still count as live.
    const bool keeps = noting_era(attachment.memory) != 0;
    for (const LockedShard& shard : guard.shards()) {
        // The pages still have slots that lead to cleared entries; compaction empties those before
        // it gives a page back. No page may hold entries from before and after.
        close_page_locked(shard, layout::kNursery);
        close_page_locked(shard, layout::kSurvivor);
        shard.shard.entries.store(0, kRelaxed);
        if (!keeps) shard.shard.live_bytes.store(0, kRelaxed);
    }
    if (keeps) return;
    superblock.counted_era.store(era, kRelaxed);
    for (std::uint32_t page = 0; page < attachment.memory.committed(); ++page) {
        layout::PageInfo& info = attachment.memory.info(page);
        if (layout::kind_of(info.owner.load(kRelaxed)) == layout::PageKind::data)
            info.live.store(0, kRelaxed);
    }
}

}  // namespace dummycache::store
