// SPDX-License-Identifier: MIT
#include "store/snapshot/input.hpp"

#include <algorithm>
#include <cstring>
#include <istream>

#include <fmt/format.h>

#include "dummycache/snapshot.hpp"
#include "store/api/error_translation.hpp"

namespace dummycache::store::snapshot {

Input input_from(std::istream& stream, const std::string& name) {
    const Input::Read read = [&](char* to, std::size_t most) {
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

std::string_view Cursor::take_line(std::size_t most) {
    std::size_t seen = 0;
    for (;;) {
        const std::string_view there(buffer_.data() + begin_, end_ - begin_);
        const std::size_t newline = there.find('\n', seen);
        seen = there.size();
        if (newline != std::string_view::npos) return take(std::min(newline + 1, most + 1));
        if (seen > most) return take(most + 1);
        if (!fill()) return take(seen);
    }
}

}  // namespace dummycache::store::snapshot

namespace dummycache {

int spool(const std::function<std::size_t(char* to, std::size_t most)>& read) {
    return store::rethrow_as_error([&] { return ipc::spooled(read).release(); });
}

}  // namespace dummycache
