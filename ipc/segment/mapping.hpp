// SPDX-License-Identifier: MIT
// An object of the system together with the addresses that it is mapped to.
#pragma once

#include <boost/interprocess/mapped_region.hpp>

#include "ipc/segment/backing.hpp"

namespace dummycache::ipc {

/// What keeps a segment's memory in place: destroying it unmaps the memory and closes the object.
struct Mapping {
    Backing backing;
    boost::interprocess::mapped_region region;
};

}  // namespace dummycache::ipc
