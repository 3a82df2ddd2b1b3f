// SPDX-License-Identifier: MIT
// The digest of a state is a sum over its entries: it does not depend on their order.
#include <array>
#include <cstdio>
#include <cstring>

#include <fmt/format.h>

#include "dummycache/snapshot.hpp"
#include "store/api/error_translation.hpp"
#include "store/snapshot/checksum.hpp"
#include "store/snapshot/opened.hpp"
#include "store/snapshot/space_estimate.hpp"

namespace dummycache {

namespace {

using namespace store::snapshot;

constexpr unsigned kEvery = 1024;  // records between two reports

void append_integer(std::string& to, std::uint64_t number) {
    for (unsigned shift = 0; shift < 64; shift += 8) to += static_cast<char>(number >> shift & 0xff);
}

/// Adds up the hashes of entries.
class Digest {
public:
    void add(RecordSource& source, const Record& record, bool exact_ttl) {
        head_.clear();
        append_integer(head_, record.key.size());
        append_integer(head_, record.value_bytes);
        append_integer(head_, static_cast<std::uint64_t>(kind_of(record.codec)));
        const std::uint64_t some = exact_ttl ? static_cast<std::uint64_t>(record.ttl.count()) : 1;
        append_integer(head_, record.ttl == kForever ? 0 : some);
        XXH3_128bits_reset(&state_);
        add(head_);
        add(record.key);
        add(record.value);
        if (record.is_long()) {
            for (std::string_view part = source.more(); !part.empty(); part = source.more()) add(part);
        }
        const XXH128_hash_t hash = XXH3_128bits_digest(&state_);
        low_ += hash.low64;
        high_ += hash.high64;
        ++entries_;
    }

    [[nodiscard]] std::string text() const {
        std::string sums;
        for (const std::uint64_t number : {low_, high_, entries_}) append_integer(sums, number);
        const XXH128_hash_t hash = XXH3_128bits(sums.data(), sums.size());
        std::array<char, 33> digits{};
        std::snprintf(digits.data(), digits.size(), "%016llx%016llx",
                      static_cast<unsigned long long>(hash.high64),
                      static_cast<unsigned long long>(hash.low64));
        return digits.data();
    }

private:
    void add(std::string_view bytes) noexcept { XXH3_128bits_update(&state_, bytes.data(), bytes.size()); }

    std::string head_;
    XXH3_state_t state_{};
    std::uint64_t low_ = 0;
    std::uint64_t high_ = 0;
    std::uint64_t entries_ = 0;
};

void check_capacity(const SpaceEstimate& estimate, const SummaryOptions& options) {
    if (options.most_capacity == 0 || estimate.least_capacity() <= options.most_capacity) return;
    throw Error(ErrorCode::full,
                fmt::format("the snapshot needs a cache of more than {} MiB, the most that there "
                            "is room for; free some, or load a part of it",
                            options.most_capacity >> 20));
}

}  // namespace

SnapshotSummary summarize(const SnapshotSource& side, const SummaryOptions& options) {
    return store::rethrow_as_error([&] {
        Opened opened(side, options.match, Opened::Order::any, "summarize");
        RecordSource& source = opened.source();
        SnapshotSummary summary;
        summary.format = opened.format();
        Digest digest;
        SpaceEstimate estimate;
        for (Record record; source.next(record);) {
            estimate.add(record);
            if (summary.entries % kEvery == 0 || record.is_long()) check_capacity(estimate, options);
            digest.add(source, record, options.exact_ttl);
            summary.bytes += record.key.size() + record.value_bytes;
            summary.with_deadline += record.ttl != kForever;
            if (++summary.entries % kEvery == 0 && options.progress)
                options.progress(source.done(), source.total());
        }
        opened.check_keys();
        summary.capacity = estimate.capacity();
        summary.digest = digest.text();
        return summary;
    });
}

std::string digest(const SnapshotSource& source) { return summarize(source).digest; }

}  // namespace dummycache
