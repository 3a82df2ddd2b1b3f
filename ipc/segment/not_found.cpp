// SPDX-License-Identifier: MIT
// What is missing, and what to do about it.
#include "ipc/segment/not_found.hpp"

#include <fmt/format.h>

#include "ipc/os/file_descriptor.hpp"

namespace dummycache::ipc {

Error no_such_cache(const SegmentName& name) {
    return {Fault::not_found,
            fmt::format("there is no cache called {} ({}); create it first", name.text, name.path)};
}

Error no_such_directory(const SegmentName& name) {
    return {Fault::not_found, fmt::format("there is no directory {} for the cache {}; create it first",
                                          directory_of(name.path), name.text)};
}

}  // namespace dummycache::ipc
