// SPDX-License-Identifier: MIT
#include "dummycache/events.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "dummycache/text.hpp"
#include "store/api/client_of.hpp"
#include "store/api/on_attachment.hpp"
#include "store/history/event_names.hpp"
#include "store/history/journal.hpp"
#include "store/history/journal_reader.hpp"
#include "store/history/removals.hpp"

namespace dummycache {

namespace {

using store::JournalReader;
using store::NotedEvent;

/// A number that damage has made is a question mark.
std::string_view name_in(std::span<const std::string_view> names, std::size_t number) {
    return names[number < names.size() ? number : 0];
}

/// Who the clients are. Records are read again every tenth of a second: a record may change hands.
class Clients {
public:
    explicit Clients(const ipc::Segment& segment) : segment_(segment), known_(segment.clients().size()) {}

    /// The client that noted an event in this era, of which the last 20 bits are known.
    std::optional<Client> at(std::uint32_t number, std::uint64_t era) {
        if (number >= known_.size()) return std::nullopt;
        constexpr std::int64_t kOldMs = 100;
        Known& known = known_[number];
        if (const std::int64_t now = ipc::coarse_ms(); !known.is_read || now - known.read_ms >= kOldMs) {
            auto client = ipc::client_of(segment_, number);
            known.since_era = client ? client->since_era : 0;
            known.client = client ? std::optional(store::shown_client(std::move(*client))) : std::nullopt;
            known.read_ms = now;
            known.is_read = known.client.has_value();
        }
        return store::is_era_since(era, known.since_era, layout::kEventEraBits) ? known.client : std::nullopt;
    }

private:
    struct Known {
        bool is_read = false;
        std::int64_t read_ms = 0;
        std::uint64_t since_era = 0;
        std::optional<Client> client;
    };
    const ipc::Segment& segment_;
    std::vector<Known> known_;
};

/// A key that is cut does not end within a character.
void end_with_a_character(std::string& key) {
    constexpr std::size_t kLongest = 4;
    for (std::size_t less = 0; less < kLongest && less < key.size(); ++less) {
        const std::string_view shorter = std::string_view(key).substr(0, key.size() - less);
        if (!text::is_utf8(shorter)) continue;
        key.resize(shorter.size());
        return;
    }
}

Event shown(NotedEvent&& noted, Clients& clients, std::int64_t wall_minus_boot_us) {
    using std::chrono::microseconds;
    Event event;
    const auto wall = microseconds(static_cast<std::int64_t>(noted.when_us) + wall_minus_boot_us);
    event.at = std::chrono::system_clock::time_point(
        std::chrono::duration_cast<std::chrono::system_clock::duration>(wall));
    event.call = name_in(store::kCallNames, noted.call);
    event.outcome = name_in(store::kOutcomeNames, noted.outcome);
    event.key = std::move(noted.key);
    event.key_bytes = noted.key_bytes;
    if (event.key_bytes > event.key.size()) end_with_a_character(event.key);
    event.key_hash = noted.key_hash;
    (event.is_of_whole_cache() ? event.entries : event.value_bytes) = noted.value_bytes;
    event.client = clients.at(noted.client, noted.era);
    return event;
}

/// The same in all processes: an event has one time, whoever reads it.
std::int64_t wall_minus_boot_us(const ipc::Segment& segment) {
    if (segment.is_from_this_boot()) return segment.identity().boot_realtime_us;
    return ipc::wall_us() - static_cast<std::int64_t>(ipc::boot_us());
}

[[noreturn]] void throw_no_memory(const store::Attachment& attachment) {
    throw Error(
        ErrorCode::full,
        fmt::format("journal: the system has no memory for the events of {} ({} bytes); make room in its "
                    "file system; everything else works as before",
                    store::described(*attachment.segment), attachment.segment->journal().size()));
}

}  // namespace

std::span<const std::string_view> event_calls() noexcept { return std::span(store::kCallNames).subspan(1); }
std::span<const std::string_view> event_outcomes() noexcept {
    return std::span(store::kOutcomeNames).subspan(1);
}

void switch_journal(Cache& cache, bool on) {
    store::on_attachment(cache, [on](store::Attachment& attachment) {
        store::check_not_removed(attachment, "journal");
        if (!on) return store::switch_journal_off(attachment);
        if (!store::switch_journal_on(attachment)) throw_no_memory(attachment);
    });
}

JournalInfo journal_info(const Cache& cache) {
    return store::on_attachment(cache, [](store::Attachment& attachment) {
        const std::uint64_t word = attachment.memory.superblock->journal.load(store::kRelaxed);
        JournalInfo info;
        if (store::is_journal_on(attachment.memory))
            info.state = word == ipc::kJournalOn ? JournalState::on : JournalState::watched;
        info.room = std::uint64_t{attachment.memory.journal_mask} + 1;
        const bool is_wanted = info.state != JournalState::off || attachment.segment->journal_is_used();
        if (!is_wanted || !attachment.segment->has_journal()) return info;
        info.noted = attachment.memory.journal->head.next.load(store::kRelaxed);
        info.memory = attachment.segment->journal().size();
        return info;
    });
}

struct EventStream::State {
    Cache cache;  ///< does not reopen, so that the attachment stays
    store::Attachment& attachment;
    JournalReader reader;
    Clients clients;
    std::int64_t renewed_ms = ipc::coarse_ms();
    std::chrono::milliseconds unwatched{0};

    /// Keeps the events coming. Sees whether they have stopped: this process did not come in time, and no other watched.
    void renew() {
        constexpr std::int64_t kRenewMs = 200;
        const std::int64_t now = ipc::coarse_ms();
        if (now - renewed_ms < kRenewMs) return;
        if (attachment.segment->stale())
            throw Error(ErrorCode::removed, fmt::format("events: {} was removed, or has another name",
                                                        store::described(*attachment.segment)));
        const auto since = std::chrono::milliseconds(now - renewed_ms - std::int64_t{store::kJournalLeaseMs});
        if (!store::is_journal_on(attachment.memory))
            unwatched += std::max(since, std::chrono::milliseconds(1));
        renewed_ms = now;
        static_cast<void>(store::watch_journal(attachment));
    }

    State(Cache pinned, store::Attachment& of_it, JournalReader::From from)
        : cache(std::move(pinned)), attachment(of_it), reader(of_it.memory, from), clients(*of_it.segment) {}
};

EventStream::EventStream(const Cache& cache, From from) {
    Cache pinned = store::pinned(cache, "events");
    store::on_attachment(pinned, [&](store::Attachment& attachment) {
        if (!store::watch_journal(attachment)) throw_no_memory(attachment);
        const auto first = from == From::now ? JournalReader::From::now : JournalReader::From::oldest;
        state_ = std::make_unique<State>(pinned, attachment, first);
    });
}
EventStream::~EventStream() = default;
EventStream::EventStream(EventStream&&) noexcept = default;
EventStream& EventStream::operator=(EventStream&&) noexcept = default;

std::size_t EventStream::read(const std::function<void(const Event&)>& visit, std::size_t limit) {
    State& state = *state_;
    state.renew();
    const std::int64_t shift_us = wall_minus_boot_us(*state.attachment.segment);
    std::size_t count = 0;
    while (count < limit) {
        auto noted = state.reader.next();
        if (!noted) break;
        ++count;
        visit(shown(std::move(*noted), state.clients, shift_us));
    }
    return count;
}

std::uint64_t EventStream::lost() const noexcept { return state_->reader.lost(); }
std::chrono::milliseconds EventStream::unwatched() const noexcept { return state_->unwatched; }

void read_journal(const Cache& cache, std::size_t last, const std::function<void(const Event&)>& visit) {
    const Cache pinned = store::pinned(cache, "log");
    std::vector<NotedEvent> events;
    store::on_attachment(pinned, [&](store::Attachment& attachment) {
        if (!attachment.segment->journal_is_used()) return;
        if (!attachment.segment->has_journal()) throw_no_memory(attachment);
        JournalReader reader(attachment.memory, JournalReader::From::oldest);
        const std::uint64_t end = reader.head();
        if (last != 0) reader.begin_at(end - std::min<std::uint64_t>(end, last));
        while (auto noted = reader.next()) {
            if (noted->number >= end) break;
            events.push_back(std::move(*noted));
        }
        Clients clients(*attachment.segment);
        const std::int64_t shift_us = wall_minus_boot_us(*attachment.segment);
        for (NotedEvent& noted : events) visit(shown(std::move(noted), clients, shift_us));
    });
}

}  // namespace dummycache
