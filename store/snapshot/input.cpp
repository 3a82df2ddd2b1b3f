// SPDX-License-Identifier: MIT
#include "store/snapshot/input.hpp"

#include <algorithm>
#include <cstring>
#include <istream>

#include <fmt/format.h>

#include "dummycache/snapshot.hpp"
#include "store/api/error_translation.hpp"

namespace dummycache::store::snapshot {

namespace {

/// Bytes of JSON in the longest escape of one character.
constexpr std::size_t kEscapeBytes = 6;

/// Whether the beginning of a line cannot become an object.
bool is_no_object(std::string_view line) {
    const std::size_t first = line.find_first_not_of(" \t\r");
    return first != std::string_view::npos && line[first] != '{';
}

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
    is_cut_ = false;
    std::size_t seen = 0;
    std::size_t escapes = 0;
    for (;;) {
        const std::string_view there(buffer_.data() + begin_, end_ - begin_);
        const std::size_t newline = there.find('\n', seen);
        const bool found = newline != std::string_view::npos;
        const std::size_t size = found ? newline + 1 : there.size();
        const std::string_view fresh = there.substr(seen, size - seen);
        seen = size;
        if (!found || size > limit.decoded) {
            escapes += static_cast<std::size_t>(std::ranges::count(fresh, '\\'));
            is_cut_ = size > limit.bytes || size > limit.decoded + escapes * (kEscapeBytes - 1);
        }
        if (found || is_cut_ || (!there.empty() && is_no_object(there))) return take(size);
        if (!fill()) return take(seen);
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
