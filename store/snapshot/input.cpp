// SPDX-License-Identifier: MIT
#include "store/snapshot/input.hpp"

#include <algorithm>
#include <cstring>
#include <istream>
#include <optional>

#include <fmt/format.h>

#include "dummycache/snapshot.hpp"
#include "store/api/error_translation.hpp"
#include "store/snapshot/text_line.hpp"

namespace dummycache::store::snapshot {

namespace {

/// Bytes of JSON in the longest escape of one character.
constexpr std::size_t kEscapeBytes = 6;

/// What the beginning of a line tells.
class LineBeginning {
public:
    /// Adds the bytes that come next.
    void add(std::string_view bytes) {
        for (const char letter : bytes) {
            if (in_string_) {
                add_to_string(letter);
            } else if (is_blank(letter)) {
                most_blanks_ = std::max(most_blanks_, ++blanks_);
            } else {
                blanks_ = 0;
                in_string_ = letter == '"';
                if (!first_) first_ = letter;
            }
        }
    }

    /// Whether it cannot become an object.
    [[nodiscard]] bool is_no_object() const noexcept { return first_ && *first_ != '{'; }
    [[nodiscard]] std::size_t escapes() const noexcept { return escapes_; }
    /// The most blanks in a row, outside of strings.
    [[nodiscard]] std::size_t most_blanks() const noexcept { return most_blanks_; }

private:
    void add_to_string(char letter) noexcept {
        const bool escaped = is_escape_;
        is_escape_ = !escaped && letter == '\\';
        escapes_ += is_escape_ ? 1 : 0;
        in_string_ = escaped || letter != '"';
    }

    std::optional<char> first_;  ///< that is no blank
    bool in_string_ = false;
    bool is_escape_ = false;
    std::size_t escapes_ = 0;
    std::size_t blanks_ = 0;
    std::size_t most_blanks_ = 0;
};

}  // namespace

Input input_from(std::istream& stream, const std::string& name) {
    const Input::Read read = [&stream, name](char* to, std::size_t most) {
        stream.read(to, static_cast<std::streamsize>(most));
        if (stream.bad())
            throw Error(ErrorCode::system, fmt::format("load: the stream {} cannot be read", name));
        return static_cast<std::size_t>(stream.gcount());
    };
    return {read, name};
}

bool Cursor::fill() {
    if (begin_ > 0) {
        std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
        end_ -= begin_;
        begin_ = 0;
    }
    if (buffer_.size() - end_ < read_bytes_) buffer_.resize(std::max(2 * end_, end_ + read_bytes_));
    const std::size_t count = input_.read_at(buffer_.data() + end_, buffer_.size() - end_, read_);
    end_ += count;
    read_ += count;
    return count != 0;
}

std::string_view Cursor::take(std::size_t bytes) {
    while (end_ - begin_ < bytes && fill()) {
    }
    const std::string_view taken(buffer_.data() + begin_, std::min(bytes, end_ - begin_));
    begin_ += taken.size();
    return taken;
}

std::string_view Cursor::take_line(const LineLimit& limit) {
    cut_ = Cut::none;
    std::size_t seen = 0;
    LineBeginning line;
    for (;;) {
        const std::string_view there(buffer_.data() + begin_, end_ - begin_);
        const std::size_t newline = there.find('\n', seen);
        const bool found = newline != std::string_view::npos;
        const std::size_t size = found ? newline + 1 : there.size();
        if (!found || size > std::min(limit.decoded, limit.blanks)) line.add(there.substr(seen, size - seen));
        seen = size;
        if (size > limit.bytes || size > limit.decoded + line.escapes() * (kEscapeBytes - 1))
            cut_ = Cut::length;
        if (line.most_blanks() > limit.blanks) cut_ = Cut::blanks;
        if (found || cut_ != Cut::none || line.is_no_object() || !fill()) return take(size);
    }
}

}  // namespace dummycache::store::snapshot

namespace dummycache {

SnapshotSource SnapshotSource::stream(std::function<std::size_t(char* to, std::size_t most)> read,
                                      std::string name) {
    return store::rethrow_as_error([&] {
        SnapshotSource source(name);
        source.stream_ = std::make_shared<const ipc::ReadableFile>(std::move(read), std::move(name));
        return source;
    });
}

}  // namespace dummycache
