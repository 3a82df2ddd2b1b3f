// SPDX-License-Identifier: MIT
#include "store/cache/fork_copy.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "dummycache/error.hpp"
#include "ipc/kill_point.hpp"
#include "store/cache/checkpoints.hpp"
#include "store/cache/copied_entry.hpp"
#include "store/cache/create.hpp"
#include "store/cache/give_back.hpp"
#include "store/cache/image.hpp"
#include "store/cache/scope_checkpoint.hpp"
#include "store/history/removals.hpp"
#include "store/history/write_times.hpp"
#include "store/shard/shard_guard.hpp"

namespace dummycache::store {

namespace {

void copy_pages(const Memory& from, const Memory& to) noexcept {
    const std::uint32_t committed = from.committed();
    for (std::uint32_t page = 0; page < committed; ++page) {
        if (!is_used(from.info(page))) continue;
        copy_bytes(to.page(page), from.page(page), layout::kPageBytes);
        copy_bytes(reinterpret_cast<std::byte*>(&to.info(page)),
                   reinterpret_cast<const std::byte*>(&from.info(page)), sizeof(layout::PageInfo));
        DUMMYCACHE_KILL_POINT("fork.page");
    }
}

void copy_superblock(const layout::Superblock& from, layout::Superblock& to) noexcept {
    using Word = std::atomic<std::uint64_t> layout::Superblock::*;
    for (const Word word :
         {&layout::Superblock::clear_era, &layout::Superblock::era, &layout::Superblock::rollback_target,
          &layout::Superblock::lost_era, &layout::Superblock::depth, &layout::Superblock::clock,
          &layout::Superblock::counted_era, &layout::Superblock::marking})
        (to.*word).store((from.*word).load(kRelaxed), kRelaxed);
    copy_bytes(reinterpret_cast<std::byte*>(to.checkpoints),
               reinterpret_cast<const std::byte*>(from.checkpoints), sizeof to.checkpoints);
}

/// Copies a shard, except for the words that belong to processes: most of its first line.
void copy_shard(const layout::Shard& from, layout::Shard& to) noexcept {
    constexpr std::size_t kBegin = offsetof(layout::Shard, next_id);
    copy_bytes(reinterpret_cast<std::byte*>(&to) + kBegin, reinterpret_cast<const std::byte*>(&from) + kBegin,
               sizeof(layout::Shard) - kBegin);
    to.undo_head.store(from.undo_head.load(kRelaxed), kRelaxed);
    to.undo_count.store(from.undo_count.load(kRelaxed), kRelaxed);
    for (auto* const counter :
         {&to.sets, &to.erases, &to.evicted, &to.expired, &to.moved_bytes, &to.splits, &to.recoveries})
        counter->store(0, kRelaxed);
    // Hints about the newest checkpoint, which the copy may not have.
    for (auto& hash : to.noted) hash.store(0, kRelaxed);
}

void copy_control(const Memory& from, const Memory& to) noexcept {
    copy_superblock(*from.superblock, *to.superblock);
    for (std::uint32_t i = 0; i < from.shard_count; ++i) copy_shard(from.shards[i], to.shards[i]);
    copy_bytes(reinterpret_cast<std::byte*>(to.directories),
               reinterpret_cast<const std::byte*>(from.directories),
               (std::size_t{from.shard_count} << from.directory_bits) * sizeof(layout::DirectoryWord));
    for (std::uint32_t i = 0; i < from.shard_count; ++i) copy_write_times(from, to, i);
    copy_removals(from, to);
    drop_scopes_of_copy(to);
    DUMMYCACHE_KILL_POINT("fork.control");
}

ipc::SegmentPlan plan_of_copy(const Attachment& attachment, ipc::Kind kind, const Options& options) {
    Options same = options;
    same.capacity = attachment.segment->identity().capacity_bytes;
    same.mode = attachment.segment->identity().mode;
    same.when_full = attachment.memory.evicts ? WhenFull::evict : WhenFull::refuse;
    ipc::SegmentPlan plan = plan_for(same, kind);
    // A cache in a file needs checksums. A cache in shared memory may have them.
    if (attachment.memory.checksums) plan.parameters[layout::kChecksums] = 1;
    return plan;
}

void copy_to(Attachment& attachment, ipc::Segment& segment) {
    const Memory copy(segment, segment.base());
    if (copy.pages != attachment.memory.pages || copy.shard_count != attachment.memory.shard_count ||
        copy.directory_bits != attachment.memory.directory_bits) {
        throw Error(ErrorCode::incompatible,
                    fmt::format("fork: another version of dummycache made {}; dump it and load the dump",
                                described(*attachment.segment)));
    }
    const auto reserve = [&] {
        const std::uint32_t pages = attachment.memory.committed();
        if (!segment.commit_up_to(pages)) {
            throw Error(ErrorCode::full,
                        fmt::format("fork: the system has no memory left for a copy of {}; {}",
                                    described(*attachment.segment), advice_without_memory(segment)));
        }
        return pages;
    };
    // Writers go on while the copy's memory is touched, and they may claim more pages. The second round has
    // few pages left to touch. In the third round writers wait.
    constexpr int kRounds = 3;
    for (int round = 1;; ++round) {
        touch_used_pages(attachment.memory, copy, reserve());
        DUMMYCACHE_KILL_POINT("fork.reserved");
        const AllShardsGuard guard(attachment, "fork");
        if (attachment.memory.committed() > copy.committed()) {
            if (round < kRounds) continue;
            reserve();
        }
        copy_pages(attachment.memory, copy);
        copy_control(attachment.memory, copy);
        ipc::copy_clients(*attachment.segment, segment);
        release_owned_in_copy(copy);
        break;
    }
    ipc::PageArena(segment).rebuild_free_map();
}

/// A private copy of the cache as it is now, whose entries have checksums.
std::shared_ptr<Attachment> with_checksums(Attachment& attachment, const Options& options) {
    const auto from = take_image(attachment, "fork");
    ipc::SegmentPlan plan = plan_of_copy(attachment, ipc::Kind::file, options);
    // The copy must not evict any entry.
    plan.parameters[layout::kWhenFull] = static_cast<std::uint64_t>(WhenFull::refuse);
    plan.fill = [&](ipc::Segment& segment) { ipc::copy_clients(*attachment.segment, segment); };
    auto copy = std::make_shared<Attachment>(ipc::Segment::create_private(plan), options.lock_timeout);
    copy->memory.superblock->clock.store(from->memory().superblock->clock.load(kRelaxed), kRelaxed);
    const auto store = [&](const EntryView& entry) {
        store_copied_entry(*copy, "fork", entry, from->now_us(), Condition::always);
        return true;
    };
    try {
        from->visit(store);
    } catch (const Error& error) {
        if (error.code() != ErrorCode::full) throw;
        throw Error(ErrorCode::full, fmt::format("fork: with the checksums that a file needs, what is in {} "
                                                 "is more than its capacity; fork it into shared memory",
                                                 described(*attachment.segment)));
    }
    forget_write_times(*copy, "fork");
    copy->memory.evicts = attachment.memory.evicts;
    return copy;
}

}  // namespace

std::shared_ptr<Attachment> fork_copy(Attachment& attachment, std::string_view name, const Options& options,
                                      const BeforeNaming& before_naming) {
    check_not_removed(attachment, "fork");
    const ipc::SegmentName parsed = ipc::parse_name(name);
    ipc::SegmentPlan plan = plan_of_copy(attachment, parsed.kind, options);
    if (plan.parameters[layout::kChecksums] != 0 && !attachment.memory.checksums)
        return fork_copy(*with_checksums(attachment, options), name, options, before_naming);
    plan.secret = attachment.memory.secret;
    plan.fill = [&](ipc::Segment& segment) {
        copy_to(attachment, segment);
        if (before_naming) before_naming(segment);
    };
    const auto timeout_ms = static_cast<std::uint64_t>(options.lock_timeout.count());
    auto segment = ipc::Segment::create(parsed, plan, std::max<std::uint64_t>(timeout_ms, 1000));
    if (!segment) return nullptr;
    return join(std::move(segment), options);
}

}  // namespace dummycache::store
