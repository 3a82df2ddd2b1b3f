// SPDX-License-Identifier: MIT
// From a name to a path, and back.
#include "ipc/segment/segment_name.hpp"

#include <algorithm>
#include <charconv>
#include <climits>
#include <filesystem>
#include <tuple>

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
    return {Kind::file, std::string(text), path, {}};
}

/// The digits before a colon, if a text begins so; else an empty text.
std::string_view leading_number(std::string_view text) {
    const std::size_t end = text.find_first_not_of("0123456789");
    return end == std::string_view::npos || text[end] != ':' ? std::string_view{} : text.substr(0, end);
}

SegmentName parse_name_of_user(std::string_view text) {
    const std::string_view number = leading_number(text);
    const std::string_view name = text.substr(number.size() + 1);
    std::uint32_t uid = 0;
    if (std::from_chars(number.data(), number.data() + number.size(), uid).ec != std::errc{}) {
        throw invalid(text, "no user has the number before the colon");
    }
    if (name.empty()) throw invalid(text, "there is nothing behind the user's number");
    if (!leading_number(name).empty()) throw invalid(text, "it has two numbers of users");
    if (uid == ::geteuid()) return parse_name(name);
    return {Kind::shared, fmt::format("{}:{}", uid, name),
            fmt::format("{}{}.{}.{}", kSharedFolder, kSegmentFamily, uid, name), uid};
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
    if (!leading_number(text).empty()) return parse_name_of_user(text);
    return {Kind::shared, std::string(text), shared_path(kSegmentFamily, text), {}};
}

std::uint32_t this_user() noexcept { return ::geteuid(); }

std::string shared_path(std::string_view family, std::string_view name) {
    return fmt::format("{}{}.{}.{}", kSharedFolder, family, ::geteuid(), name);
}

namespace {

/// What follows `prefix` in the paths of shared memory, if it may be a name.
std::vector<std::string> names_behind(const std::string& prefix) {
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
    return names;
}

}  // namespace

std::vector<std::string> shared_names(std::string_view family) {
    std::vector<std::string> names = names_behind(shared_path(family, ""));
    std::erase_if(names, [](const std::string& name) {
        return name.size() > kLongestName || !leading_number(name).empty();
    });
    std::sort(names.begin(), names.end());
    return names;
}

std::vector<OthersName> others_names(std::string_view family) {
    std::vector<OthersName> found;
    for (const std::string& text : names_behind(fmt::format("{}{}.", kSharedFolder, family))) {
        OthersName other;
        const auto [rest, error] = std::from_chars(text.data(), text.data() + text.size(), other.uid);
        const std::string_view tail(rest, text.data() + text.size());
        if (error != std::errc{} || !tail.starts_with('.') || other.uid == ::geteuid()) continue;
        other.name = tail.substr(1);
        if (other.name.empty() || !leading_number(other.name).empty()) continue;
        // Anything that parse_name would write in another way, such as a number with a zero in front.
        if (text != fmt::format("{}.{}", other.uid, other.name)) continue;
        if (fmt::format("{}:{}", other.uid, other.name).size() > kLongestName) continue;
        found.push_back(std::move(other));
    }
    std::ranges::sort(found, {}, [](const OthersName& one) { return std::tie(one.name, one.uid); });
    return found;
}

}  // namespace dummycache::ipc
