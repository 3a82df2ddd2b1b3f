// SPDX-License-Identifier: MIT
#include "store/snapshot/text_source.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace dummycache::store::snapshot {

bool TextSource::next(Record& record) {
    for (;;) {
        offset_ = cursor_.offset();
        const std::string_view text = cursor_.take_line(kMaxLine);
        if (text.empty()) break;
        ++line_;
        if (text.size() > kMaxLine)
            reader_.fail(text.substr(0, 1), line_, 0, "a line of more than 4 GB; use a binary snapshot");
        if (!reader_.read(text, line_, record)) continue;
        ++entries_;
        if (entries_ > 1 && record.key == last_key_)
            reader_.fail(text, line_, 0, "the key of the line before comes again");
        if (entries_ > 1 && record.key < last_key_) in_order_ = false;
        last_key_ = record.key;
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
    for (Record record; source.next(record);)
        places_.push_back({std::string(record.key), source.offset(), source.line()});
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
    text_ = Cursor(input_, place.offset, kReadBytes).take_line(kMaxLine);
    if (reader_.read(text_, place.line, record) && record.key == place.key) return true;
    reader_.fail(text_, place.line, 0, "the file was changed while it was read");
}

}  // namespace dummycache::store::snapshot
