// SPDX-License-Identifier: MIT
// A cache like another one, as of one moment.
//
// The new segment has the geometry and the secret of the old one. So a page keeps its number, a slot its
// offset and a key its bucket, and the used pages are copied as they are, with the truth that lies beside
// them: directories, shards, eras, clock, checkpoints. What belongs to processes is not: locks, dirty words,
// watchers, the process table, staged pages (free in the copy), and counters of what happened.
//
// The new segment has no name while this goes on. Killed anywhere, it is a temporary object for the next
// creator to remove, and the old one's shards are rebuilt by their next owners, as after any death.
#include <algorithm>

#include "dummycache/error.hpp"
#include "ipc/kill_point.hpp"
#include "store/cache/image.hpp"
#include "store/entry/attachment.hpp"

namespace dummycache::store {

namespace {

constexpr auto kRelaxed = std::memory_order_relaxed;

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

/// Everything but what processes do to the shard, which is most of its first line.
void copy_shard(const layout::Shard& from, layout::Shard& to) noexcept {
    constexpr std::size_t kBegin = offsetof(layout::Shard, next_id);
    copy_bytes(reinterpret_cast<std::byte*>(&to) + kBegin, reinterpret_cast<const std::byte*>(&from) + kBegin,
               sizeof(layout::Shard) - kBegin);
    to.undo_head.store(from.undo_head.load(kRelaxed), kRelaxed);
    to.undo_count.store(from.undo_count.load(kRelaxed), kRelaxed);
    for (auto* const counter :
         {&to.sets, &to.erases, &to.evicted, &to.expired, &to.moved_bytes, &to.splits, &to.recoveries})
        counter->store(0, kRelaxed);
}

void copy_control(const Memory& from, const Memory& to) noexcept {
    copy_superblock(*from.superblock, *to.superblock);
    for (std::uint32_t i = 0; i < from.shard_count; ++i) copy_shard(from.shards[i], to.shards[i]);
    copy_bytes(reinterpret_cast<std::byte*>(to.directories),
               reinterpret_cast<const std::byte*>(from.directories),
               (std::size_t{from.shard_count} << from.directory_bits) * sizeof(layout::DirectoryWord));
    DUMMYCACHE_KILL_POINT("fork.control");
}

}  // namespace

ipc::SegmentPlan Engine::plan_of_copy(ipc::Kind kind, const Options& options) const {
    Options same = options;
    same.capacity = segment_->identity().capacity_bytes;
    same.mode = segment_->identity().mode;
    same.when_full = memory_.evicts ? WhenFull::evict : WhenFull::refuse;
    ipc::SegmentPlan plan = plan_for(same, kind);
    // A cache in a file needs checksums, one elsewhere may have them.
    if (memory_.checksums) plan.parameters[layout::kChecksums] = 1;
    return plan;
}

std::shared_ptr<Engine> Engine::fork(std::string_view name, const Options& options) {
    check_attached("fork");
    const ipc::SegmentName parsed = ipc::parse_name(name);
    ipc::SegmentPlan plan = plan_of_copy(parsed.kind, options);
    if (plan.parameters[layout::kChecksums] != 0 && !memory_.checksums)
        return with_checksums(options)->fork(name, options);
    plan.secret = memory_.secret;
    plan.fill = [this](ipc::Segment& segment) { copy_to(segment); };
    const auto timeout_ms = static_cast<std::uint64_t>(options.lock_timeout.count());
    auto segment = ipc::Segment::create(parsed, plan, std::max<std::uint64_t>(timeout_ms, 1000));
    if (!segment) return nullptr;
    return std::make_shared<Engine>(std::move(segment), options);
}

void Engine::copy_to(ipc::Segment& segment) {
    const Memory copy(segment, segment.base());
    if (copy.pages != memory_.pages || copy.shard_count != memory_.shard_count ||
        copy.directory_bits != memory_.directory_bits) {
        throw Error(ErrorCode::incompatible, "fork: another version of dummycache made " +
                                                 described(*segment_) + "; dump it and load the dump");
    }
    const auto reserve = [&] {
        const std::uint32_t pages = memory_.committed();
        if (!segment.commit_up_to(pages)) {
            throw Error(ErrorCode::full, "fork: the system has no memory left for a copy of " +
                                             described(*segment_) + "; free some (is /dev/shm full?)");
        }
        return pages;
    };
    // While memory is taken writers go on, and may take more: a second time it is little, a third time
    // they wait for it.
    constexpr int kRounds = 3;
    for (int round = 1;; ++round) {
        touch_used_pages(memory_, copy, reserve());
        DUMMYCACHE_KILL_POINT("fork.reserved");
        const AllShardsGuard guard(memory_, arena_, self_, lock_deadline(), "fork");
        if (memory_.committed() > copy.committed()) {
            if (round < kRounds) continue;
            reserve();
        }
        copy_pages(memory_, copy);
        copy_control(memory_, copy);
        break;
    }
    ipc::PageArena(segment).rebuild_free_map();
}

/// A private copy whose entries carry checksums; it begins as this cache is now.
std::shared_ptr<Engine> Engine::with_checksums(const Options& options) {
    const auto from = image("fork");
    ipc::SegmentPlan plan = plan_of_copy(ipc::Kind::file, options);
    // Nothing may be dropped to make room for something else.
    plan.parameters[layout::kWhenFull] = static_cast<std::uint64_t>(WhenFull::refuse);
    auto copy = std::make_shared<Engine>(ipc::Segment::create_private(plan), options);
    copy->memory_.superblock->clock.store(from->memory().superblock->clock.load(kRelaxed), kRelaxed);
    const auto write = [&](const EntryView& entry) {
        const std::uint64_t deadline =
            entry.ttl == kForever ? 0 : from->now_us() + static_cast<std::uint64_t>(entry.ttl.count());
        copy->write({"fork", entry.key, entry.value, {}, entry.codec, Condition::always, 0, deadline});
        return true;
    };
    try {
        from->visit(write);
    } catch (const Error& error) {
        if (error.code() != ErrorCode::full) throw;
        throw Error(ErrorCode::full, "fork: with the checksums that a file needs, what is in " +
                                         described(*segment_) +
                                         " is more than its capacity; fork it into shared memory");
    }
    copy->memory_.evicts = memory_.evicts;
    return copy;
}

}  // namespace dummycache::store
