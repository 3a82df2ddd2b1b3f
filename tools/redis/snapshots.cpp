// SPDX-License-Identifier: MIT
// DC.DUMP and DC.LOAD. They use files below one folder only, which the server's owner has chosen.
#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <cstdlib>
#include <filesystem>
#include <system_error>

#include <dummycache/snapshot.hpp>

#include <fmt/format.h>

#include "tools/redis/commands.hpp"
#include "tools/redis/module_state.hpp"

namespace dummycache::redis {

namespace {

namespace fs = std::filesystem;

/// The path without links; empty if it leads nowhere. fs::canonical would free memory that the C library took. A server
/// that gives its modules a malloc of their own (Valkey 8.1: RTLD_DEEPBIND) would end by that.
fs::path real_path(const fs::path& path) {
    std::array<char, PATH_MAX> found{};
    return ::realpath(path.c_str(), found.data()) != nullptr ? found.data() : fs::path();
}

/// The same for a file that may not exist yet, in a folder that does.
fs::path real_path_of_file(const fs::path& path) {
    std::error_code ignored;
    if (fs::exists(fs::symlink_status(path, ignored))) return real_path(path);
    const fs::path folder = real_path(path.parent_path());
    return folder.empty() ? folder : folder / path.filename();
}

/// The path of the file of this name in the folder. Links are followed first, so no link leads out of the folder.
std::string path_of(std::string_view name) {
    const std::string& folder = state().settings.folder;
    if (folder.empty())
        throw ReplyError{"ERR there is no folder for snapshots; load the module with `folder /path`"};
    const fs::path root = real_path(folder);
    if (root.empty())
        throw ReplyError{fmt::format("ERR the folder for snapshots, {}, cannot be used: {}", folder,
                                     std::generic_category().message(errno))};
    const bool has_name = !name.empty() && name.find('\0') == std::string_view::npos;
    const fs::path path = has_name ? real_path_of_file(root / fs::path(name)) : fs::path();
    const auto end = std::mismatch(root.begin(), root.end(), path.begin(), path.end()).first;
    if (end != root.end() || path == root)
        throw ReplyError{fmt::format("ERR '{}' is not a file below the folder for snapshots", name)};
    std::error_code ignored;
    const fs::file_status status = fs::status(path, ignored);
    if (fs::exists(status) && !fs::is_regular_file(status))  // a pipe could block the thread for ever
        throw ReplyError{fmt::format("ERR '{}' is not a regular file", name)};
    return path.string();
}

/// A handle that waits for locks as long as usual: the thread that uses it is not the server's main thread.
Cache patient_cache() {
    Options options = state().settings.options;
    options.lock_timeout = Options().lock_timeout;
    return Cache::open(state().settings.cache, options);
}

}  // namespace

int dump_snapshot(const Request& request) {
    DumpOptions options;
    if (request[1].ends_with(".dcs")) options.format = SnapshotFormat::binary;
    for (int at = 2; at < request.count(); at += 2) {
        if (at + 1 == request.count()) throw ReplyError{replies::kSyntax};
        if (request.is(at, "match") && !request[at + 1].empty()) {
            options.match = request[at + 1];
        } else if (request.is(at, "format") && request.is(at + 1, "jsonl")) {
            options.format = SnapshotFormat::text;
        } else if (request.is(at, "format") && request.is(at + 1, "binary")) {
            options.format = SnapshotFormat::binary;
        } else {
            throw ReplyError{replies::kSyntax};
        }
    }
    return state().slow_commands.run(request.context(), request.name(),
                                     [cache = patient_cache(), path = path_of(request[1]), options] {
                                         return static_cast<std::int64_t>(dump(cache, path, options));
                                     });
}

int load_snapshot(const Request& request) {
    LoadOptions options;
    if (request.count() > 3) throw ReplyError{replies::kSyntax};  // at most one mode
    for (int at = 2; at < request.count(); ++at) {
        if (request.is(at, "replace")) {
            options.mode = LoadMode::replace;
        } else if (request.is(at, "merge")) {
            options.mode = LoadMode::merge;
        } else if (request.is(at, "only-missing")) {
            options.mode = LoadMode::only_missing;
        } else {
            throw ReplyError{replies::kSyntax};
        }
    }
    return state().slow_commands.run(
        request.context(), request.name(),
        [cache = patient_cache(), path = path_of(request[1]), options]() mutable {
            return static_cast<std::int64_t>(load(cache, path, options).stored);
        });
}

}  // namespace dummycache::redis
