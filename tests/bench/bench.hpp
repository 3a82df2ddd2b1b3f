// SPDX-License-Identifier: MIT
// A workload: what is measured. Each stands in a file of its own and registers itself.
#pragma once

#include <algorithm>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace dummycache::bench {

/// One line of the result: ours beside a peer's, or ours alone.
struct Row {
    std::string workload;
    std::string measure;  ///< what of the workload; empty if it has but one
    std::string peer;     ///< empty: ours alone
    std::string unit;
    double ours = 0;
    std::optional<double> ours_min;
    std::optional<double> theirs;
    std::optional<double> theirs_min;
    std::optional<double> limit;  ///< of the ratio if there is a peer, else of ours
    bool at_least = false;        ///< the limit is a lower one

    [[nodiscard]] std::optional<double> ratio() const {
        return theirs && *theirs > 0 ? std::optional(ours / *theirs) : std::nullopt;
    }
};

/// Whether a name was chosen: where none is, all are.
[[nodiscard]] inline bool is_among(const std::vector<std::string>& names, const std::string& name) {
    return names.empty() || std::find(names.begin(), names.end(), name) != names.end();
}

/// What the user asked for.
struct Settings {
    std::size_t repeat = 11;          ///< rounds of a comparison
    bool quick = false;               ///< a tenth of the entries; figures are rough
    bool cpu_time = false;            ///< comparisons by processor time, for a machine that is busy
    std::vector<std::string> peers;   ///< names; empty: all
    std::vector<std::string> traces;  ///< files that `eviction` replays too
    std::function<void(const Row&)> report;

    [[nodiscard]] std::size_t scaled(std::size_t count) const { return quick ? count / 10 : count; }
};

struct Workload {
    std::string name;
    std::string what;  ///< one line for --list
    std::function<void(const Settings&)> run;
};

/// Every workload, sorted by name.
[[nodiscard]] std::vector<Workload> all_workloads();

/// Makes a workload known. One object of static storage in each workload's file.
struct RegisterWorkload {
    RegisterWorkload(std::string name, std::string what, std::function<void(const Settings&)> run);
};

}  // namespace dummycache::bench
