// SPDX-License-Identifier: MIT
// Large values are written before any lock is taken, into pages that belong to this process until
// their shard takes them over.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>
#include <vector>

#include "store/layout/locked_shard.hpp"
#include "store/log/new_entry.hpp"

namespace dummycache::store {

/// Pages with a large entry's bytes. Gives back what nobody took over. A process that dies with one
/// leaves STAGED pages, which whoever needs pages next, or the next user of its process slot, frees.
class StagedPages {
public:
    explicit StagedPages(Attachment& attachment);
    ~StagedPages();
    StagedPages(const StagedPages&) = delete;
    StagedPages& operator=(const StagedPages&) = delete;

    /// Writes the next bytes of a value; what it throws ends the staging.
    using Pull = std::function<void(std::byte* to, std::size_t bytes)>;

    /// Claims pages and writes `head` into them, and then `tail_bytes` that `pull` gives. `make_page` is asked
    /// for a page (owned by this process) when none is free. False if it has none.
    bool write(std::string_view head, std::uint64_t tail_bytes, const Pull& pull,
               const std::function<std::optional<std::uint32_t>(std::uint64_t owner)>& make_page);

    /// The shard owns the pages from now on; the caller publishes the entry that leads to them.
    OverflowPart hand_over_locked(const LockedShard& shard);

private:
    void fill(std::string_view head, std::uint64_t tail_bytes, const Pull& pull);

    const Memory& memory_;
    ipc::PageArena& arena_;
    std::atomic<std::uint64_t>& staging_;
    std::uint64_t owner_;
    std::vector<std::uint32_t> pages_;
};

}  // namespace dummycache::store
