// SPDX-License-Identifier: MIT
#include "store/api/worker_name.hpp"

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <span>

#include <fmt/format.h>

#include "dummycache/error.hpp"
#include "ipc/process/liveness.hpp"
#include "store/cache/client_name.hpp"

namespace dummycache::store {

namespace {

constexpr const char* kRunVariables[] = {"DUMMYCACHE_RUN", "PYTEST_XDIST_TESTRUNUID"};

bool may_be_in_id(char c) noexcept {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_' || c == '.';
}

bool is_set(const char* variable) noexcept { return std::getenv(variable) != nullptr; }

/// What the first variable says that is set and not empty; empty if there is none. The first worker of some test
/// runners has an empty variable.
std::string id_from(std::span<const char* const> variables) {
    for (const char* const variable : variables) {
        const char* const value = std::getenv(variable);
        if (value == nullptr || *value == '\0') continue;
        const std::string_view id = value;
        const bool leads_elsewhere = id == "." || id == "..";
        if (std::ranges::all_of(id, may_be_in_id) && !leads_elsewhere) return std::string(id);
        throw Error(
            ErrorCode::invalid_argument,
            fmt::format("${} cannot be a part of a cache's name: it has other bytes than letters, digits, "
                        "'-', '_' and '.', or leads to another folder; set it to something else",
                        variable));
    }
    return {};
}

/// Once in a process. It is no error: a test that runs alone needs no worker.
void note_that_there_is_no_worker(std::string_view name) {
    static std::atomic<bool> was_noted = false;
    if (was_noted.exchange(true)) return;
    const std::string note = fmt::format(
        "dummycache: %w in the cache's name '{}' stands for nothing: no test runner has set the id of a "
        "worker; "
        "tests that run side by side share this cache; set DUMMYCACHE_WORKER, empty if that is meant\n",
        name);
    std::fwrite(note.data(), 1, note.size(), stderr);
}

std::string worker_id(std::string_view name) {
    std::string id = id_from(kWorkerVariables);
    if (id.empty() && std::ranges::none_of(kWorkerVariables, is_set)) note_that_there_is_no_worker(name);
    return id;
}

std::string run_id() {
    std::string id = id_from(kRunVariables);
    if (!id.empty()) return id;
    const ipc::ProcessIdentity leader = ipc::session_leader();
    id = fmt::format("{}-{}", leader.pid, leader.start_time);
    // Containers that share their memory count their processes from 1.
    if (!ipc::is_first_pid_namespace(leader.pid_namespace)) id += fmt::format("-{}", leader.pid_namespace);
    return id;
}

}  // namespace

std::string name_for_worker(std::string_view name) {
    std::string expanded;
    for (std::size_t at = 0; at < name.size(); ++at) {
        if (name[at] != '%') {
            expanded += name[at];
            continue;
        }
        const char letter = ++at < name.size() ? name[at] : '\0';
        switch (letter) {
            case 'w': expanded += worker_id(name); break;
            case 'r': expanded += run_id(); break;
            case '%': expanded += '%'; break;
            default:
                throw Error(
                    ErrorCode::invalid_argument,
                    "the name of a cache has a % with neither w (the id of the test worker), r (the id of "
                    "the run) nor another % behind it; write %% for one percent sign");
        }
    }
    return expanded;
}

}  // namespace dummycache::store
