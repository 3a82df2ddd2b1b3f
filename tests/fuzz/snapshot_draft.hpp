// SPDX-License-Identifier: MIT
// The parts of a binary snapshot, to be changed one by one and put together again. A change of bytes alone
// would never get past the checksums.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "store/snapshot/binary_format.hpp"

namespace dummycache::fuzz {

namespace format = store::snapshot;

struct DraftRecord {
    format::RecordHead head;
    std::string key;
    std::string value;  ///< empty if it is long
};

struct DraftBlock {
    std::uint32_t kind = 0;
    std::uint32_t records = 0;
    std::string payload;
};

struct Draft {
    char first = format::kMagic[0];  ///< the file's first byte
    format::Head head;
    std::vector<DraftBlock> blocks;
};

/// As much of any bytes as can be understood.
[[nodiscard]] Draft parse_draft(std::string_view bytes);

/// The records of a block's payload; nothing if it is something else.
[[nodiscard]] std::optional<std::vector<DraftRecord>> split(std::string_view payload);
[[nodiscard]] std::string joined(const std::vector<DraftRecord>& records);

/// Makes the counts, and the length of a long value that ends its block, what the blocks say; the version what it
/// has to be; and gives the file one end.
void mend(Draft& draft);

/// The file, with the right length of each payload and right checksums.
[[nodiscard]] std::string written(const Draft& draft);

/// The file that an input stands for. Inputs are short, but long values take other ways than short ones, so
/// two marks in the first byte make a file longer:
///
///   x   of a binary snapshot (in the place of its first byte): blocks of a value hold their bytes as often as
///       their heads say records, and lengths and checksums are mended
///   ~   before a text: each ~ behind it stands for 64 KiB more of the byte before it
///
/// Any other bytes are the file.
[[nodiscard]] std::string stretched(std::string_view input);

inline constexpr char kStretchedBinary = 'x';
inline constexpr char kStretchedText = '~';

}  // namespace dummycache::fuzz
