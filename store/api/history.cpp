// SPDX-License-Identifier: MIT
#include "dummycache/history.hpp"

#include <algorithm>
#include <utility>

#include "store/api/client_of.hpp"
#include "store/api/on_attachment.hpp"
#include "store/cache/explain.hpp"
#include "store/cache/layout_hash.hpp"
#include "store/entry/read.hpp"
#include "store/entry/request.hpp"

namespace dummycache {

namespace {

using std::chrono::milliseconds;

/// Between two moments, at least 1 ms: clocks are read one after the other, and nothing is told to have been 0 us ago.
milliseconds between(std::uint64_t from_ms, std::uint64_t until_ms) {
    return milliseconds(until_ms > from_ms ? until_ms - from_ms : 1);
}

/// The middle of the time in which an entry was written, before now.
std::optional<milliseconds> ago(const std::optional<store::TimeSpan>& at) {
    if (!at) return std::nullopt;
    const std::uint64_t now_ms = ipc::boot_us() / 1000;
    const std::uint64_t until_ms = std::clamp(at->until_ms, at->from_ms, std::max(now_ms, at->from_ms));
    return between(at->from_ms + (until_ms - at->from_ms) / 2, now_ms);
}

std::optional<store::TimeSpan> time_of(const store::Attachment& attachment, std::string_view key,
                                       EntryId id) {
    return store::written_at(attachment.memory, store::hash_key(attachment.memory, key, "history").shard, id);
}

/// The client that wrote the entry with this id.
std::optional<Client> writer_of(const ipc::Segment& segment, std::uint32_t number, EntryId id) {
    auto client = ipc::client_of(segment, number);
    if (!client || id >> layout::kEraShift < client->since_era) return std::nullopt;
    return store::shown_client(std::move(*client));
}

/// The client that noted a removal at this moment.
std::optional<Client> remover_of(const ipc::Segment& segment, const store::NotedRemoval& removal) {
    auto client = ipc::client_of(segment, removal.remover);
    if (!client || !removal.is_since(client->since_era)) return std::nullopt;
    return store::shown_client(std::move(*client));
}

Fate fate_of(layout::Removal removal) {
    switch (removal) {
        case layout::Removal::none: return Fate::unknown;
        case layout::Removal::deleted: return Fate::deleted;
        case layout::Removal::timed_out: return Fate::timed_out;
        case layout::Removal::expired: return Fate::expired;
        case layout::Removal::evicted: return Fate::evicted;
        case layout::Removal::cleared: return Fate::cleared;
        case layout::Removal::rolled_back: return Fate::rolled_back;
        case layout::Removal::replaced: return Fate::replaced;
    }
    return Fate::unknown;  // a damaged record
}

/// How far back all removals of a shard are known: to the making of the cache, or less.
milliseconds known_back(store::Attachment& attachment, std::uint32_t shard, std::uint64_t now_ms,
                        bool& is_all) {
    const auto since_ms = store::removals_known_since_ms(attachment.memory, shard);
    is_all = !since_ms.has_value();
    if (since_ms) return between(*since_ms, now_ms);
    const auto made_us = static_cast<std::int64_t>(attachment.segment->identity().created_us);
    return milliseconds(std::max<std::int64_t>(ipc::wall_us() - made_us, 0) / 1000);
}

/// What is asked about the times of a key.
struct Now {
    std::uint64_t boot_ms = ipc::boot_us() / 1000;
    ipc::ClockReading cache;
};

std::optional<milliseconds> lifetime_of(const store::KeyFacts& facts,
                                        const std::optional<store::TimeSpan>& at, const Now& now) {
    constexpr milliseconds kAbout{2000};  // a shorter one is not known well enough
    if (facts.removal.deadline_us == 0 || !at || at->from_ms <= facts.clock_moved_ms) return std::nullopt;
    const auto left =
        milliseconds(static_cast<std::int64_t>(facts.removal.deadline_us - now.cache.now_us) / 1000);
    if (now.cache.frozen) return left;
    const milliseconds lifetime = *ago(at) + left;
    return lifetime < kAbout ? std::nullopt : std::optional(lifetime);
}

/// Whether the key had expired already when it was cleared.
bool had_expired(const store::KeyFacts& facts, const Now& now) {
    const std::uint64_t at_ms = facts.removal.at_ms;
    if (facts.removal.removal != layout::Removal::cleared &&
        facts.removal.removal != layout::Removal::replaced)
        return false;
    if (facts.removal.deadline_us == 0 || at_ms <= facts.clock_moved_ms) return false;
    const std::uint64_t since_us = now.cache.frozen || now.boot_ms < at_ms ? 0 : (now.boot_ms - at_ms) * 1000;
    return facts.removal.deadline_us + since_us <= now.cache.now_us;
}

/// Tells of a key that is not there.
void tell_of_absence(Explanation& known, const store::KeyFacts& facts, const ipc::Segment& segment,
                     const Now& now) {
    const auto& whole = facts.last_whole;
    const bool was_cleared_since = whole.at_ms != 0 && between(whole.at_ms, now.boot_ms) <= known.known_back;
    if (known.fate == Fate::unknown && !facts.is_torn && was_cleared_since) known.fate = Fate::not_written;
    if (had_expired(facts, now)) known.fate = Fate::expired;
    if (known.fate == Fate::expired) {
        known.ago = between(facts.removal.deadline_us / 1000, now.cache.now_us / 1000);
        if (known.written && known.written->ago && !known.clock_was_moved && !now.cache.frozen)
            known.written->ago = std::max(*known.written->ago, *known.ago);
    } else if (known.fate == Fate::not_written && whole.at_ms != 0) {
        known.ago = between(whole.at_ms, now.boot_ms);
        known.by = remover_of(segment, whole);
    } else if (facts.removal.at_ms != 0) {
        known.ago = between(facts.removal.at_ms, now.boot_ms);
        known.by = remover_of(segment, facts.removal);
        // It was not written later than it went away. Both times are known about.
        if (known.written && known.written->ago)
            known.written->ago = std::max(*known.written->ago, *known.ago);
    }
}

Explanation explain(store::Attachment& attachment, std::string_view key) {
    const ipc::Segment& segment = *attachment.segment;
    const store::KeyFacts facts = store::facts_of(attachment, key);
    const Now now{.cache = ipc::CacheClock(attachment.memory.superblock->clock).read()};
    Explanation known;
    bool is_all = false;
    known.known_back = known_back(attachment, facts.shard, now.boot_ms, is_all);
    known.capacity_bytes = segment.identity().capacity_bytes;
    known.committed_bytes = segment.committed_bytes();
    known.fate = facts.is_present ? Fate::present : fate_of(facts.removal.removal);
    if (known.fate == Fate::unknown && !facts.is_torn && is_all) known.fate = Fate::not_written;
    if (facts.removal.id != 0) {
        const auto at = time_of(attachment, key, facts.removal.id);
        known.written = Written{writer_of(segment, facts.removal.writer, facts.removal.id), ago(at)};
        known.lifetime = lifetime_of(facts, at, now);
        known.clock_was_moved = at && at->from_ms <= facts.clock_moved_ms;
    }
    if (!facts.is_present) {
        tell_of_absence(known, facts, segment, now);
    } else if (facts.removal.deadline_us != 0) {
        const std::uint64_t now_us = now.cache.now_us;
        known.ttl = std::chrono::microseconds(
            facts.removal.deadline_us > now_us ? facts.removal.deadline_us - now_us : 0);
    }
    return known;
}

/// Who wrote the key's entry in a cache to which this process is no member. Empty if the key is not there.
std::optional<Written> look_at(const ipc::SegmentName& name, std::string_view key) {
    store::Attachment guest(ipc::Segment::attach(name, store::layout_hash()), Options().lock_timeout,
                            ipc::Joins::when_it_writes);
    const auto entry = store::find(guest, key, store::Use::looks);
    if (!entry) return std::nullopt;
    return Written{writer_of(*guest.segment, entry->lengths.writer, entry->id),
                   ago(time_of(guest, key, entry->id))};
}

}  // namespace

History::History(const Cache& cache) : cache_(store::pinned(cache, "history")) {
    store::on_attachment(cache_, [this](store::Attachment& attachment) {
        const ipc::Segment& segment = *attachment.segment;
        known_.resize(segment.clients().size());
        for (std::uint32_t number = 0; number < known_.size(); ++number) {
            auto client = ipc::client_of(segment, number);
            if (!client) continue;
            const std::uint64_t since_era = client->since_era;
            known_[number] = Known{since_era, store::shown_client(std::move(*client))};
        }
    });
}

Written History::written(std::string_view key, EntryId id, std::uint32_t writer) const {
    return store::on_attachment(cache_, [&](store::Attachment& attachment) {
        Written written{std::nullopt, ago(time_of(attachment, key, id))};
        const bool is_known = writer < known_.size() && known_[writer];
        if (is_known && id >> layout::kEraShift >= known_[writer]->since_era)
            written.by = known_[writer]->client;
        return written;
    });
}

std::vector<Client> History::clients() const {
    std::vector<Client> all;
    for (const auto& known : known_)
        if (known) all.push_back(known->client);
    return all;
}

Explanation why(const Cache& cache, std::string_view key) {
    return store::on_attachment(cache,
                                [key](store::Attachment& attachment) { return explain(attachment, key); });
}

std::vector<OtherCache> other_caches_with(const Cache& cache, std::string_view key) {
    const Info own = cache.info();
    std::vector<OtherCache> found;
    for (const std::string& text : ipc::Segment::list()) {
        try {
            const ipc::SegmentName name = ipc::parse_name(text);
            if (name.path == own.path) continue;
            if (auto written = look_at(name, key)) found.push_back({text, true, std::move(*written)});
        } catch (const ipc::Error&) {
            continue;  // removed meanwhile, or made by another version
        }
    }
    for (const ListedCache& other : Cache::list_of_others())
        if (other.name.substr(other.name.find(':') + 1) == own.name) found.push_back({other.name, false, {}});
    return found;
}

}  // namespace dummycache
