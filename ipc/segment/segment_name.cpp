// SPDX-License-Identifier: MIT
// From a name to a path, and back.
#include "ipc/segment/segment_name.hpp"

#include <algorithm>
#include <climits>
#include <filesystem>

#include <unistd.h>

#include <fmt/format.h>

#include "ipc/error.hpp"
#include "ipc/os/shared_folder.hpp"

namespace dummycache::ipc {

namespace {

constexpr std::size_t kLongestName = 200;
// The lock file's name adds a suffix to the last part of the path, and that has a limit of 255 bytes.
constexpr std::size_t kLongestFileName = 200;

Error invalid(std::string_view text, const char* reason) {
    return {Fault::invalid_name, fmt::format("\"{}\" is no name for a cache: {}; choose another one",
                                             text.substr(0, kLongestName), reason)};
}

bool is_path(std::string_view text) {
    return text.starts_with("/") || text.starts_with("./") || text.starts_with("../");
}

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }

bool is_folder(std::string_view text) { return text == "." || text == ".."; }

SegmentName parse_path(std::string_view text) {
    const std::string_view last = text.substr(text.rfind('/') + 1);
    if (last.empty() || is_folder(last)) throw invalid(text, "it is the path of a directory");
    if (last.size() > kLongestFileName) throw invalid(text, "its last part is longer than 200 bytes");
    // Absolute, so that a later change of the current directory does not matter.
    std::error_code error;
    const auto path = std::filesystem::absolute(text, error).string();
    if (error) throw invalid(text, "the current directory is gone");
    if (path.size() + 32 > PATH_MAX) throw invalid(text, "the path is too long");
    return {Kind::file, std::string(text), path};
}

}  // namespace

SegmentName parse_name(std::string_view text) {
    if (text.empty()) throw invalid(text, "it is empty");
    if (std::any_of(text.begin(), text.end(), is_control)) {
        throw Error(Fault::invalid_name,
                    "a name with control characters is no name for a cache; choose another one");
    }
    if (is_path(text)) return parse_path(text);
    if (text == "~" || text.starts_with("~/"))
        throw invalid(text, "only a shell knows ~, at the start of a word; write $HOME for it");
    if (is_folder(text)) throw invalid(text, "it is a directory; the path of a cache is ./NAME or ../NAME");
    if (text.find('/') != std::string_view::npos) {
        throw invalid(text, "it has a slash, but a path begins with /, ./ or ../");
    }
    if (text.size() > kLongestName) throw invalid(text, "it is longer than 200 bytes");
    return {Kind::shared, std::string(text), shared_path(kSegmentFamily, text)};
}

std::string shared_path(std::string_view family, std::string_view name) {
    return fmt::format("{}{}.{}.{}", kSharedFolder, family, ::geteuid(), name);
}

std::vector<std::string> shared_names(std::string_view family) {
    const std::string prefix = shared_path(family, "");
    std::vector<std::string> names;
    std::error_code error;
    for (std::filesystem::directory_iterator entry(kSharedFolder, error), end; !error && entry != end;
         entry.increment(error)) {
        const std::string path = entry->path().string();
        if (!path.starts_with(prefix) || path.size() == prefix.size()) continue;
        const std::string name = path.substr(prefix.size());
        if (name.size() > kLongestName || is_folder(name) || name == "~") continue;
        if (std::any_of(name.begin(), name.end(), is_control)) continue;
        names.push_back(name);
    }
    std::sort(names.begin(), names.end());
    return names;
}

}  // namespace dummycache::ipc
