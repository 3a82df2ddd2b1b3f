// SPDX-License-Identifier: MIT
// Events, counted by client and by what came of them.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>

#include <dummycache/events.hpp>

namespace dummycache::cli {

struct Counts {
    std::uint64_t hits = 0;
    std::uint64_t misses = 0;  ///< of reads only
    std::uint64_t stored = 0;
    std::uint64_t refused = 0;  ///< by a condition, or for want of room
    std::uint64_t deleted = 0;
    std::uint64_t evicted = 0;
    std::uint64_t expired = 0;  ///< expired entries that a writer cleared away

    void add(const Event& event);
    /// "80%"; a dash if nothing was read.
    [[nodiscard]] std::string hit_ratio() const;
};

class Tally {
public:
    void add(const Event& event);

    [[nodiscard]] const Counts& all() const noexcept { return all_; }
    /// "pytest[gw1] 812", or if several processes are called so, "pytest[gw1] (3 processes)"; "?" for those that are not known.
    [[nodiscard]] std::map<std::string, Counts> clients() const;
    /// How many misses there were for which reason, as far as the cache knows it now: "never written", "set since", "expired",
    /// "deleted", ... Asks once for each key; of more than 10,000 keys the others are "not looked at".
    [[nodiscard]] std::map<std::string, std::uint64_t> misses_by_reason(const Cache& cache) const;

private:
    Counts all_;
    struct SameName {
        Counts counts;
        std::set<std::uint32_t> pids;
    };
    std::map<std::string, SameName> clients_;
    std::map<std::string, std::uint64_t> missed_;  ///< by key
    std::uint64_t not_looked_at_ = 0;
};

}  // namespace dummycache::cli
