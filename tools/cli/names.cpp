// SPDX-License-Identifier: MIT
#include "tools/cli/names.hpp"

#include <algorithm>

#include <dummycache/cache.hpp>

namespace dummycache::cli {

namespace {

/// 0 if it cannot be told.
std::size_t count_users(const std::string& cache) {
    try {
        return count_others(Cache::attach(cache).info());
    } catch (const Error&) {
        return 0;
    }
}

}  // namespace

std::size_t count_others(const Info& info) noexcept {
    return static_cast<std::size_t>(std::ranges::count_if(
        info.processes, [](const AttachedProcess& process) { return process.alive && !process.is_self; }));
}

std::string exists_already(const std::string& cache, const std::string& more) {
    const std::string there = "there is a cache '" + cache + "' already" + more;
    const std::size_t users = count_users(cache);
    if (users == 0) return there + "; 'dummycache rm " + cache + "' removes it";
    return there + ", and " + (users == 1 ? "a process uses" : std::to_string(users) + " processes use") +
           " it; choose another name";
}

}  // namespace dummycache::cli
