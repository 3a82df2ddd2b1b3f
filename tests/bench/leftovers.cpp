// SPDX-License-Identifier: MIT
#include "tests/bench/leftovers.hpp"

#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <filesystem>
#include <string_view>
#include <system_error>
#include <vector>

#include "tests/bench/scratch_cache.hpp"

namespace dummycache::bench {

namespace {

namespace fs = std::filesystem;

/// Whose it is, by its name: bench.PID.NUMBER, with what a store puts around it; 0 if it is nothing of ours.
pid_t owner_of(std::string_view name) {
    const std::string cache = "dummycache." + std::to_string(::geteuid()) + ".";
    if (name.starts_with(cache)) name.remove_prefix(cache.size());
    if (!name.starts_with(kScratchPrefix)) return 0;
    name.remove_prefix(std::string_view(kScratchPrefix).size());
    pid_t pid = 0;
    const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), pid);
    const bool whole = error == std::errc() && end != name.data() + name.size() && *end == '.';
    return whole ? pid : 0;
}

bool is_mine(const fs::path& path) {
    struct stat status {};
    return ::lstat(path.c_str(), &status) == 0 && status.st_uid == ::geteuid();
}

bool has_ended(pid_t pid) { return ::kill(pid, 0) != 0 && errno == ESRCH; }

void remove_from(const fs::path& folder, bool own) {
    std::vector<fs::path> left;
    for (const fs::directory_entry& entry : fs::directory_iterator(folder)) {
        const pid_t owner = owner_of(entry.path().filename().string());
        if (owner == 0 || !is_mine(entry.path())) continue;
        if (own ? owner == ::getpid() : has_ended(owner)) left.push_back(entry.path());
    }
    std::error_code ignored;
    for (const fs::path& path : left) fs::remove_all(path, ignored);
}

}  // namespace

void remove_leftovers(bool own) noexcept {
    try {
        remove_from("/dev/shm", own);
        remove_from(fs::temp_directory_path(), own);
    } catch (const std::exception&) {
        // What cannot be looked at stays.
    }
}

}  // namespace dummycache::bench
