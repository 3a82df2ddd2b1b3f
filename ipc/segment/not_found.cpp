// SPDX-License-Identifier: MIT
// What is missing or another user's, and what to do about it.
#include "ipc/segment/not_found.hpp"

#include <fmt/format.h>

#include "ipc/os/file_descriptor.hpp"

namespace dummycache::ipc {

Error no_such_cache(const SegmentName& name) {
    if (name.other_user) {
        return {Fault::not_found, fmt::format("user {} has no cache called {} ({}); that user can create it",
                                              *name.other_user, name.text, name.path)};
    }
    return {Fault::not_found,
            fmt::format("there is no cache called {} ({}); create it first", name.text, name.path)};
}

void refuse_others(const SegmentName& name, const char* what) {
    if (!name.other_user) return;
    throw Error(Fault::no_permission,
                fmt::format("cannot {} {}: only user {} can; ask that user, or choose a name "
                            "without a user's number",
                            what, name.text, *name.other_user));
}

Error no_such_directory(const SegmentName& name) {
    return {Fault::not_found, fmt::format("there is no directory {} for the cache {}; create it first",
                                          directory_of(name.path), name.text)};
}

}  // namespace dummycache::ipc
