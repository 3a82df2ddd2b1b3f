// SPDX-License-Identifier: MIT
#include "store/snapshot/text_source.hpp"

#include <algorithm>
#include <limits>

#include <fmt/format.h>

namespace dummycache::store::snapshot {

namespace {

/// RapidJSON counts in 32 bits.
constexpr std::uint64_t kMaxLine = std::uint64_t{4000} << 20;
/// The longest value in a line of a stream: more than a cache of the usual capacity takes.
constexpr std::uint64_t kMostValueOfStream = std::uint64_t{192} << 20;
/// For the names of fields, and blanks.
constexpr std::uint64_t kFieldBytes = std::uint64_t{64} << 10;
constexpr std::uint64_t kMostBlankBytes = std::uint64_t{1} << 20;
constexpr std::size_t kFirstKeysBytes = std::size_t{8} << 20;
constexpr std::size_t kMostPlaceBytes = std::size_t{1} << 30;
constexpr std::size_t kNoLimit = std::numeric_limits<std::size_t>::max();
constexpr LineLimit kLongestLine{kMaxLine, kMaxLine, kNoLimit};

}  // namespace

LineLimit line_limit(const Input& input, std::uint64_t most_value) {
    if (most_value == kMaxValueBytes && !input.is_stream()) return kLongestLine;
    if (most_value == kMaxValueBytes) most_value = kMostValueOfStream;
    const std::uint64_t content = most_value + kMaxKeyBytes;
    // The longest escape, \u00e9, has six bytes. Base64 makes four of three.
    return {std::min(kMaxLine, 6 * content + kFieldBytes), std::min(kMaxLine, content / 3 * 4 + kFieldBytes),
            input.is_stream() ? kMostBlankBytes : kNoLimit};
}

void TextSource::refuse_line(std::string_view text) const {
    if (most_value_ < kMaxValueBytes) {
        throw Error(ErrorCode::invalid_argument,
                    fmt::format("{}:{}: a value of more than {} bytes, which is half the capacity of the "
                                "cache; create one with a larger capacity",
                                input_.name(), line_, most_value_));
    }
    reader_.fail(text.substr(0, 1), line_, 0,
                 fmt::format("a line of more than {} MiB; use a binary snapshot, or a file instead of a pipe",
                             limit_.decoded >> 20));
}

void TextSource::refuse_blanks() const { reader_.fail({}, line_, 0, "a mebibyte of blanks or blank lines"); }

std::string_view TextSource::next_line() {
    offset_ = cursor_.offset();
    const std::string_view text = cursor_.take_line(limit_);
    if (text.empty()) return text;
    ++line_;
    if (cursor_.cut() == Cursor::Cut::length) refuse_line(text);
    if (cursor_.cut() == Cursor::Cut::blanks) refuse_blanks();
    return text;
}

/// Looks whether the key repeats one.
void TextSource::note_key(std::string_view text, std::string_view key) {
    if (entries_ > 1 && key == last_key_)
        reader_.fail(text, line_, 0, "the key of the line before comes again");
    if (entries_ > 1 && key < last_key_) in_order_ = false;
    last_key_ = key;
    if (!input_.is_stream()) return;
    const auto earlier = in_order_ ? first_keys_.end() : first_keys_.find(last_key_);
    if (earlier != first_keys_.end())
        reader_.fail(text, line_, 0, fmt::format("the key of line {} comes again", earlier->second));
    if (first_keys_bytes_ > kFirstKeysBytes) return;
    first_keys_.emplace(last_key_, line_);
    first_keys_bytes_ += key.size() + sizeof(std::string);
}

bool TextSource::next(Record& record) {
    for (std::string_view text = next_line(); !text.empty(); text = next_line()) {
        if (!reader_.read(text, line_, record)) {
            blank_bytes_ += text.size();
            if (blank_bytes_ > limit_.blanks) refuse_blanks();
            continue;
        }
        blank_bytes_ = 0;
        ++entries_;
        note_key(text, record.key);
        return true;
    }
    if (entries_ == 0 && !reader_.has_format()) {
        reader_.fail({}, 1, 0,
                     R"(there is nothing; a snapshot of an empty cache has the line {"dummycache":1})");
    }
    return false;
}

SortedTextSource::SortedTextSource(const Input& input) : input_(input), reader_(input.name()) {
    TextSource source(input);
    std::size_t bytes = 0;
    for (Record record; source.next(record);) {
        places_.push_back({std::string(record.key), source.offset(), source.line()});
        bytes += sizeof(Place) + record.key.size();
        if (input.is_stream() && bytes > kMostPlaceBytes)
            reader_.fail({}, source.line(), 0, "too many keys that are not in order; save them to a file");
    }
    std::ranges::sort(places_, [](const Place& a, const Place& b) {
        return a.key != b.key ? a.key < b.key : a.line < b.line;
    });
    const auto twice = std::ranges::adjacent_find(places_, {}, &Place::key);
    if (twice == places_.end()) return;
    reader_.fail({}, std::next(twice)->line, 0, fmt::format("the key of line {} comes again", twice->line));
}

bool SortedTextSource::next(Record& record) {
    if (next_ == places_.size()) return false;
    const Place& place = places_[next_++];
    constexpr std::size_t kReadBytes = 4096;
    text_ = Cursor(input_, place.offset, kReadBytes).take_line(kLongestLine);
    if (reader_.read(text_, place.line, record) && record.key == place.key) return true;
    reader_.fail(text_, place.line, 0, "the file was changed while it was read");
}

}  // namespace dummycache::store::snapshot
