// SPDX-License-Identifier: MIT
// A message is made safe in one place, whoever wrote it.
#include "dummycache/error.hpp"

#include "dummycache/text.hpp"

namespace dummycache {

Error::Error(ErrorCode code, const std::string& message)
    : std::runtime_error(text::visible(message)), code_(code) {}

}  // namespace dummycache
