// SPDX-License-Identifier: MIT
// The list of workloads.
#include "tests/bench/bench.hpp"

#include <algorithm>
#include <utility>

namespace dummycache::bench {

namespace {

std::vector<Workload>& registry() {
    static std::vector<Workload> workloads;
    return workloads;
}

}  // namespace

std::vector<Workload> all_workloads() {
    std::vector<Workload> workloads = registry();
    std::sort(workloads.begin(), workloads.end(),
              [](const auto& a, const auto& b) { return a.name < b.name; });
    return workloads;
}

RegisterWorkload::RegisterWorkload(std::string name, std::string what,
                                   std::function<void(const Settings&)> run) {
    registry().push_back({std::move(name), std::move(what), std::move(run)});
}

}  // namespace dummycache::bench
