// SPDX-License-Identifier: MIT
// How a snapshot is refused.
#pragma once

#include <string>

#include "dummycache/error.hpp"

namespace dummycache::store::snapshot {

[[noreturn]] inline void throw_bad(const std::string& place, const std::string& why) {
    throw Error(ErrorCode::bad_snapshot, place + ": " + why);
}

}  // namespace dummycache::store::snapshot
