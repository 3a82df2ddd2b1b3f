// SPDX-License-Identifier: MIT
// Joining a segment, leaving it, and asking for other members.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <string>

#include "ipc/os/fork_registry.hpp"
#include "ipc/process/client_table.hpp"
#include "ipc/segment/segment.hpp"

namespace dummycache::ipc {

/// Which of a slot's sets of counters (stripes) the calling thread uses. The TLS model makes reading it one
/// instruction, also in a shared library.
inline constexpr std::uint32_t kNoStripe = ~0U;
[[gnu::tls_model("initial-exec")]] extern constinit thread_local std::uint32_t counter_stripe;
/// Chooses a stripe for the calling thread, in turn, and stores it in counter_stripe.
[[nodiscard]] std::uint32_t choose_counter_stripe() noexcept;

/// When a process claims a slot: a mere look at a segment needs none.
enum class Joins : std::uint8_t { at_once, when_it_writes };

/// This process's slot in a segment's process table. The slot is held by a lock on its liveness byte. The lock is
/// taken on a descriptor that is never mapped, because a mapping would keep the lock, and that a forked child closes.
///
/// If all slots are taken, or if it only looks, the process is a guest: it can read, and it claims a slot at its first
/// write. A forked child is in the same state. A guest holds a shared lock on layout::kGuestsByte, so that it counts as attached.
///
/// Any thread may call anything here. Killed at any time: the slot's next claimant clears up.
class Membership {
public:
    /// Claims a slot if one is free, in about 50 us. Throws Fault::removed if the segment was removed meanwhile (the
    /// caller attaches again), or the error of a system call. The segment must outlive it. `patience` is how long a
    /// guest that wants to write waits for a slot. `client_name`: see ClientNames.
    explicit Membership(Segment& segment, std::chrono::milliseconds patience = {},
                        Joins joins = Joins::at_once, std::string client_name = {});
    /// Adds the counters to the sums of all processes that left, and gives the slot back. Does nothing in a forked
    /// child that never wrote.
    ~Membership();
    Membership(const Membership&) = delete;
    Membership& operator=(const Membership&) = delete;

    /// What stands in a lock word that this process owns: layout::token_of its slot and generation. One load. In a
    /// forked child and in a guest the first call claims a slot. It throws Fault::busy if none becomes free, and what
    /// the constructor throws.
    [[nodiscard]] std::uint64_t token() {
        if (!registered()) [[unlikely]]
            register_again();
        return self_.load(std::memory_order_relaxed);
    }
    /// The same, only for a process that has called token() and was not forked since.
    [[nodiscard]] std::uint64_t token_if_registered() const noexcept {
        return self_.load(std::memory_order_relaxed);
    }
    /// Whether the process has a slot now: claims one if it can without waiting. For readers.
    [[nodiscard]] bool try_join() noexcept;
    [[nodiscard]] std::uint32_t slot() { return layout::slot_of_token(token()); }
    [[nodiscard]] std::uint32_t generation() { return layout::generation_of_token(token()); }

    /// The number of the client that this process is; kNoClient before become_client. One load.
    [[nodiscard]] std::uint32_t client() const noexcept { return client_.load(std::memory_order_relaxed); }
    /// To be called before a write: the process gets a record among the clients, if it has none. A process that only reads
    /// needs none. The first call costs about 50 us. Throws std::bad_alloc, and what token() throws.
    void become_client() {
        if (!registered() || client() == layout::kNoClient) [[unlikely]]
            claim_a_client();
    }
    /// From now on the process is another of its clients, whatever thread writes; returns the one that it was. For a
    /// process that holds all locks, or writes in one thread only.
    std::uint32_t act_as(std::uint32_t client) noexcept {
        return client_.exchange(client, std::memory_order_relaxed);
    }
    /// The number of a further client of this process, to act as. kNoClient if no record is unused.
    [[nodiscard]] std::uint32_t further_client(const ClientNames& names);

    /// The counters of the calling thread. In a guest or a forked child that has not written yet, nobody reads them.
    [[nodiscard]] layout::ReadCounters& counters() noexcept {
        if (!registered()) [[unlikely]]
            return counters_of_nobody();
        const std::uint32_t stripe = counter_stripe != kNoStripe ? counter_stripe : choose_counter_stripe();
        return counters_.load(std::memory_order_relaxed)[stripe];
    }

    /// Whether the process of this slot and generation is dead for certain. Never true of a process that may still
    /// write; once true, always true. 10 to 100 us, as it reads files of /proc. Throws std::bad_alloc.
    [[nodiscard]] bool is_dead(std::uint32_t slot, std::uint32_t generation) const;

    /// The pid that stands in the slot, as its process knows it in its own namespace; 0 if there is none.
    [[nodiscard]] std::uint32_t pid_of(std::uint32_t slot) const;

    [[nodiscard]] Segment& segment() const noexcept { return segment_; }

private:
    static std::uint32_t forks_seen() noexcept { return fork_count.load(std::memory_order_relaxed); }
    static constexpr std::uint32_t kNotRegistered = ~0U;
    /// Whether this process has a slot; false in a guest, and in a forked child that has not written yet.
    [[nodiscard]] bool registered() const noexcept {
        return fork_count_.load(std::memory_order_acquire) == forks_seen();
    }
    static layout::ReadCounters& counters_of_nobody() noexcept;
    void register_again();
    void claim_a_client();
    /// False: all slots are taken.
    bool claim();
    void stay_as_guest();
    bool take(PrivateDescriptor& descriptor, std::uint32_t slot);

    Segment& segment_;
    std::chrono::milliseconds patience_;
    std::atomic<std::uint64_t> self_{0};
    std::atomic<layout::ReadCounters*> counters_{nullptr};   ///< of the slot, all stripes; stored with self_
    std::atomic<std::uint32_t> fork_count_{kNotRegistered};  ///< stored after self_, loaded before it
    PrivateDescriptor descriptor_;
    const std::string client_name_;
    std::atomic<std::uint32_t> client_{layout::kNoClient};
};

/// Makes a process act as another of its clients for a while; see Membership::act_as.
class ActingAs {
public:
    ActingAs(Membership& self, std::uint32_t client) noexcept : self_(self), before_(self.act_as(client)) {}
    ~ActingAs() { self_.act_as(before_); }
    ActingAs(const ActingAs&) = delete;
    ActingAs& operator=(const ActingAs&) = delete;

private:
    Membership& self_;
    std::uint32_t before_;
};

/// What the process of a slot does, in one word for people; see liveness.hpp.
[[nodiscard]] std::string activity_of(const layout::ProcessSlot& slot);

/// The command that holds a slot. If the slot changes hands meanwhile, the name may be mixed of two.
[[nodiscard]] std::string name_of(layout::ProcessSlot& slot);

}  // namespace dummycache::ipc
