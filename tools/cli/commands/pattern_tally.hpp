// SPDX-License-Identifier: MIT
// Events, counted by the pattern of their keys; and what had become of keys that were missed.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include <dummycache/events.hpp>

#include "tools/cli/commands/tally.hpp"

namespace dummycache::cli {

struct PatternCounts {
    Counts counts;
    std::uint64_t keys = 0;
    std::uint64_t stored_bytes = 0;
};

class PatternTally {
public:
    /// Events in their order.
    void add(const Event& event);

    using Row = std::pair<std::string, PatternCounts>;
    /// Those with the most events first.
    [[nodiscard]] std::vector<Row> by_events() const;
    /// How many misses there were for which reason, as far as the events tell: "not seen before", "deleted", "evicted", ...
    [[nodiscard]] const std::map<std::string_view, std::uint64_t>& misses_by_reason() const noexcept {
        return reasons_;
    }

private:
    std::string_view fate_of(const Event& event) const;

    std::map<std::string, PatternCounts> patterns_;
    struct Last {
        std::string_view outcome;  ///< of the last event that changed the key
        std::uint64_t number;      ///< of that event
    };
    std::unordered_map<std::uint64_t, Last> last_;  ///< by the key's hash
    std::uint64_t number_ = 0;
    Last whole_{"not seen before", 0};  ///< what last happened to all keys
    std::map<std::string_view, std::uint64_t> reasons_;
};

}  // namespace dummycache::cli
