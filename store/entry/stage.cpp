// SPDX-License-Identifier: MIT
#include "store/entry/stage.hpp"

#include <algorithm>
#include <functional>
#include <tuple>
#include <vector>

#include "store/log/age.hpp"
#include "store/reclaim/page_supply.hpp"

namespace dummycache::store {

namespace {

/// The greatest number of pages that a large value can get when no more memory can be committed: the pages
/// it has so far, and all pages that evicting every entry would free. A value that needs more must not
/// evict any entry.
std::uint32_t obtainable_pages(const Memory& memory, std::uint64_t owner) noexcept {
    std::uint32_t pages = 0;
    for (std::uint32_t page = 0; page < memory.committed(); ++page) {
        const std::uint64_t now = memory.info(page).owner.load(std::memory_order_relaxed);
        const layout::PageKind kind = layout::kind_of(now);
        pages += now == owner || kind == layout::PageKind::free || kind == layout::PageKind::data ||
                 kind == layout::PageKind::overflow;
    }
    // Each shard keeps one page in reserve.
    return pages > memory.shard_count ? pages - memory.shard_count : 0;
}

/// A page by reclaim: from the shard with the oldest entries, if the cache evicts, or else with the most pages.
/// If that one has none, from the next one.
std::optional<std::uint32_t> page_of_oldest(const Memory& memory, std::uint64_t owner,
                                            const StagePage& stage_page) {
    // Ages and counts are copied before the sort: other processes may change them meanwhile.
    std::vector<std::tuple<Age, std::uint32_t, std::uint32_t>> order(memory.shard_count);
    for (std::uint32_t i = 0; i < memory.shard_count; ++i) {
        const layout::Shard& shard = memory.shards[i];
        const Age age = std::max(oldest_page_age(memory, shard), oldest_large_age(memory, shard));
        order[i] = {memory.evicts ? age : 0, pages_of(shard), i};
    }
    std::ranges::sort(order, std::greater<>());
    for (const auto& [age, pages, number] : order) {
        if (const auto page = stage_page(number, owner)) return page;
    }
    return std::nullopt;
}

}  // namespace

void stage(Attachment& attachment, StagedPages& overflow, const WriteRequest& request, std::uint64_t flags,
           std::uint32_t exempt_pages, const StagePage& stage_page) {
    const std::string_view head = (flags & layout::kKeyOverflow) != 0 ? request.key : std::string_view{};
    const std::uint64_t bytes = head.size() + request.value_bytes();
    const std::uint32_t count = pages_for(bytes);
    const auto* held = reinterpret_cast<const std::byte*>(request.value.data());
    constexpr std::size_t kStreamFrom = 64 * 1024;
    const bool streams =
        request.value.size() >= kStreamFrom && head.empty();  // then each page is written from its beginning
    const StagedPages::Pull copy = [&held, streams](std::byte* to, std::size_t part) {
        streams ? stream_bytes(to, held, part) : copy_bytes(to, held, part);
        held += part;
    };
    bool may_fit = false;
    const bool staged = overflow.write(
        head, request.value_bytes(), request.pull != nullptr ? *request.pull : copy,
        [&](std::uint64_t owner) -> std::optional<std::uint32_t> {
            may_fit = may_fit || obtainable_pages(attachment.memory, owner) >= count + exempt_pages;
            return may_fit ? page_of_oldest(attachment.memory, owner, stage_page) : std::nullopt;
        });
    stream_end();
    if (!staged) throw_full(attachment, request.what, bytes);
}

}  // namespace dummycache::store
