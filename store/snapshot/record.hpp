// SPDX-License-Identifier: MIT
// An entry on its way between a cache and a file, and where such entries come from.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "dummycache/entry.hpp"
#include "dummycache/error.hpp"

namespace dummycache::store::snapshot {

/// Values above this size are never held whole in memory: they are read piece by piece.
inline constexpr std::uint64_t kLongValue = std::uint64_t{256} << 10;

/// The longest remaining time in a snapshot, about 2,000 years. Each reader accepts every time that a
/// writer may write. A cache can hold such a time for centuries.
inline constexpr std::chrono::seconds kMostTtl{std::int64_t{2000} * 366 * 86'400};

/// Valid until the source's next call.
struct Record {
    std::string_view key;
    std::string_view value;         ///< empty if it is long
    std::uint64_t value_bytes = 0;  ///< of the whole value
    Codec codec = Codec::bytes;
    std::chrono::microseconds ttl = kForever;  ///< else 1 or more

    [[nodiscard]] bool is_long() const noexcept { return value.size() != value_bytes; }
};

/// The codecs bytes and text differ only in how a value is shown: `set` in C++ says bytes where the command
/// line says text. So both count as one kind.
[[nodiscard]] constexpr Codec kind_of(Codec codec) noexcept {
    return codec == Codec::text ? Codec::bytes : codec;
}

/// Gives entries one by one.
class RecordSource {
public:
    RecordSource() = default;
    virtual ~RecordSource() = default;
    RecordSource(const RecordSource&) = delete;
    RecordSource& operator=(const RecordSource&) = delete;

    /// False at the end. Throws Error with bad_snapshot at bytes that are wrong.
    virtual bool next(Record& record) = 0;
    /// The next bytes of the long value of the last record: up to kLongValue, empty at the end. A caller
    /// that does not ask for them skips them.
    virtual std::string_view more() = 0;
    /// How much is done, in the unit of the progress callback.
    [[nodiscard]] virtual std::uint64_t done() const noexcept = 0;
    [[nodiscard]] virtual std::uint64_t total() const noexcept = 0;
};

/// The whole value, held in `buffer` if it is long.
[[nodiscard]] std::string_view held_value(RecordSource& source, const Record& record, std::string& buffer);

}  // namespace dummycache::store::snapshot
