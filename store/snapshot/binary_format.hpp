// SPDX-License-Identifier: MIT
// The bytes of a binary snapshot (store/FORMAT.md tells the same in prose). All of it is written and read
// through cereal's portable binary archive, which begins with one byte (1: little endian) and stores
// integers without gaps.
//
//   file      | magic 8 | Head | block | block | ... | block of kind end |
//   Head      | 1 | version u32 | flags u32 | entries u64 | bytes u64 | checksum u64 |
//   block     | BlockHead | payload |
//   BlockHead | 1 | kind u32 | payload bytes u32 | records u32 | payload's checksum u64 | head's checksum u64 |
//
//   payload of records   | 1 | RecordHead | key | value | RecordHead | key | value | ...
//   payload of a value   the next bytes of the long value of the last record before it
//   payload of the end   | 1 | checksum u64 of everything before this block but the payloads |
//
// A value above kLongValue does not stand in its record, which is then the last of its block, but in the blocks
// of kind value that follow. Checksums are XXH3 with 64 bits.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace dummycache::store::snapshot {

/// Like the first bytes of PNG: a transfer that changes line ends or drops the eighth bit destroys them.
inline constexpr std::array<char, 8> kMagic = {'\x89', 'D', 'C', 'S', '\r', '\n', '\x1a', '\n'};
inline constexpr std::uint32_t kBinaryVersion = 1;

struct Head {
    std::uint32_t version = kBinaryVersion;
    std::uint32_t flags = 0;
    std::uint64_t entries = 0;
    std::uint64_t bytes = 0;  ///< of all keys and values

    static constexpr std::size_t kBytes = 1 + 4 + 4 + 8 + 8;
    template <class Archive>
    void serialize(Archive& archive) {
        archive(version, flags, entries, bytes);
    }
};

enum class BlockKind : std::uint32_t { records = 1, value = 2, end = 3 };

struct BlockHead {
    std::uint32_t kind = 0;
    std::uint32_t payload_bytes = 0;
    std::uint32_t records = 0;
    std::uint64_t payload_checksum = 0;

    static constexpr std::size_t kBytes = 1 + 4 + 4 + 4 + 8;
    template <class Archive>
    void serialize(Archive& archive) {
        archive(kind, payload_bytes, records, payload_checksum);
    }
};

inline constexpr std::size_t kChecksumBytes = 8;
/// A block of records is written when it has so many bytes. One long key and value may come on top.
inline constexpr std::size_t kBlockBytes = std::size_t{256} << 10;
/// The largest payload that a reader accepts.
inline constexpr std::size_t kMaxPayload = std::size_t{1} << 20;

struct RecordHead {
    std::uint16_t key_bytes = 0;
    std::uint8_t codec = 0;
    std::uint64_t value_bytes = 0;
    std::uint64_t ttl_us = 0;  ///< 0: for ever

    static constexpr std::size_t kBytes = 2 + 1 + 8 + 8;
    template <class Archive>
    void serialize(Archive& archive) {
        archive(key_bytes, codec, value_bytes, ttl_us);
    }
};

}  // namespace dummycache::store::snapshot
