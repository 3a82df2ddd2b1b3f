// SPDX-License-Identifier: MIT
#include "store/snapshot/record.hpp"

namespace dummycache::store::snapshot {

std::string_view held_value(RecordSource& source, const Record& record, std::string& buffer) {
    if (!record.is_long()) return record.value;
    // What is there grows the buffer, not what the record promises.
    buffer.clear();
    for (std::string_view part = source.more(); !part.empty(); part = source.more()) buffer += part;
    return buffer;
}

}  // namespace dummycache::store::snapshot
