// SPDX-License-Identifier: MIT
#include "store/snapshot/binary_source.hpp"

#include <cstring>

#include <fmt/format.h>

#include "dummycache/limits.hpp"
#include "store/snapshot/archive.hpp"
#include "store/snapshot/failure.hpp"

namespace dummycache::store::snapshot {

namespace {

std::uint64_t little_endian_of(std::string_view bytes) noexcept {
    std::uint64_t number = 0;
    for (std::size_t i = 0; i < kChecksumBytes; ++i)
        number |= std::uint64_t{static_cast<unsigned char>(bytes[i])} << (8 * i);
    return number;
}

constexpr std::uint64_t kMostTtlUs = std::chrono::microseconds(kMostTtl).count();

}  // namespace

/// The records of one block, read through an archive over its payload.
class BinarySource::Records {
public:
    Records(std::string_view payload, std::uint32_t count)
        : buffer_(payload), stream_(&buffer_), archive_(stream_), left_(count) {}

    [[nodiscard]] std::uint32_t left() const noexcept { return left_; }
    [[nodiscard]] std::size_t bytes_left() const noexcept { return buffer_.left(); }
    /// The caller has checked that a head is left.
    [[nodiscard]] RecordHead take_head() {
        RecordHead head;
        archive_(head);
        --left_;
        return head;
    }
    [[nodiscard]] std::string_view take(std::size_t bytes) noexcept { return buffer_.take(bytes); }

private:
    MemoryInput buffer_;
    std::istream stream_;
    cereal::PortableBinaryInputArchive archive_;
    std::uint32_t left_;
};

BinarySource::BinarySource(const Input& input) : input_(input), cursor_(input) { read_head(); }
BinarySource::~BinarySource() = default;

bool BinarySource::recognises(const Input& input) {
    constexpr std::size_t kReadBytes = 64;
    Cursor cursor(input, 0, kReadBytes);
    const std::string_view start = cursor.take(1);
    return !start.empty() && start.front() == kMagic.front();
}

void BinarySource::fail(const std::string& why) const {
    throw_bad(fmt::format("{}: byte {}", input_.name(), block_offset_), why);
}

std::string_view BinarySource::take_checked(std::size_t bytes, const char* what) {
    block_offset_ = cursor_.offset();
    const std::string_view taken = cursor_.take(bytes + kChecksumBytes);
    if (taken.size() < bytes + kChecksumBytes) {
        fail(fmt::format("the snapshot ends in the middle of {}; it was cut off", what));
    }
    if (little_endian_of(taken.substr(bytes)) != checksum_of(taken.substr(0, bytes))) {
        fail(fmt::format("the checksum of {} is wrong; the snapshot is damaged", what));
    }
    return taken;
}

void BinarySource::read_head() {
    const std::string_view bytes = take_checked(kMagic.size() + Head::kBytes, "the head");
    if (std::memcmp(bytes.data(), kMagic.data(), kMagic.size()) != 0) fail("this is no snapshot");
    head_ = read_archived<Head>(bytes.substr(kMagic.size(), Head::kBytes));
    whole_.add(bytes);
    if (head_.version != kBinaryVersion || head_.flags != 0) {
        fail(fmt::format("a snapshot of format {}, and this program reads format {}; use a later dummycache",
                         head_.version, kBinaryVersion));
    }
}

BlockHead BinarySource::read_block(std::string_view& payload) {
    const std::string_view bytes = take_checked(BlockHead::kBytes, "a block's head");
    const auto head = read_archived<BlockHead>(bytes.substr(0, BlockHead::kBytes));
    // The checksum in the block of kind end does not cover that block's own head.
    if (head.kind != static_cast<std::uint32_t>(BlockKind::end)) whole_.add(bytes);
    if (head.payload_bytes == 0 || head.payload_bytes > kMaxPayload)
        fail(fmt::format("a block of {} bytes", head.payload_bytes));
    payload = cursor_.take(head.payload_bytes);
    if (payload.size() < head.payload_bytes)
        fail("the snapshot ends in the middle of a block; it was cut off");
    if (checksum_of(payload) != head.payload_checksum)
        fail("the checksum of a block is wrong; the snapshot is damaged");
    return head;
}

bool BinarySource::next(Record& record) {
    while (value_left_ != 0) static_cast<void>(more());
    while (!records_ || records_->left() == 0) {
        if (ended_) return false;
        if (records_ && records_->bytes_left() != 0) fail("a block is longer than its records");
        records_.reset();
        std::string_view payload;
        const std::uint64_t whole = whole_.value();
        const BlockHead head = read_block(payload);
        if (head.kind == static_cast<std::uint32_t>(BlockKind::end)) {
            check_end(payload, whole);
            return false;
        }
        if (head.kind != static_cast<std::uint32_t>(BlockKind::records) || head.records == 0)
            fail("a block of an unknown kind, or out of place");
        records_ = std::make_unique<Records>(payload, head.records);
    }
    if (records_->bytes_left() < RecordHead::kBytes) fail("a record is longer than its block");
    const RecordHead head = records_->take_head();
    const bool is_long = head.value_bytes > kLongValue;
    const std::uint64_t rest = head.key_bytes + (is_long ? 0 : head.value_bytes);
    if (rest > records_->bytes_left()) fail("a record is longer than its block");
    if (is_long && records_->left() != 0) fail("a long value that does not end its block");
    record.key = records_->take(head.key_bytes);
    record.value = is_long ? std::string_view{} : records_->take(static_cast<std::size_t>(head.value_bytes));
    check_record(head, record.key);
    if (is_long) record.key = last_key_;  // the payload is overwritten when more() is called
    record.value_bytes = head.value_bytes;
    record.codec = static_cast<Codec>(head.codec);
    record.ttl = head.ttl_us == 0 ? kForever : std::chrono::microseconds(head.ttl_us);
    value_left_ = is_long ? head.value_bytes : 0;
    return true;
}

void BinarySource::check_record(const RecordHead& head, std::string_view key) {
    if (key.empty()) fail("an empty key");
    if (entries_ != 0 && key <= last_key_) fail("the keys are not in order");
    if (head.codec > static_cast<std::uint8_t>(Codec::pickle)) fail("an unknown codec");
    if (head.value_bytes > kMaxValueBytes || (input_.is_whole() && head.value_bytes > input_.size()))
        fail(fmt::format("a value of {} bytes, more than the file has", head.value_bytes));
    if (head.ttl_us > kMostTtlUs) fail("a remaining time of thousands of years");
    last_key_ = key;
    ++entries_;
    bytes_ += key.size() + head.value_bytes;
    if (entries_ > head_.entries || bytes_ > head_.bytes)
        fail("there are not as many entries as the head says");
}

std::string_view BinarySource::more() {
    if (value_left_ == 0) return {};
    std::string_view payload;
    const BlockHead head = read_block(payload);
    if (head.kind != static_cast<std::uint32_t>(BlockKind::value) || payload.size() > value_left_)
        fail("the rest of a long value is missing");
    value_left_ -= payload.size();
    return payload;
}

void BinarySource::check_end(std::string_view payload, std::uint64_t whole) {
    if (payload.size() != 1 + kChecksumBytes) fail("the end has a wrong length");
    if (read_archived<std::uint64_t>(payload) != whole)
        fail("the checksum of the whole is wrong; blocks are missing or exchanged");
    if (entries_ != head_.entries || bytes_ != head_.bytes)
        fail("there are not as many entries as the head says");
    if (!cursor_.take(1).empty()) fail("there is something behind the end");
    ended_ = true;
}

}  // namespace dummycache::store::snapshot
