// SPDX-License-Identifier: MIT
// A shard whose lock the test holds, to call what works under the lock.
#pragma once

#include <optional>

#include "store/shard/shard_guard.hpp"
#include "support/test_cache.hpp"

namespace dummycache::test {

/// Shard 0 of a cache, locked by an attachment of the test's own. The cache must outlive it, and must
/// not be written meanwhile.
class HeldShard {
public:
    explicit HeldShard(TestCache& cache)
        : own_(cache.attachment().segment, std::chrono::seconds(1)),
          guard_(store::ShardGuard::try_lock(store::LockedShard::of(own_, 0))) {}

    [[nodiscard]] const store::LockedShard& operator*() const { return guard_.value().locked(); }
    [[nodiscard]] const store::LockedShard* operator->() const { return &guard_.value().locked(); }

    /// A page in the shard's hands.
    std::uint32_t claim() {
        const std::uint32_t page = own_.arena.claim(layout::owner_word(layout::PageKind::data, 0)).value();
        store::increase(guard_->locked().shard.data_pages, 1);
        return page;
    }

private:
    store::Attachment own_;
    std::optional<store::ShardGuard> guard_;
};

}  // namespace dummycache::test
