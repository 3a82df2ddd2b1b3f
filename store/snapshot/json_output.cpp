// SPDX-License-Identifier: MIT
#include "store/snapshot/json_output.hpp"

namespace dummycache::store::snapshot {

void JsonLineOutputArchive::write(const char* name, const JsonBase64& bytes) {
    begin(name);
    text_ += '"';
    text::append_base64(text_, bytes.text);
    text_ += '"';
}

}  // namespace dummycache::store::snapshot
