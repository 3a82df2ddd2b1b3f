// SPDX-License-Identifier: MIT
#include "store/history/write_times.hpp"

#include <algorithm>
#include <array>

#include "ipc/kill_point.hpp"
#include "ipc/process/client_table.hpp"
#include "store/layout/copy_bytes.hpp"

namespace dummycache::store {

namespace {

using layout::WriteTimes;

constexpr std::uint64_t kUnitMs = std::uint64_t{1} << layout::kSpanShift;
constexpr std::uint64_t kMaxSpan = (std::uint64_t{1} << layout::kSpanBits) - 1;
constexpr std::uint64_t kEveryMs = 200;
constexpr std::uint64_t kFreshMs = 448;  // from a sample to the last entry without one of its own
// Neighbours become one if their common time is at most 1.7 s, or such a part of their age; the entry's time is told as the
// middle of it. So with two days of unbroken writing it is told to 3 %, and with a month to 4 %.
constexpr std::uint64_t kAlwaysMs = 1700;
constexpr std::uint64_t kThousandthsOfAge = 40;

struct Sample {
    std::uint64_t id = 0;
    std::uint64_t from_ms = 0;  ///< 0: not known
    std::uint64_t span_ms = 0;

    [[nodiscard]] std::uint64_t until_ms() const noexcept { return from_ms + span_ms; }
    [[nodiscard]] std::uint64_t word() const noexcept {
        const std::uint64_t span = std::min((span_ms + kUnitMs - 1) / kUnitMs, kMaxSpan);
        return from_ms << layout::kSpanBits | span;
    }
    static Sample of(const layout::WriteTime& stored) noexcept {
        const std::uint64_t when = stored.when.load(kRelaxed);
        return {stored.id.load(kRelaxed), when >> layout::kSpanBits, (when & kMaxSpan) * kUnitMs};
    }
};

/// The samples as this process reads them: what is damaged is not followed.
struct Samples {
    std::array<Sample, WriteTimes::kSamples> all;
    std::size_t count = 0;

    static Samples of(const WriteTimes& times) noexcept {
        Samples samples;
        samples.count = std::min<std::uint64_t>(times.count.load(kRelaxed), WriteTimes::kSamples);
        for (std::size_t i = 0; i < samples.count; ++i) samples.all[i] = Sample::of(times.samples[i]);
        return samples;
    }

    /// Makes neighbours one if their common time is short beside their age.
    void thin_out(std::uint64_t now_ms, std::uint64_t thousandths) noexcept {
        std::size_t kept = 0;
        for (std::size_t i = 1; i < count; ++i) {
            Sample& last = all[kept];
            const std::uint64_t until_ms = std::max(last.until_ms(), all[i].until_ms());
            const std::uint64_t age_ms = now_ms > until_ms ? now_ms - until_ms : 0;
            const bool is_short = until_ms - last.from_ms <= std::max(kAlwaysMs, age_ms * thousandths / 1000);
            if (last.from_ms != 0 && all[i].from_ms != 0 && is_short)
                last.span_ms = until_ms - last.from_ms;
            else
                all[++kept] = all[i];
        }
        count = std::min(count, kept + 1);
    }
};

void store(WriteTimes& times, const Samples& samples) noexcept {
    for (std::size_t i = 0; i < samples.count; ++i) {
        times.samples[i].id.store(samples.all[i].id, kRelaxed);
        times.samples[i].when.store(samples.all[i].word(), kRelaxed);
    }
    times.count.store(samples.count, kRelaxed);
}

/// The revision, odd from here to its end. A revision that is odd before says that a process died inside: then the
/// samples may be torn, and all are forgotten.
class Change {
public:
    explicit Change(WriteTimes& times) noexcept : times_(times), revision_(times.revision.load(kRelaxed)) {
        was_torn_ = revision_ % 2 != 0;
        revision_ |= 1;
        times_.revision.store(revision_, kRelaxed);
        fence_release();
        DUMMYCACHE_KILL_POINT("write times are changing");
    }
    ~Change() {
        DUMMYCACHE_KILL_POINT("write times changed");
        times_.revision.store(revision_ + 1, std::memory_order_release);
    }
    Change(const Change&) = delete;
    Change& operator=(const Change&) = delete;
    [[nodiscard]] bool was_torn() const noexcept { return was_torn_; }

private:
    WriteTimes& times_;
    std::uint64_t revision_;
    bool was_torn_;
};

/// Whether the last sample is whole and less than kEveryMs old.
bool is_fresh(const WriteTimes& times, std::uint64_t now_ms) noexcept {
    const std::uint64_t count = times.count.load(kRelaxed);
    if (times.revision.load(kRelaxed) % 2 != 0 || count == 0 || count > WriteTimes::kSamples) return false;
    const std::uint64_t last_ms = Sample::of(times.samples[count - 1]).from_ms;
    return now_ms - last_ms < kEveryMs;  // unsigned: after a boot the clock begins again
}

void make_room(Samples& samples, std::uint64_t now_ms) noexcept {
    constexpr std::size_t kEnough = WriteTimes::kSamples - 8;
    constexpr std::uint64_t kMost = 100'000;
    for (std::uint64_t part = kThousandthsOfAge; samples.count > kEnough && part < kMost; part += part / 20)
        samples.thin_out(now_ms, part);
    samples.count = std::min(samples.count, WriteTimes::kSamples - 1);
}

}  // namespace

void sample_write_time_locked(const LockedShard& shard) noexcept {
    const std::uint64_t now_ms = ipc::boot_us() / 1000;
    shard.shard.sampled_tick.store(ipc::tick(), kRelaxed);
    if (!is_fresh(shard.memory.write_times[shard.number], now_ms)) take_sample_locked(shard, now_ms);
    ipc::note_client_writes(shard.self.segment(), shard.self.client(), now_ms);
}

void take_sample_locked(const LockedShard& shard, std::uint64_t now_ms) noexcept {
    WriteTimes& times = shard.memory.write_times[shard.number];
    Change change(times);
    Samples samples;
    if (!change.was_torn())
        samples = Samples::of(times);
    else
        samples.all[samples.count++] = {0, 0, 0};
    if (samples.count == WriteTimes::kSamples) make_room(samples, now_ms);
    // The next id, or one of a later era: samples of ids that are not given say nothing wrong.
    samples.all[samples.count++] = {shard.shard.next_id.load(kRelaxed), now_ms, kFreshMs};
    store(times, samples);
}

void forget_write_times_locked(const LockedShard& shard) noexcept {
    WriteTimes& times = shard.memory.write_times[shard.number];
    const Change change(times);
    times.samples[0].id.store(0, kRelaxed);
    times.samples[0].when.store(0, kRelaxed);
    times.count.store(1, kRelaxed);
    shard.shard.sampled_tick.store(0, kRelaxed);
}

std::optional<TimeSpan> written_at(const Memory& memory, std::uint32_t shard, std::uint64_t id) noexcept {
    const WriteTimes& times = memory.write_times[shard];
    constexpr int kTries = 100;
    for (int i = 0; i < kTries; ++i) {
        const std::uint64_t revision = times.revision.load(std::memory_order_acquire);
        if (revision % 2 != 0) continue;
        const Samples samples = Samples::of(times);
        fence_acquire();
        if (times.revision.load(kRelaxed) != revision) continue;
        const auto* const begin = samples.all.data();
        const auto* const after =
            std::upper_bound(begin, begin + samples.count, id,
                             [](std::uint64_t wanted, const Sample& sample) { return wanted < sample.id; });
        if (after == begin || after[-1].from_ms == 0) return std::nullopt;
        return TimeSpan{after[-1].from_ms, after[-1].until_ms()};
    }
    return std::nullopt;
}

void copy_write_times(const Memory& from, const Memory& to, std::uint32_t shard) noexcept {
    copy_bytes(reinterpret_cast<std::byte*>(&to.write_times[shard]),
               reinterpret_cast<const std::byte*>(&from.write_times[shard]), sizeof(WriteTimes));
}

}  // namespace dummycache::store
