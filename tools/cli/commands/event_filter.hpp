// SPDX-License-Identifier: MIT
// Which events a command shows: the options of monitor and log.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include <dummycache/events.hpp>

#include "tools/cli/call.hpp"

namespace dummycache::cli {

inline constexpr OptionSpec kOpOption{"--op", "OP[,OP...]",
                                      "these calls only: get, set, erase, ... (the list is below)"};
inline constexpr OptionSpec kOutcomeOption{"--outcome", "WHAT[,WHAT...]",
                                           "these outcomes only: miss, evicted, ... (the list is below)"};
inline constexpr OptionSpec kClientOption{"--client", "NAME",
                                          "of clients with this name, or of this program"};
inline constexpr OptionSpec kPidOption{"--pid", "N", "of the process with this number"};

/// For the details of a command.
#define DUMMYCACHE_EVENT_WORDS                                                                           \
    "Calls: get contains set add replace set_if fill erase take touch persist incr decr append clear\n"  \
    "rollback load; reclaim is no call: the cache needed room. Outcomes: hit miss stored refused full\n" \
    "deleted timed_out expired evicted cleared rolled_back.\n"

class EventFilter {
public:
    /// Throws Failure if an option makes no sense.
    explicit EventFilter(const Call& call);
    [[nodiscard]] bool shows(const Event& event) const;

private:
    std::string glob_;
    std::vector<std::string> ops_, outcomes_;  ///< empty: all
    std::optional<std::string> client_;
    std::optional<std::uint32_t> pid_;
};

}  // namespace dummycache::cli
