// SPDX-License-Identifier: MIT
#include "store/snapshot/record.hpp"

namespace dummycache::store::snapshot {

std::string_view held_value(RecordSource& source, const Record& record, std::string& buffer) {
    if (!record.is_long()) return record.value;
    // The buffer grows with the bytes that come, not with the length that the record promises.
    buffer.clear();
    for (std::string_view part = source.more(); !part.empty(); part = source.more()) buffer += part;
    return buffer;
}

}  // namespace dummycache::store::snapshot
