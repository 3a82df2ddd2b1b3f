// SPDX-License-Identifier: MIT
// Large values are written before any lock is taken, into *staged* pages. These belong to the process until
// the shard takes them over.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>
#include <vector>

#include "ipc/os/fork_registry.hpp"
#include "store/layout/locked_shard.hpp"
#include "store/log/new_entry.hpp"

namespace dummycache::store {

/// The staged pages of one large entry. The destructor gives back the pages that no shard took over. If the
/// process dies, its staged pages remain: a process that needs pages frees them, or the next user of the
/// same process slot does. A child that is forked meanwhile leaves them to its parent.
class StagedPages {
public:
    explicit StagedPages(Attachment& attachment);
    ~StagedPages();
    StagedPages(const StagedPages&) = delete;
    StagedPages& operator=(const StagedPages&) = delete;

    /// Writes the next bytes of a value. If it throws, `write` throws the same.
    using Pull = std::function<void(std::byte* to, std::size_t bytes)>;

    /// Claims pages and writes into them `head`, and then `tail_bytes` bytes from `pull`. If no page is
    /// free it calls `make_page`, which returns a page with this owner. False if that has none, either.
    bool write(std::string_view head, std::uint64_t tail_bytes, const Pull& pull,
               const std::function<std::optional<std::uint32_t>(std::uint64_t owner)>& make_page);

    /// Gives the pages to the shard, for the entry of a key with this hash, which becomes the newest large
    /// entry. The caller then publishes the entry that leads to them. If the process dies in between,
    /// rebuild frees them.
    OverflowPart hand_over_locked(const LockedShard& shard, std::uint64_t key_hash);

private:
    void fill(std::string_view head, std::uint64_t tail_bytes, const Pull& pull);

    ipc::Creator creator_;
    const Memory& memory_;
    ipc::PageArena& arena_;
    std::atomic<std::uint64_t>& staging_;
    std::uint64_t owner_;
    std::vector<std::uint32_t> pages_;
};

}  // namespace dummycache::store
