// SPDX-License-Identifier: MIT
#include "fuzz/snapshot_draft.hpp"

#include <algorithm>

#include "store/snapshot/archive.hpp"
#include "store/snapshot/checksum.hpp"
#include "store/snapshot/record.hpp"

namespace dummycache::fuzz {

namespace {

using namespace store::snapshot;

constexpr std::size_t kMostStretched = std::size_t{640} << 10;
constexpr std::size_t kTilde = std::size_t{64} << 10;

/// Takes structures from the front of bytes that may end anywhere.
class Taker {
public:
    explicit Taker(std::string_view bytes) : bytes_(bytes) {}

    [[nodiscard]] std::string_view take(std::size_t count) {
        const std::string_view taken = bytes_.substr(0, count);
        bytes_.remove_prefix(taken.size());
        return taken;
    }
    [[nodiscard]] std::size_t left() const noexcept { return bytes_.size(); }

private:
    std::string_view bytes_;
};

/// An archived structure whose first byte, the byte order, is as it must be.
template <class Item>
Item archived_item(std::string_view bytes) {
    std::string whole(bytes);
    whole.front() = '\x01';
    return read_archived<Item>(whole);
}

void append_sum(std::string& bytes, std::string_view of) {
    const std::uint64_t sum = checksum_of(of);
    for (unsigned shift = 0; shift < 64; shift += 8) bytes += static_cast<char>(sum >> shift & 0xff);
}

bool is(const DraftBlock& block, BlockKind kind) { return block.kind == static_cast<std::uint32_t>(kind); }

std::size_t times(const DraftBlock& block) {
    return is(block, BlockKind::value) ? std::max<std::uint32_t>(block.records, 1) : 1;
}

/// The bytes in blocks of a value from this place on.
std::uint64_t value_bytes_at(const Draft& draft, std::size_t block) {
    std::uint64_t bytes = 0;
    for (; block < draft.blocks.size() && is(draft.blocks[block], BlockKind::value); ++block)
        bytes += draft.blocks[block].payload.size() * times(draft.blocks[block]);
    return bytes;
}

std::string stretched_binary(std::string_view input) {
    Draft draft = parse_draft(input);
    draft.first = kMagic[0];
    std::size_t room = kMostStretched;
    for (DraftBlock& block : draft.blocks) {
        const std::size_t most =
            std::min<std::size_t>(room, kMaxPayload) / std::max<std::size_t>(block.payload.size(), 1);
        const std::string once = block.payload;
        for (std::size_t i = 1; i < std::min(times(block), most); ++i) block.payload += once;
        room -= std::min(room, block.payload.size());
        if (is(block, BlockKind::value)) block.records = 0;
    }
    return written(draft);
}

std::string stretched_text(std::string_view input) {
    std::string text;
    for (const char c : input) {
        if (c != kStretchedText || text.empty() || text.size() + kTilde > kMostStretched) {
            text += c;
        } else {
            text.append(kTilde, text.back());
        }
    }
    return text;
}

}  // namespace

Draft parse_draft(std::string_view bytes) {
    Draft draft;
    Taker taker(bytes);
    const std::string_view magic = taker.take(kMagic.size());
    if (!magic.empty()) draft.first = magic.front();
    const std::string_view head = taker.take(Head::kBytes);
    if (head.size() == Head::kBytes) draft.head = archived_item<Head>(head);
    static_cast<void>(taker.take(kChecksumBytes));
    while (taker.left() >= BlockHead::kBytes) {
        const auto block = archived_item<BlockHead>(taker.take(BlockHead::kBytes));
        static_cast<void>(taker.take(kChecksumBytes));
        draft.blocks.push_back({block.kind, block.records, std::string(taker.take(block.payload_bytes))});
    }
    return draft;
}

std::optional<std::vector<DraftRecord>> split(std::string_view payload) {
    Taker taker(payload);
    if (taker.take(1) != "\x01") return std::nullopt;
    std::vector<DraftRecord> records;
    while (taker.left() != 0) {
        const std::string_view head = taker.take(RecordHead::kBytes);
        if (head.size() < RecordHead::kBytes) return std::nullopt;
        DraftRecord record;
        record.head = archived_item<RecordHead>("\x01" + std::string(head));
        record.key = taker.take(record.head.key_bytes);
        const std::uint64_t here = record.head.value_bytes > kLongValue ? 0 : record.head.value_bytes;
        record.value = taker.take(static_cast<std::size_t>(here));
        if (record.key.size() < record.head.key_bytes || record.value.size() < here) return std::nullopt;
        records.push_back(std::move(record));
    }
    return records;
}

std::string joined(const std::vector<DraftRecord>& records) {
    std::string payload(1, '\x01');
    for (const DraftRecord& record : records) {
        std::string head;
        append_archived(head, record.head);
        payload += head.substr(1) + record.key + record.value;
    }
    return payload;
}

void mend(Draft& draft) {
    draft.head = Head{};
    std::erase_if(draft.blocks, [](const DraftBlock& block) { return is(block, BlockKind::end); });
    for (std::size_t i = 0; i < draft.blocks.size(); ++i) {
        DraftBlock& block = draft.blocks[i];
        if (!is(block, BlockKind::records)) continue;
        auto records = split(block.payload);
        if (!records) continue;
        const std::uint64_t behind = value_bytes_at(draft, i + 1);
        if (behind > kLongValue && !records->empty()) {
            records->back().head.value_bytes = behind;
            records->back().value.clear();
            block.payload = joined(*records);
        }
        block.records = static_cast<std::uint32_t>(records->size());
        draft.head.entries += records->size();
        for (const DraftRecord& record : *records)
            draft.head.bytes += record.key.size() + record.head.value_bytes;
    }
    draft.blocks.push_back(
        {static_cast<std::uint32_t>(BlockKind::end), 0, std::string(1 + kChecksumBytes, '\x01')});
}

std::string written(const Draft& draft) {
    std::string bytes(kMagic.begin(), kMagic.end());
    append_archived(bytes, draft.head);
    append_sum(bytes, std::string(bytes));
    std::string whole = bytes;
    for (const DraftBlock& block : draft.blocks) {
        std::string payload = block.payload;
        if (is(block, BlockKind::end) && payload.size() == 1 + kChecksumBytes) {
            payload = '\x01';
            append_sum(payload, whole);
        }
        std::string head;
        append_archived(head, BlockHead{block.kind, static_cast<std::uint32_t>(payload.size()), block.records,
                                        checksum_of(payload)});
        append_sum(head, std::string(head));
        if (!is(block, BlockKind::end)) whole += head;
        bytes += head + payload;
    }
    bytes.front() = draft.first;
    return bytes;
}

std::string stretched(std::string_view input) {
    if (input.starts_with(kStretchedBinary)) return stretched_binary(input);
    if (input.starts_with(kStretchedText)) return stretched_text(input.substr(1));
    return std::string(input);
}

}  // namespace dummycache::fuzz
