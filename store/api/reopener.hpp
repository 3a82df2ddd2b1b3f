// SPDX-License-Identifier: MIT
// A handle that goes on with a new cache when its own was removed.
//
// Other threads may be inside a call on the old attachment at that moment, so it must stay mapped until they have left.
// Each call counts itself in and out, in a counter of its thread.
//
//   a call        counter + 1;   load `current_`;   use it;   counter - 1
//   a reopening   store `current_`;   barrier;   keep the old attachment until each counter was 0 once
//
// A call whose counter was seen as 0 had left, or had not come in: then it loads the new `current_`. A thread's own
// counter needs no locked instruction, because the reopening makes a barrier in every thread (ipc/os/process_barrier.hpp).
// The counters of further threads are shared by several, and changed by seq_cst instructions; so are all of them
// where there is no such barrier. Two sets of counters take turns, so that the calls on the new attachment do not keep those of the
// old one busy. A reopening holds a lock that fork() waits for, so a child inherits no reopening half done. A child
// inherits the counts of threads that it does not have; then it keeps what was removed until the handle ends.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <vector>

#include "dummycache/options.hpp"
#include "ipc/os/process_barrier.hpp"
#include "store/layout/attachment.hpp"

namespace dummycache::store {

/// Any thread may call anything here.
class Reopener {
    /// How many calls of a thread are inside.
    struct Counter {
        std::atomic<std::uint64_t>& inside;
        bool is_own;  ///< no other thread changes it, and a reopening makes a barrier
    };

public:
    /// `makes`: whether it may make a new cache, or only attaches to one. Of a new cache the options decide.
    Reopener(std::shared_ptr<Attachment> first, const Options& options, bool makes);
    Reopener(const Reopener&) = delete;
    Reopener& operator=(const Reopener&) = delete;

    /// One call. Its attachment stays mapped as long as the object lives. Calls may nest.
    class Stay {
    public:
        explicit Stay(Reopener& reopener) noexcept
            : reopener_(reopener), counter_(reopener.counter()), attachment_(entered()) {}
        ~Stay() {
            if (counter_.is_own)
                counter_.inside.store(counter_.inside.load(std::memory_order_relaxed) - 1,
                                      std::memory_order_release);
            else
                counter_.inside.fetch_sub(1, std::memory_order_seq_cst);
            if (reopener_.has_retired_.load(std::memory_order_relaxed)) [[unlikely]]
                reopener_.drop_retired();
        }
        Stay(const Stay&) = delete;
        Stay& operator=(const Stay&) = delete;
        [[nodiscard]] Attachment& attachment() const noexcept { return attachment_; }

    private:
        Attachment& entered() const noexcept {
            if (counter_.is_own) {
                counter_.inside.store(counter_.inside.load(std::memory_order_relaxed) + 1,
                                      std::memory_order_relaxed);
                std::atomic_signal_fence(std::memory_order_seq_cst);  // holds the compiler only
            } else {
                counter_.inside.fetch_add(1, std::memory_order_seq_cst);
            }
            return *reopener_.current_.load(std::memory_order_seq_cst);
        }

        Reopener& reopener_;
        Counter counter_;
        Attachment& attachment_;
    };

    /// To be called in a handler, after a call on this attachment has thrown ipc::Fault::removed. Opens the cache again,
    /// unless another thread has done so. Throws the error again if the cache is still there, if there is no new one and
    /// this may make none, and in one thread with WhenRemoved::fail_once. Throws what opening throws.
    void go_on(const Attachment& removed);

    /// Every tenth of a second: opens the cache again if its name leads elsewhere. If that fails, the old attachment
    /// stays, as long as it is not marked as removed.
    void look_at_name() {
        if (is_time_to_look()) [[unlikely]]
            look_now();
    }

    [[nodiscard]] std::uint64_t reopened() const noexcept {
        return reopened_.load(std::memory_order_relaxed);
    }

private:
    static constexpr unsigned kOwn = 16;      ///< threads with a counter of their own
    static constexpr unsigned kStripes = 32;  ///< the others share the rest
    struct alignas(layout::kCacheLine) Stripe {
        std::array<std::atomic<std::uint64_t>, 2> inside{};
    };
    struct Retired {
        std::shared_ptr<Attachment> attachment;
        std::uint64_t waits_for;  ///< a bit for each counter that was not 0 yet
    };

    [[nodiscard]] Counter counter() noexcept {
        const unsigned thread = number_of_thread();
        const bool is_own = has_barrier_ && thread < kOwn;
        Stripe& stripe = stripes_[is_own ? thread : kOwn + thread % (kStripes - kOwn)];
        return {stripe.inside[turn_.load(std::memory_order_relaxed) % 2], is_own};
    }
    /// From 0 on, never given to another thread, so that those that run side by side have different stripes.
    [[nodiscard]] static unsigned number_of_thread() noexcept;
    [[nodiscard]] bool is_time_to_look() noexcept;
    void look_now();
    /// True if this thread has opened the cache again, false if another thread was faster.
    bool replace(const Attachment& removed);
    void drop_retired() noexcept;

    const Options options_;
    const bool makes_;
    const bool has_barrier_ = ipc::has_barrier_in_all_threads();
    std::array<Stripe, kStripes> stripes_;
    std::atomic<unsigned> turn_{0};  ///< which of the two counters of each stripe new calls use
    std::atomic<Attachment*> current_;
    std::atomic<std::int64_t> looked_ms_;
    std::atomic<std::uint64_t> reopened_{0};
    std::atomic<bool> has_retired_{false};
    std::shared_ptr<Attachment> owned_;  ///< `current_`; under ipc::lock_reopening, as the next one
    std::vector<Retired> retired_;
};

}  // namespace dummycache::store
