// SPDX-License-Identifier: MIT
// Where a large value's pages come from, before any lock is taken.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>

#include "store/entry/request.hpp"

namespace dummycache::store {

/// Gets a page from this shard, under its lock, for a large value, when no page is free.
using StagePage = std::function<std::optional<std::uint32_t>(std::uint32_t shard, std::uint64_t owner)>;

/// Writes a large value into `overflow`, before any lock is taken. `exempt_pages`: the number of pages of
/// the old entry, if the write exempts it; they cannot be used. Throws ErrorCode::full.
void stage(Attachment& attachment, StagedPages& overflow, const WriteRequest& request, std::uint64_t flags,
           std::uint32_t exempt_pages, const StagePage& stage_page);

}  // namespace dummycache::store
