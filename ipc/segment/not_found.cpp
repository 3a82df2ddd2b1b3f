// SPDX-License-Identifier: MIT
// What is missing, and what to do about it.
#include "ipc/segment/not_found.hpp"

#include "ipc/os/file_descriptor.hpp"

namespace dummycache::ipc {

Error no_such_cache(const SegmentName& name) {
    return {Fault::not_found,
            "there is no cache called " + name.text + " (" + name.path + "); create it first"};
}

Error no_such_directory(const SegmentName& name) {
    return {Fault::not_found, "there is no directory " + directory_of(name.path) + " for the cache " +
                                  name.text + "; create it first"};
}

}  // namespace dummycache::ipc
