// SPDX-License-Identifier: MIT
#include "store/cache/create.hpp"

#include <algorithm>
#include <bit>
#include <cstdlib>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "dummycache/error.hpp"
#include "dummycache/text.hpp"
#include "store/cache/client_name.hpp"
#include "store/cache/give_back.hpp"
#include "store/layout/layout.hpp"

namespace dummycache::store {

namespace {

constexpr std::uint64_t kMiB = std::uint64_t{1} << 20;
constexpr std::uint64_t kMinCapacity = kMiB;
constexpr std::uint64_t kMaxCapacity = std::uint64_t{512} << 30;
constexpr std::uint64_t kShardBytes = 8 * kMiB;           // of capacity, for each shard
constexpr std::uint64_t kDirectoryWordBytes = 16 * 1024;  // of capacity, for each directory word

/// How many processes may write at a time: 320 bytes each, at most 4 % of the capacity.
std::uint32_t slots_for(std::uint64_t capacity) noexcept {
    if (capacity >= 8 * kMiB) return 512;
    return capacity >= 2 * kMiB ? 256 : 128;
}

std::uint64_t lock_timeout_ms(const Options& options) {
    return static_cast<std::uint64_t>(options.lock_timeout.count());
}

}  // namespace

void check_options(const Options& options) {
    const auto refuse = [](const std::string& why) {
        throw Error(ErrorCode::invalid_argument, "options: " + why);
    };
    if (options.capacity < kMinCapacity || options.capacity > kMaxCapacity) {
        refuse(fmt::format("a capacity of {} bytes is not between 1 MiB and 512 GiB", options.capacity));
    }
    if ((options.mode & ~0666U) != 0 || (options.mode & 0600U) != 0600U) {
        refuse("the mode must let the owner read and write and nobody execute, as 0600 or 0660 do");
    }
    if (options.when_full != WhenFull::evict && options.when_full != WhenFull::refuse)
        refuse("when_full is neither evict nor refuse");
    if (options.when_different != WhenDifferent::accept && options.when_different != WhenDifferent::refuse)
        refuse("when_different is neither accept nor refuse");
    if (options.when_removed > WhenRemoved::reopen)
        refuse("when_removed is neither fail nor fail_once nor reopen");
    if (options.lock_timeout.count() < 0) refuse("lock_timeout is negative");
}

ipc::SegmentPlan plan_for(const Options& options, ipc::Kind kind) {
    check_options(options);
    const auto shards =
        std::clamp<std::uint64_t>(std::bit_floor(options.capacity / kShardBytes), 1, layout::kMaxShards);
    const std::uint64_t words = options.capacity / shards / kDirectoryWordBytes;
    const auto bits = std::clamp<std::uint64_t>(static_cast<std::uint64_t>(std::bit_width(words) - 1),
                                                layout::kMinDirectoryBits, layout::kMaxDirectoryBits);
    ipc::SegmentPlan plan;
    plan.capacity_bytes = options.capacity;
    plan.mode = options.mode;
    plan.process_slots = slots_for(options.capacity);
    plan.layout_hash = layout_hash();
    plan.objects = {{"shards", shards * sizeof(layout::Shard)},
                    {"directories", (shards << bits) * sizeof(layout::DirectoryWord)},
                    {"leases", shards * layout::kLeases * sizeof(layout::LeaseRecord)},
                    {"write times", shards * sizeof(layout::WriteTimes)},
                    {"removals", layout::removal_bytes(options.capacity)}};
    plan.parameters = {shards, bits, static_cast<std::uint64_t>(options.when_full),
                       kind == ipc::Kind::file ? 1U : 0U};
    return plan;
}

namespace {

/// What is done to a new cache before it has its name.
std::function<void(ipc::Segment&)> prepare_with(const BeforeNaming& before_naming) {
    const char* const said = std::getenv("DUMMYCACHE_JOURNAL");
    const std::string_view journal(said == nullptr ? "off" : said);
    if (journal != "on" && journal != "off" && !journal.empty())
        throw Error(
            ErrorCode::invalid_argument,
            fmt::format("create: $DUMMYCACHE_JOURNAL is '{}'; say on or off", text::visible(journal)));
    const bool notes = journal == "on";
    return [=](ipc::Segment& segment) {
        if (notes) segment.superblock().journal.store(ipc::kJournalOn, kRelaxed);
        if (before_naming) before_naming(segment);
    };
}

}  // namespace

std::shared_ptr<Attachment> make_private_cache(const Options& options) {
    ipc::SegmentPlan plan = plan_for(options, ipc::Kind::private_memory);
    plan.fill = prepare_with({});
    return std::make_shared<Attachment>(ipc::Segment::create_private(plan), options.lock_timeout,
                                        ipc::Joins::at_once, client_name(options));
}

std::shared_ptr<Attachment> create_cache(const ipc::SegmentName& name, const Options& options,
                                         const BeforeNaming& before_naming) {
    ipc::SegmentPlan plan = plan_for(options, name.kind);
    plan.fill = prepare_with(before_naming);
    auto segment = ipc::Segment::create(name, plan, std::max<std::uint64_t>(lock_timeout_ms(options), 1000));
    if (!segment) return nullptr;
    return join(std::move(segment), options);
}

}  // namespace dummycache::store
