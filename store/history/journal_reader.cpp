// SPDX-License-Identifier: MIT
#include "store/history/journal_reader.hpp"

#include <algorithm>

#include "ipc/machine_clock.hpp"
#include "store/history/event_check.hpp"
#include "store/layout/copy_bytes.hpp"

namespace dummycache::store {

namespace {

constexpr std::uint64_t kPatienceUs = 20'000;

EventWords copy_of(const layout::Event& event) noexcept {
    EventWords words;
    words.when_us = event.when_us.load(kRelaxed);
    words.key_hash = event.key_hash.load(kRelaxed);
    words.what = event.what.load(kRelaxed);
    words.value_bytes = event.value_bytes.load(kRelaxed);
    for (std::size_t i = 0; i < layout::Event::kKeyWords; ++i) words.key[i] = event.key[i].load(kRelaxed);
    return words;
}

std::uint64_t bits(std::uint64_t word, unsigned shift, unsigned count) noexcept {
    return word >> shift & ((std::uint64_t{1} << count) - 1);
}

NotedEvent event_of(const EventWords& words, std::uint64_t number) {
    NotedEvent event;
    event.number = number;
    event.when_us = words.when_us;
    event.call = static_cast<std::uint8_t>(bits(words.what, layout::kEventCallShift, 8));
    event.outcome = static_cast<std::uint8_t>(bits(words.what, layout::kEventOutcomeShift, 8));
    event.client = static_cast<std::uint32_t>(bits(words.what, layout::kEventClientShift, 10));
    event.era = bits(words.what, layout::kEventEraShift, layout::kEventEraBits);
    event.key_hash = words.key_hash;
    event.key_bytes = bits(words.what, 0, layout::kEventEraShift);
    event.value_bytes = words.value_bytes;
    event.key.assign(reinterpret_cast<const char*>(words.key),
                     std::min<std::uint64_t>(event.key_bytes, sizeof words.key));
    return event;
}

}  // namespace

JournalReader::JournalReader(const Memory& memory, From from) noexcept
    : memory_(memory), size_(std::uint64_t{memory.journal_mask} + 1) {
    next_ = head();
    if (from == From::oldest) next_ -= std::min(next_, size_);
}

JournalReader::Slot JournalReader::read_slot(NotedEvent& event) const {
    const layout::Event& slot = memory_.journal->events[next_ & memory_.journal_mask];
    const std::uint64_t wanted = 2 * next_ + 2;
    const std::uint64_t seq = slot.seq.load(std::memory_order_acquire);
    if (seq != wanted)
        return static_cast<std::int64_t>(seq - wanted) < 0 ? Slot::unfinished : Slot::overwritten;
    const EventWords words = copy_of(slot);
    const std::uint64_t check = slot.check.load(kRelaxed);
    fence_acquire();
    if (slot.seq.load(kRelaxed) != seq) return Slot::overwritten;
    if (check != check_of(words, next_)) return Slot::damaged;
    event = event_of(words, next_);
    return Slot::whole;
}

bool JournalReader::has_waited_enough() noexcept {
    const std::uint64_t now_us = ipc::boot_us();
    if (waits_since_us_ == 0) waits_since_us_ = now_us;
    return now_us - waits_since_us_ >= kPatienceUs;
}

void JournalReader::skip(std::uint64_t events) noexcept {
    next_ += events;
    lost_ += events;
    waits_since_us_ = 0;
}

std::optional<NotedEvent> JournalReader::next() {
    NotedEvent event;
    for (;;) {
        const std::uint64_t head = this->head();
        if (head < next_) next_ = head;  // damaged
        if (head == next_) return std::nullopt;
        // A reader that fell behind goes on a little after the oldest event, or the writers would pass it again at once.
        if (head - next_ > size_) skip(head - next_ - size_ + size_ / 8);
        switch (read_slot(event)) {
            case Slot::whole:
                ++next_;
                waits_since_us_ = 0;
                return event;
            case Slot::unfinished:
                if (!has_waited_enough()) return std::nullopt;
                skip(1);
                break;
            case Slot::overwritten:
            case Slot::damaged: skip(1); break;
        }
    }
}

}  // namespace dummycache::store
