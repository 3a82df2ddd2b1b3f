// SPDX-License-Identifier: MIT
// Sorts by 8 bytes of the keys at a time. These bytes are in the same array as the slot words: a comparison
// of two whole keys would load two entries from memory. Keys that are equal in these bytes are sorted by
// the next 8 bytes.
#include "store/snapshot/sorted_entries.hpp"

#include <algorithm>
#include <boost/sort/spreadsort/integer_sort.hpp>
#include <cstring>

#include "dummycache/cache.hpp"
#include "dummycache/limits.hpp"

namespace dummycache::store::snapshot {

namespace {

constexpr std::size_t kSample = 4096;
/// The estimate of a range's size may be wrong by a fifth before memory is exceeded.
constexpr double kFullness = 0.8;
constexpr std::size_t kFew = 16;
constexpr std::size_t kPrefetch = 24;

/// The bytes of `key` from `depth` on, the first the most significant; zeros behind its end.
std::uint64_t prefix_of(std::string_view key, std::size_t depth) noexcept {
    if (depth >= key.size()) return 0;
    std::uint64_t bytes = 0;
    std::memcpy(&bytes, key.data() + depth, std::min<std::size_t>(8, key.size() - depth));
    return __builtin_bswap64(bytes);
}

std::size_t common_bytes(std::string_view one, std::string_view two) noexcept {
    const auto [end, other] = std::mismatch(one.begin(), one.end(), two.begin(), two.end());
    return static_cast<std::size_t>(end - one.begin());
}

}  // namespace

SortedEntries::SortedEntries(const Image& image, KeyFilter is_wanted, std::size_t most_at_once)
    : memory_(image.memory()),
      is_wanted_(std::move(is_wanted)),
      most_at_once_(most_at_once),
      entries_(memory_, image.now_us()),
      others_(memory_, image.now_us()) {
    find();
}

/// How many bytes the first keys have in common.
std::size_t SortedEntries::common_of_few() {
    constexpr std::size_t kFirst = 512;
    std::size_t met = 0;
    std::size_t common = 0;
    walk_slots(memory_, [&](const layout::IndexPage&, std::uint32_t, unsigned, std::uint64_t word) {
        if (!entries_.is_visible(word)) return true;
        const std::string_view key = entries_.key(word);
        if (met++ == 0) {
            first_key_ = key;
            common = key.size();
        }
        common = common_bytes(std::string_view(first_key_).substr(0, common), key);
        return met < kFirst;
    });
    return common;
}

void SortedEntries::find() {
    // Keys often begin with the same bytes. So sorting starts at the first byte in which some of them
    // differ. If a later key differs earlier, sorting starts at that byte.
    std::size_t common = common_of_few();
    const std::size_t guessed = common;
    std::uint64_t entries = 0;
    for (std::uint32_t i = 0; i < memory_.shard_count; ++i)
        entries += memory_.shards[i].entries.load(std::memory_order_relaxed);
    items_.reserve(std::min<std::uint64_t>(entries, most_at_once_));
    // The index is in the order of a hash, so every n-th entry is a fair sample.
    const std::uint64_t stride = entries / kSample + 1;
    std::vector<std::uint64_t> sample;
    walk_slots(memory_, [&](const layout::IndexPage&, std::uint32_t, unsigned, std::uint64_t word) {
        if (!entries_.is_visible(word)) return true;
        const std::string_view key = entries_.key(word);
        if (key.empty() || !is_wanted_(key)) return true;
        if (count_++ % stride == 0) sample.push_back(word);
        bytes_ += key.size() + EntryRef::of_slot(memory_, word).lengths().value;
        if (std::memcmp(key.data(), first_key_.data(), std::min(common, key.size())) != 0 ||
            key.size() < common)
            common = common_bytes(std::string_view(first_key_).substr(0, common), key);
        if (items_.size() < most_at_once_) items_.push_back({prefix_of(key, guessed), word});
        return true;
    });
    if (count_ <= most_at_once_) {
        range_ = 1;
        if (common != guessed) load_prefixes(0, items_.size(), common);
        sort_from(0, items_.size(), common);
        return;
    }
    choose_bounds(sample);
}

void SortedEntries::choose_bounds(std::vector<std::uint64_t>& sample) {
    std::sort(sample.begin(), sample.end(),
              [this](std::uint64_t a, std::uint64_t b) { return less(a, b, 0); });
    const auto ranges = static_cast<std::size_t>(static_cast<double>(count_) /
                                                 (static_cast<double>(most_at_once_) * kFullness)) +
                        1;
    for (std::size_t i = 1; i < ranges; ++i) {
        std::string bound(entries_.key(sample[i * sample.size() / ranges]));
        if (bounds_.empty() || bounds_.back() < bound) bounds_.push_back(std::move(bound));
    }
    items_.clear();
}

bool SortedEntries::collect_next_range() {
    if (range_ > bounds_.size()) return false;
    const std::string* const first = range_ > 0 ? &bounds_[range_ - 1] : nullptr;
    const std::string* const end = range_ < bounds_.size() ? &bounds_[range_] : nullptr;
    items_.clear();
    next_ = 0;
    ++range_;
    walk_slots(memory_, [&](const layout::IndexPage&, std::uint32_t, unsigned, std::uint64_t word) {
        if (!entries_.is_visible(word)) return true;
        const std::string_view key = entries_.key(word);
        if (key.empty() || (first != nullptr && key < *first) || (end != nullptr && key >= *end)) return true;
        if (is_wanted_(key)) items_.push_back({prefix_of(key, 0), word});
        return true;
    });
    sort_from(0, items_.size(), 0);
    return true;
}

bool SortedEntries::less(std::uint64_t a, std::uint64_t b, std::size_t depth) {
    const std::string_view left = entries_.key(a);
    const std::string_view right = others_.key(b);
    return left.substr(std::min(depth, left.size())) < right.substr(std::min(depth, right.size()));
}

void SortedEntries::load_prefixes(std::size_t begin, std::size_t end, std::size_t depth) {
    for (std::size_t i = begin; i < end; ++i) {
        if (i + kPrefetch < end) prefetch_entry(memory_, items_[i + kPrefetch].word);
        items_[i].prefix = prefix_of(entries_.key(items_[i].word), depth);
    }
}

/// The items have their prefixes of this depth already.
void SortedEntries::sort_from(std::size_t begin, std::size_t end, std::size_t depth) {
    for (;;) {
        const auto at = [this](std::size_t i) { return items_.begin() + static_cast<std::ptrdiff_t>(i); };
        boost::sort::spreadsort::integer_sort(
            at(begin), at(end), [](const Item& item, unsigned shift) { return item.prefix >> shift; },
            [](const Item& a, const Item& b) { return a.prefix < b.prefix; });
        std::size_t run = begin;
        while (run < end) {
            std::size_t after = run + 1;
            while (after < end && items_[after].prefix == items_[run].prefix) ++after;
            if (run == begin && after == end && end - begin > kFew) break;
            if (after - run > kFew) {
                load_prefixes(run, after, depth + 8);
                sort_from(run, after, depth + 8);
            } else if (after - run > 1) {
                std::sort(at(run), at(after), [this, depth](const Item& a, const Item& b) {
                    return less(a.word, b.word, depth);
                });
            }
            run = after;
        }
        if (run >= end) return;
        // All are equal so far. A loop and not a call, because keys may have the same first 64 KiB.
        depth += 8;
        if (depth > kMaxKeyBytes) {  // they differ only in the number of zeros at their ends
            std::sort(at(begin), at(end),
                      [this](const Item& a, const Item& b) { return less(a.word, b.word, 0); });
            return;
        }
        load_prefixes(begin, end, depth);
    }
}

std::optional<std::uint64_t> SortedEntries::next() {
    while (next_ == items_.size()) {
        if (!collect_next_range()) return std::nullopt;
    }
    return items_[next_++].word;
}

}  // namespace dummycache::store::snapshot
