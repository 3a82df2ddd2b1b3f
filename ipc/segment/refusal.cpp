// SPDX-License-Identifier: MIT
// The words for what is no segment.
#include "ipc/segment/refusal.hpp"

#include <cerrno>
#include <filesystem>

#include <sys/stat.h>

#include <fmt/format.h>

#include "ipc/os/file_descriptor.hpp"
#include "ipc/segment/identity.hpp"
#include "ipc/segment/not_found.hpp"
#include "ipc/segment/object_reader.hpp"

namespace dummycache::ipc {

namespace {

const char* advice_for(const SegmentName& name, Fault fault, Whose whose) {
    if (fault == Fault::incompatible) return "remove it with the version that made it";
    if (fault == Fault::no_permission) return "have it removed or choose another name";
    if (fault == Fault::not_a_file) return "give the path of a file";
    if (name.kind == Kind::shared || whose == Whose::ours) return "remove it or choose another name";
    return "choose another path";
}

Error is_link(const SegmentName& name) {
    std::error_code error;
    const auto target = std::filesystem::read_symlink(name.path, error).string();
    return {Fault::not_a_file,
            fmt::format("{} cannot be used: it is a symbolic link, and caches are not found through links; "
                        "give the path that it leads to ({})",
                        name.path, error ? "unknown" : target)};
}

}  // namespace

Error unusable(const SegmentName& name, Fault fault, const std::string& reason, Whose whose) {
    return {fault,
            fmt::format("{} cannot be used: {}; {}", name.path, reason, advice_for(name, fault, whose))};
}

Error no_segment(const SegmentName& name, const struct stat& status) {
    const auto refused = [&](Fault fault, const char* reason) {
        return unusable(name, fault, reason, Whose::unknown);
    };
    if (S_ISDIR(status.st_mode)) return refused(Fault::not_a_file, "it is a directory");
    if (!S_ISREG(status.st_mode)) return refused(Fault::not_a_segment, "it is not a regular file");
    return refused(Fault::not_a_segment, "it does not begin like a cache");
}

std::optional<layout::Identity> identity_of_ours(const SegmentName& name, int descriptor,
                                                 const struct stat& status) {
    const bool is_regular = S_ISREG(status.st_mode);
    const auto identity = is_regular ? read_identity(descriptor) : std::nullopt;
    const bool ours = identity && has_magic(*identity);
    if (!is_regular || (name.kind == Kind::file && !ours)) throw no_segment(name, status);
    return ours ? identity : std::nullopt;
}

Error cannot_open(int error, const SegmentName& name) {
    struct stat status {};
    const bool there = ::lstat(name.path.c_str(), &status) == 0;
    // Not every call says ELOOP or EISDIR where it meets one.
    if (there && S_ISLNK(status.st_mode)) return is_link(name);
    if (there && (!S_ISREG(status.st_mode) || error == ETXTBSY)) return no_segment(name, status);
    if (error != ENOENT && error != ENOTDIR) return system_error(error, "open the cache " + name.path);
    struct stat folder {};
    const bool has_folder = ::stat(directory_of(name.path).c_str(), &folder) == 0;
    return has_folder ? no_such_cache(name) : no_such_directory(name);
}

bool is_empty_file(const SegmentName& name, const struct stat& status) noexcept {
    return name.kind == Kind::file && S_ISREG(status.st_mode) && status.st_size == 0;
}

}  // namespace dummycache::ipc
