// SPDX-License-Identifier: MIT
#include "store/snapshot/binary_writer.hpp"

#include <optional>
#include <ostream>
#include <string>

#include "store/snapshot/archive.hpp"
#include "store/snapshot/binary_format.hpp"
#include "store/snapshot/checksum.hpp"

namespace dummycache::store::snapshot {

namespace {

/// The payload of a block of records as it grows.
class RecordBlock {
public:
    void add(const Record& record) {
        if (!archive_) archive_.emplace(stream_, little_endian());
        RecordHead head;
        head.key_bytes = static_cast<std::uint16_t>(record.key.size());
        head.codec = static_cast<std::uint8_t>(record.codec);
        head.value_bytes = record.value_bytes;
        if (record.ttl != kForever) head.ttl_us = static_cast<std::uint64_t>(record.ttl.count());
        (*archive_)(head, cereal::binary_data(record.key.data(), record.key.size()),
                    cereal::binary_data(record.value.data(), record.value.size()));
        ++records_;
    }
    void clear() {
        archive_.reset();
        buffer_.clear();
        records_ = 0;
    }

    [[nodiscard]] std::string_view payload() const noexcept { return buffer_.written(); }
    [[nodiscard]] std::uint32_t records() const noexcept { return records_; }

private:
    BufferOutput buffer_{kMaxPayload};
    std::ostream stream_{&buffer_};
    std::optional<cereal::PortableBinaryOutputArchive> archive_;
    std::uint32_t records_ = 0;
};

/// What stands around the payloads.
class Frame {
public:
    explicit Frame(Output& output) : output_(output) {}

    void begin(const Head& head) {
        std::string bytes(kMagic.begin(), kMagic.end());
        append_archived(bytes, head);
        write_checked(bytes);
    }
    void block(BlockKind kind, std::string_view payload, std::uint32_t records) {
        std::string bytes;
        append_archived(
            bytes, BlockHead{static_cast<std::uint32_t>(kind), static_cast<std::uint32_t>(payload.size()),
                             records, checksum_of(payload)});
        write_checked(bytes);
        output_.write(payload);
    }
    void end() {
        std::string payload;
        append_archived(payload, whole_.value());
        block(BlockKind::end, payload, 0);
    }

private:
    void write_checked(std::string& bytes) {
        append_archived_raw(bytes, checksum_of(bytes));
        whole_.add(bytes);
        output_.write(bytes);
    }
    static void append_archived_raw(std::string& bytes, std::uint64_t sum) {
        for (unsigned shift = 0; shift < 64; shift += 8) bytes.push_back(static_cast<char>(sum >> shift));
    }

    Output& output_;
    Checksum whole_;
};

}  // namespace

void write_binary(Output& output, RecordSource& source, std::uint64_t entries, std::uint64_t bytes,
                  const std::function<void()>& after_block) {
    Frame frame(output);
    Head head;
    head.entries = entries;
    head.bytes = bytes;
    frame.begin(head);
    RecordBlock block;
    const auto flush = [&] {
        if (block.records() == 0) return;
        frame.block(BlockKind::records, block.payload(), block.records());
        block.clear();
        after_block();
    };
    for (Record record; source.next(record);) {
        block.add(record);
        if (block.payload().size() >= kBlockBytes || record.is_long()) flush();
        if (!record.is_long()) continue;
        for (std::string_view part = source.more(); !part.empty(); part = source.more()) {
            frame.block(BlockKind::value, part, 0);
            after_block();
        }
    }
    flush();
    frame.end();
}

}  // namespace dummycache::store::snapshot
