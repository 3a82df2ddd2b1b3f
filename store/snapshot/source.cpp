// SPDX-License-Identifier: MIT
#include "store/snapshot/source.hpp"

#include "store/snapshot/binary_source.hpp"
#include "store/snapshot/text_source.hpp"

namespace dummycache::store::snapshot {

namespace {

bool has_unordered_text(const Input& input) {
    TextSource source(input);
    for (Record record; source.in_order() && source.next(record);) {
    }
    return !source.in_order();
}

}  // namespace

SnapshotFormat format_of(const Input& input) {
    return BinarySource::recognises(input) ? SnapshotFormat::binary : SnapshotFormat::text;
}

std::unique_ptr<RecordSource> open_in_any_order(const Input& input, std::uint64_t most_value) {
    if (format_of(input) == SnapshotFormat::binary) return std::make_unique<BinarySource>(input);
    return std::make_unique<TextSource>(input, most_value);
}

std::unique_ptr<RecordSource> open_sorted(const Input& input) {
    if (format_of(input) == SnapshotFormat::binary) return std::make_unique<BinarySource>(input);
    if (has_unordered_text(input)) return std::make_unique<SortedTextSource>(input);
    return std::make_unique<TextSource>(input);
}

void check_keys(const Input& input, const RecordSource& source) {
    const auto* const text = dynamic_cast<const TextSource*>(&source);
    if (text != nullptr && !text->in_order()) static_cast<void>(SortedTextSource(input));
}

}  // namespace dummycache::store::snapshot
