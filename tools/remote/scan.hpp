// SPDX-License-Identifier: MIT
// All keys, a few hundred at a time.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "router.hpp"

namespace dummycache::remote {

/// Calls `take` with keys that match, each key once, until it returns false. The keys are its own.
void scan(Router& router, const What& what, std::string_view glob,
          const std::function<bool(std::vector<std::string>&)>& take);

}  // namespace dummycache::remote
