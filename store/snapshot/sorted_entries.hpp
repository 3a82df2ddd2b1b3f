// SPDX-License-Identifier: MIT
// The entries of an image in the order of their keys' bytes.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "store/cache/image.hpp"
#include "store/index/entry_walk.hpp"
#include "store/snapshot/key_filter.hpp"

namespace dummycache::store::snapshot {

/// Gives the slot words of the visible entries whose keys are wanted, in order. Takes 16 bytes for each entry,
/// for at most kMostAtOnce entries. If there are more, it sorts range by range; each range costs one more
/// walk over the image.
class SortedEntries {
public:
    static constexpr std::size_t kMostAtOnce = std::size_t{2} << 20;

    /// Finds and counts them all.
    SortedEntries(const Image& image, KeyFilter is_wanted, std::size_t most_at_once = kMostAtOnce);

    /// The next entry's slot; empty at the end.
    [[nodiscard]] std::optional<std::uint64_t> next();

    [[nodiscard]] std::uint64_t count() const noexcept { return count_; }
    /// Bytes of all keys and values.
    [[nodiscard]] std::uint64_t bytes() const noexcept { return bytes_; }
    /// The words of entries that come soon: to be fetched from memory ahead.
    [[nodiscard]] std::uint64_t ahead(std::size_t distance) const noexcept {
        const std::size_t at = next_ + distance;
        return at < items_.size() ? items_[at].word : 0;
    }

private:
    struct Item {
        std::uint64_t prefix;  ///< 8 bytes of the key, the first ones the most significant
        std::uint64_t word;
    };

    [[nodiscard]] std::size_t common_of_few();
    void find();
    void choose_bounds(std::vector<std::uint64_t>& sample);
    bool collect_next_range();
    void load_prefixes(std::size_t begin, std::size_t end, std::size_t depth);
    void sort_from(std::size_t begin, std::size_t end, std::size_t depth);
    [[nodiscard]] bool less(std::uint64_t a, std::uint64_t b, std::size_t depth);

    const Memory& memory_;
    KeyFilter is_wanted_;
    std::size_t most_at_once_;
    EntryLoader entries_;
    std::string first_key_;
    EntryLoader others_;  ///< for the second key of a comparison
    std::uint64_t count_ = 0;
    std::uint64_t bytes_ = 0;
    std::vector<Item> items_;
    std::size_t next_ = 0;
    std::vector<std::string> bounds_;  ///< ranges end before these keys; the last has no end
    std::size_t range_ = 0;
};

}  // namespace dummycache::store::snapshot
