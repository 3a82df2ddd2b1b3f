// SPDX-License-Identifier: MIT
// The figures of a cache by name, for DC.STATS and INFO.
#pragma once

#include <dummycache/stats.hpp>

namespace dummycache::redis {

struct StatsField {
    const char* name;
    std::uint64_t Stats::*value;
};
inline constexpr StatsField kStatsFields[] = {
    {"entries", &Stats::entries},
    {"live_bytes", &Stats::live_bytes},
    {"hits", &Stats::hits},
    {"misses", &Stats::misses},
    {"sets", &Stats::sets},
    {"erases", &Stats::erases},
    {"evicted", &Stats::evicted},
    {"expired", &Stats::expired},
    {"clears", &Stats::clears},
    {"recoveries", &Stats::recoveries},
    {"committed_bytes", &Stats::committed_bytes},
    {"capacity_bytes", &Stats::capacity_bytes},
};

}  // namespace dummycache::redis
