// SPDX-License-Identifier: MIT
// Follows links one at a time.
#include "ipc/os/symbolic_links.hpp"

#include <array>
#include <cerrno>
#include <charconv>
#include <climits>
#include <cstdlib>
#include <filesystem>
#include <string_view>

#include <sys/stat.h>
#include <unistd.h>

#include <fmt/format.h>

#include "ipc/os/file_descriptor.hpp"

namespace dummycache::ipc {

namespace {

namespace fs = std::filesystem;

constexpr int kMostLinks = 40;  // as many as the kernel follows

/// The path without links; empty if it leads nowhere. fs::canonical would free memory that the C library took. A server
/// that gives its modules a malloc of their own (Valkey 8.1: RTLD_DEEPBIND) would end by that.
std::string real_path(const std::string& path) {
    std::array<char, PATH_MAX> found{};
    return ::realpath(path.c_str(), found.data()) != nullptr ? found.data() : std::string();
}

/// The folder of a path, without links; as it is written if it is not there.
std::string real_folder_of(const std::string& path) {
    std::string folder = real_path(directory_of(path));
    return folder.empty() ? fs::path(directory_of(path)).lexically_normal().string() : folder;
}

std::string_view last_part_of(std::string_view path) { return path.substr(path.rfind('/') + 1); }

std::optional<int> number_in(std::string_view digits) {
    int number = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    if (error != std::errc{} || end != digits.data() + digits.size() || number < 0) return std::nullopt;
    return number;
}

/// What the kernel does with `fs.protected_symlinks`. It does not see links that are read here.
void check_trusted(const std::string& path, const struct stat& link) {
    struct stat folder {};
    if (::stat(directory_of(path).c_str(), &folder) != 0) return;
    const bool for_all = (folder.st_mode & S_ISVTX) != 0 && (folder.st_mode & S_IWOTH) != 0;
    if (!for_all || link.st_uid == ::geteuid() || link.st_uid == folder.st_uid) return;
    throw Error(Fault::no_permission,
                fmt::format("the link '{}' is not followed: user {} put it into a folder for all; "
                            "give the path that it leads to",
                            path, link.st_uid));
}

std::string target_of(const std::string& link) {
    std::error_code error;
    const fs::path target = fs::read_symlink(link, error);
    if (error) throw system_error(error.value(), fmt::format("read the link '{}'", link));
    return target.is_absolute() ? target.string() : (fs::path(directory_of(link)) / target).string();
}

}  // namespace

std::string followed(const std::string& path) {
    std::string end = path;
    for (int links = 0;; ++links) {
        struct stat status {};
        if (::lstat(end.c_str(), &status) != 0 || !S_ISLNK(status.st_mode)) return end;
        if (own_descriptor(end) || others_descriptor(end)) return end;
        if (links == kMostLinks) {
            throw Error(Fault::not_a_file,
                        fmt::format("the link '{}' leads in a circle; give the path of a file", path));
        }
        check_trusted(end, status);
        end = target_of(end);
    }
}

std::optional<int> own_descriptor(const std::string& path) {
    const std::string folder = real_folder_of(path);
    const std::string_view name = last_part_of(path);
    if (folder == "/dev") {
        if (name == "stdin") return STDIN_FILENO;
        if (name == "stdout") return STDOUT_FILENO;
        if (name == "stderr") return STDERR_FILENO;
        return std::nullopt;
    }
    const auto is_own = [&](const char* descriptors) {
        return folder == descriptors || folder == real_path(descriptors);
    };
    const bool own = is_own("/dev/fd") || is_own("/proc/self/fd") || is_own("/proc/thread-self/fd");
    return own ? number_in(name) : std::nullopt;
}

std::optional<int> others_descriptor(const std::string& path) {
    const std::string folder = real_folder_of(path);
    const bool descriptors = folder.starts_with("/proc/") && folder.ends_with("/fd");
    return descriptors && !own_descriptor(path) ? number_in(last_part_of(path)) : std::nullopt;
}

}  // namespace dummycache::ipc
