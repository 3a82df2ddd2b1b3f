// SPDX-License-Identifier: MIT
// The bytes of a snapshot, which may be read more than once.
#pragma once

#include <cstddef>
#include <cstdint>
#include <iosfwd>
#include <string>
#include <string_view>
#include <vector>

#include "ipc/os/readable_file.hpp"

namespace dummycache::store::snapshot {

using Input = ipc::ReadableFile;

/// The bytes of the stream, which is read as far as the input is, and has to live as long.
[[nodiscard]] Input input_from(std::istream& stream, const std::string& name);

/// How long a line may be: as it is written, and with each of its escapes counted as one byte; and how many blanks may
/// stand in a row, outside of its strings.
struct LineLimit {
    std::size_t bytes = 0;
    std::size_t decoded = 0;
    std::size_t blanks = 0;
};

/// Goes through an input once. Its memory grows with the bytes that were read, not with the bytes that were
/// asked for.
class Cursor {
public:
    static constexpr std::size_t kReadBytes = std::size_t{256} << 10;
    enum class Cut : std::uint8_t { none, length, blanks };

    /// Reads `read_bytes` or more at a time.
    explicit Cursor(const Input& input, std::uint64_t offset = 0, std::size_t read_bytes = kReadBytes)
        : input_(input), read_(offset), read_bytes_(read_bytes) {}

    /// The next bytes, fewer at the end. Valid until the next call.
    [[nodiscard]] std::string_view take(std::size_t bytes);
    /// The next line with its newline, if it has one; empty at the end of the input. Of a line over the limit, which
    /// cut() then tells, it gives a part. It also cuts a long line that does not begin with an object: nothing
    /// in it can be right.
    [[nodiscard]] std::string_view take_line(const LineLimit& limit);
    /// Which limit the last line is over.
    [[nodiscard]] Cut cut() const noexcept { return cut_; }

    /// The position of the next bytes in the file.
    [[nodiscard]] std::uint64_t offset() const noexcept { return read_ - (end_ - begin_); }

private:
    /// Reads more bytes behind those that it has. False at the end.
    bool fill();

    const Input& input_;
    std::vector<char> buffer_;
    std::size_t begin_ = 0;  ///< of the bytes that were not taken yet
    std::size_t end_ = 0;
    std::uint64_t read_;  ///< how far the file was read
    std::size_t read_bytes_;
    Cut cut_ = Cut::none;
};

}  // namespace dummycache::store::snapshot
