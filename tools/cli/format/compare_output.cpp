// SPDX-License-Identifier: MIT
// Differences between two states, for people and as JSON.
#include "tools/cli/format/compare_output.hpp"

#include <algorithm>
#include <utility>

#include "tools/cli/format/json.hpp"
#include "tools/cli/format/text.hpp"

namespace dummycache::cli {

namespace {

constexpr std::string_view kCut = "...";
/// However long the key is, so much of the value is shown.
constexpr std::size_t kMinColumns = 20;
/// How much of what is equal is shown before the place where two long values begin to differ.
constexpr std::size_t kContextBytes = 10;

/// What is said of a value besides itself.
struct Remarks {
    std::string codec;  ///< empty: not worth a word
    std::string size;
    std::string ttl;

    [[nodiscard]] std::string text(bool with_size) const {
        std::string text = " (";
        if (!codec.empty()) text.append(codec).append(", ");
        if (with_size) text.append(size).append(", ");
        return text.append(ttl).append(")");
    }
};

Remarks remarks_on(const DifferenceSide& side, bool say_codec, bool say_exact_ttl) {
    const bool opaque = side.codec == Codec::cereal || side.codec == Codec::pickle;
    return {.codec = std::string(say_codec || opaque ? name_of(side.codec) : ""),
            .size = human_size(side.value.size()),
            .ttl = say_exact_ttl && side.ttl != kForever ? seconds(side.ttl) + "s" : human_ttl(side.ttl)};
}

/// As much of the value from byte `begin` on as fits, on one line.
std::string cut(std::string_view value, std::size_t begin, std::size_t columns, bool& is_whole) {
    std::string text(begin > 0 ? kCut : "");
    std::size_t used = columns_of(text);
    std::size_t bytes_that_leave_room = text.size();
    for (std::string_view rest = value.substr(begin); !rest.empty();) {
        const std::size_t length = std::max<std::size_t>(text::first_character(rest).bytes, 1);
        const std::string character = one_line(rest.substr(0, length));
        used += columns_of(character);
        if (used > columns) {
            is_whole = false;
            text.resize(bytes_that_leave_room);
            return text.append(kCut);
        }
        text += character;
        if (used + kCut.size() <= columns) bytes_that_leave_room = text.size();
        rest.remove_prefix(length);
    }
    is_whole = begin == 0;
    return text;
}

struct Line {
    std::string text;
    bool is_whole = false;  ///< the value was not cut
};

/// `start`, the value and the remarks in one line; the size is among them if the value is cut.
Line line_of(const std::string& start, std::string_view value, std::size_t begin, const Remarks& remarks,
             std::size_t columns) {
    Line line;
    for (const bool with_size : {false, true}) {
        const std::string end = remarks.text(with_size);
        const std::size_t taken = columns_of(start) + columns_of(end);
        const std::size_t room = std::max(columns, taken + kMinColumns) - taken;
        line.text = start + cut(value, begin, room, line.is_whole) + end;
        if (line.is_whole) break;
    }
    return line;
}

/// Where to begin with two long values so that the difference is seen; at the front if it is there.
std::size_t begin_of_difference(std::string_view a, std::string_view b) {
    const auto [end, unused] = std::ranges::mismatch(a, b);
    const auto equal = static_cast<std::size_t>(end - a.begin());
    if (a == b || equal <= kContextBytes) return 0;
    std::size_t begin = equal - kContextBytes;
    for (int i = 0; i < 3 && (static_cast<unsigned char>(a[begin]) & 0xc0) == 0x80; ++i) --begin;
    return begin;
}

/// Whether two times would be shown alike that are not.
bool look_alike(std::chrono::microseconds a, std::chrono::microseconds b) {
    return a != b && human_ttl(a) == human_ttl(b);
}

std::string object_of(const std::optional<DifferenceSide>& side) {
    if (!side) return "null";
    JsonObject object;
    return object.value(side->value).bytes("codec", name_of(side->codec)).ttl("ttl", side->ttl).text();
}

}  // namespace

void CompareOutput::write(const Difference& difference) {
    const bool is_added = !difference.before;
    const bool is_removed = !difference.after;
    ++(is_added ? added_ : is_removed ? removed_ : changed_);
    if (json_) return write_json(difference);
    if (!is_added && !is_removed) {
        write_changed(difference);
        return write_history(difference);
    }
    const DifferenceSide& side = is_added ? *difference.after : *difference.before;
    const std::string start = (is_added ? "+ " : "- ") + escaped(difference.key) + " = ";
    const Line line = line_of(start, side.value, 0, remarks_on(side, false, false), columns_);
    out_.line(is_added ? out_.green(line.text) : out_.red(line.text));
    write_history(difference);
}

void CompareOutput::write_history(const Difference& difference) {
    if (cache_ == nullptr) return;
    const Explanation known = why(*cache_, difference.key);
    const bool is_there = known.fate == Fate::present && known.written;
    const std::string text =
        is_there ? std::string(known.written->verb()) + ' ' + known.written->text() : known.text();
    out_.line(out_.dim("    " + text));
}

void CompareOutput::write_changed(const Difference& difference) {
    const DifferenceSide& before = *difference.before;
    const DifferenceSide& after = *difference.after;
    const bool say_codec = before.codec != after.codec;
    const bool say_exact_ttl = look_alike(before.ttl, after.ttl);
    const auto both_from = [&](std::size_t begin) {
        const auto line = [&](const char* start, const DifferenceSide& side) {
            return line_of(start, side.value, begin, remarks_on(side, say_codec, say_exact_ttl), columns_);
        };
        return std::pair(line("  - ", before), line("  + ", after));
    };
    auto lines = both_from(0);
    const bool whole = lines.first.is_whole && lines.second.is_whole;
    if (!whole) lines = both_from(begin_of_difference(before.value, after.value));
    out_.line(out_.yellow("~ " + escaped(difference.key)));
    out_.line(out_.red(lines.first.text));
    out_.line(out_.green(lines.second.text));
}

void CompareOutput::write_json(const Difference& difference) {
    const bool both = difference.before && difference.after;
    JsonObject object;
    object.bytes("key", difference.key);
    object.bytes("change", both ? "changed" : difference.before ? "removed" : "added");
    object.field("before", object_of(difference.before)).field("after", object_of(difference.after));
    if (cache_ != nullptr) add_fate(object, why(*cache_, difference.key));
    out_.line(object.text());
}

}  // namespace dummycache::cli
