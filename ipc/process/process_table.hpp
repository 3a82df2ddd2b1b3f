// SPDX-License-Identifier: MIT
// Who is attached, and who is dead.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>

#include "ipc/os/fork_registry.hpp"
#include "ipc/segment/segment.hpp"

namespace dummycache::ipc {

/// Which counters the calling thread uses. Four bytes that need no call to find them, also in a shared library.
inline constexpr std::uint32_t kNoStripe = ~0U;
[[gnu::tls_model("initial-exec")]] extern constinit thread_local std::uint32_t counter_stripe;
[[nodiscard]] std::uint32_t choose_counter_stripe() noexcept;

/// This process's place in a segment's process table. Held by an OFD lock on a descriptor of its
/// own that is never mapped (a mapping keeps an OFD lock alive) and that a forked child closes.
/// Any thread may call anything here.
class Membership {
public:
    /// Claims a slot. Throws Fault::busy if all are taken, Fault::removed if the segment was
    /// removed meanwhile (the caller attaches again).
    explicit Membership(Segment& segment);
    /// Folds the counters, gives the slot back. A forked child that never wrote does nothing.
    ~Membership();
    Membership(const Membership&) = delete;
    Membership& operator=(const Membership&) = delete;

    /// generation << 32 | slot + 1: what stands in a lock word that this process owns. In a forked
    /// child the first call claims a slot of its own.
    [[nodiscard]] std::uint64_t token() {
        if (!registered()) [[unlikely]]
            register_again();
        return self_.load(std::memory_order_relaxed);
    }
    /// The same of who has called it before and was not forked since.
    [[nodiscard]] std::uint64_t token_if_registered() const noexcept {
        return self_.load(std::memory_order_relaxed);
    }
    [[nodiscard]] std::uint32_t slot() { return layout::slot_of_token(token()); }
    [[nodiscard]] std::uint32_t generation() { return layout::generation_of_token(token()); }

    /// The counters of the calling thread. In a forked child that has not written yet these are
    /// counters nobody sums.
    [[nodiscard]] layout::ReadCounters& counters() noexcept {
        if (!registered()) [[unlikely]]
            return counters_of_nobody();
        const std::uint32_t stripe = counter_stripe != kNoStripe ? counter_stripe : choose_counter_stripe();
        return counters_.load(std::memory_order_relaxed)[stripe];
    }

    /// Whether the owner of a lock word, or the stager `slot, generation`, is dead for certain.
    /// A few system calls; never true of a process that may still write.
    [[nodiscard]] bool is_dead(std::uint32_t slot, std::uint32_t generation) const;

    /// The pid that a lock word's owner had in its own namespace; 0 if unknown.
    [[nodiscard]] std::uint32_t pid_of(std::uint32_t slot) const;

    [[nodiscard]] Segment& segment() const noexcept { return segment_; }

private:
    static std::uint32_t forks_seen() noexcept { return fork_count.load(std::memory_order_relaxed); }
    /// Whether this process registered itself; not so in a forked child that has not written yet.
    [[nodiscard]] bool registered() const noexcept {
        return fork_count_.load(std::memory_order_acquire) == forks_seen();
    }
    static layout::ReadCounters& counters_of_nobody() noexcept;
    void register_again();
    void claim();
    bool take(PrivateDescriptor& descriptor, std::uint32_t slot);

    Segment& segment_;
    std::atomic<std::uint64_t> self_{0};
    std::atomic<layout::ReadCounters*> counters_{nullptr};  ///< of the slot, all stripes; stored with self_
    std::atomic<std::uint32_t> fork_count_{0};              ///< stored after self_, loaded before it
    PrivateDescriptor descriptor_;
};

/// What the process of a slot is doing, as liveness.hpp's activity_of.
[[nodiscard]] std::string activity_of(const layout::ProcessSlot& slot);

/// The command that holds a slot; may be mixed of two if it changes hands meanwhile.
[[nodiscard]] std::string name_of(layout::ProcessSlot& slot);

}  // namespace dummycache::ipc
