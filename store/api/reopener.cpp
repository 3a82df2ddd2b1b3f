// SPDX-License-Identifier: MIT
#include "store/api/reopener.hpp"

#include <exception>
#include <utility>

#include <fmt/format.h>

#include "ipc/error.hpp"
#include "ipc/machine_clock.hpp"
#include "ipc/os/fork_registry.hpp"
#include "store/cache/open.hpp"
#include "store/shard/shard_guard.hpp"

namespace dummycache::store {

namespace {

constexpr std::int64_t kLookEveryMs = 100;

[[noreturn]] void throw_removed(const ipc::Segment& segment, const char* what_next) {
    throw ipc::Error(ipc::Fault::removed, fmt::format("{} was removed{}", described(segment), what_next));
}

constexpr const char* kTold = "; this handle has a new cache of that name, so call again";

}  // namespace

Reopener::Reopener(std::shared_ptr<Attachment> first, const Options& options, bool makes)
    : options_(options),
      makes_(makes),
      current_(first.get()),
      looked_ms_(ipc::coarse_ms()),
      owned_(std::move(first)) {}

unsigned Reopener::number_of_thread() noexcept {
    static constinit std::atomic<unsigned> last{0};
    [[gnu::tls_model("initial-exec")]] static constinit thread_local unsigned number = 0;  // from 1 on
    if (number == 0) [[unlikely]]
        number = last.fetch_add(1, std::memory_order_relaxed) + 1;
    return number - 1;
}

void Reopener::go_on(const Attachment& removed) {
    // The call may have thrown because of another cache, such as one that a fork makes.
    if (!removed.segment->stale()) throw;
    bool opened = false;
    try {
        opened = replace(removed);
    } catch (const ipc::Error& error) {
        if (makes_ || error.fault() != ipc::Fault::not_found) throw;
        throw_removed(*removed.segment, ", and this handle makes no new one; create a cache of that name");
    }
    if (opened && options_.when_removed == WhenRemoved::fail_once) throw_removed(*removed.segment, kTold);
}

bool Reopener::replace(const Attachment& removed) {
    const auto lock = ipc::lock_reopening();
    if (current_.load(std::memory_order_relaxed) != &removed) return false;
    const ipc::SegmentName& name = removed.segment->name();
    retired_.reserve(retired_.size() + 1);
    auto next = makes_ ? open_cache(name, options_) : attach_cache(name, options_);
    current_.store(next.get(), std::memory_order_seq_cst);
    retired_.push_back({std::exchange(owned_, std::move(next)), ~std::uint64_t{0}});
    turn_.fetch_add(1, std::memory_order_relaxed);
    reopened_.fetch_add(1, std::memory_order_relaxed);
    has_retired_.store(true, std::memory_order_seq_cst);
    return true;
}

bool Reopener::is_time_to_look() noexcept {
    const std::int64_t now = ipc::coarse_ms();
    std::int64_t last = looked_ms_.load(std::memory_order_relaxed);
    return now - last >= kLookEveryMs &&
           looked_ms_.compare_exchange_strong(last, now, std::memory_order_relaxed);
}

void Reopener::look_now() {
    const Stay stay(*this);
    const Attachment& seen = stay.attachment();
    if (!seen.segment->stale()) return;
    bool opened = false;
    try {
        opened = replace(seen);
    } catch (const std::exception&) {
        return;  // if the cache is marked as removed, the call itself finds out and says why
    }
    if (opened && options_.when_removed == WhenRemoved::fail_once) throw_removed(*seen.segment, kTold);
}

void Reopener::drop_retired() noexcept {
    const auto lock = ipc::try_lock_reopening();
    if (!lock) return;  // a later call does it
    if (has_barrier_ && !ipc::barrier_in_all_threads()) return;
    static_assert(2 * kStripes == 64, "a bit for each counter");
    std::uint64_t busy = 0;
    for (unsigned i = 0; i < 2 * kStripes; ++i) {
        const bool is_inside = stripes_[i / 2].inside[i % 2].load(std::memory_order_seq_cst) != 0;
        busy |= std::uint64_t{is_inside} << i;
    }
    std::erase_if(retired_, [&](Retired& one) { return (one.waits_for &= busy) == 0; });
    if (retired_.empty()) has_retired_.store(false, std::memory_order_relaxed);
}

}  // namespace dummycache::store
