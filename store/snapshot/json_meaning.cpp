// SPDX-License-Identifier: MIT
// Writes each value so that its end is known from its beginning:
//
//   null, false, true  n f t
//   number             # sign, digits without zeros at either end, e, exponent, ;
//   string             " length : bytes
//   array              [ values ]
//   object             { string value string value ... }  sorted by name
#include "store/snapshot/json_meaning.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <vector>

#include <cereal/archives/json.hpp>

#include "store/snapshot/json_input.hpp"

namespace dummycache::store::snapshot {

namespace json = rapidjson;

namespace {

/// Appends a number as it stands in JSON.
void append_number(std::string& to, std::string_view text) {
    const bool negative = text.starts_with('-');
    if (negative) text.remove_prefix(1);
    const std::size_t end = std::min(text.find_first_of("eE"), text.size());
    const std::string_view mantissa = text.substr(0, end);
    const std::size_t point = std::min(mantissa.find('.'), mantissa.size());
    std::string digits(mantissa.substr(0, point));
    if (point < mantissa.size()) digits += mantissa.substr(point + 1);
    const std::size_t decimals = digits.size() - point;
    digits.erase(0, std::min(digits.find_first_not_of('0'), digits.size()));
    if (digits.empty()) {
        to += "#0;";
        return;
    }
    const std::size_t zeros = digits.size() - 1 - digits.find_last_not_of('0');
    digits.resize(digits.size() - zeros);
    std::string_view said = text.substr(std::min(end + 1, text.size()));
    if (said.starts_with('+')) said.remove_prefix(1);
    constexpr std::int64_t kMost = std::int64_t{1} << 62;
    std::int64_t exponent = 0;
    const auto [last, error] = std::from_chars(said.data(), said.data() + said.size(), exponent);
    static_cast<void>(last);
    to.append(negative ? "#-" : "#").append(digits).append("e");
    if (error == std::errc::result_out_of_range || exponent > kMost || exponent < -kMost) {
        // No computer has such a number. Only the same spelling is the same.
        to.append(text).append(";");
        return;
    }
    exponent += static_cast<std::int64_t>(zeros) - static_cast<std::int64_t>(decimals);
    to.append(std::to_string(exponent)).append(";");
}

class MeaningWriter : public json::BaseReaderHandler<json::UTF8<>, MeaningWriter> {
public:
    bool Null() { return put('n'); }
    bool Bool(bool value) { return put(value ? 't' : 'f'); }
    bool RawNumber(const char* text, json::SizeType bytes, bool) {
        append_number(text_, {text, bytes});
        return true;
    }
    bool String(const char* text, json::SizeType bytes, bool) {
        append_string({text, bytes});
        return true;
    }
    bool StartArray() { return begin('['); }
    bool EndArray(json::SizeType) {
        open_.pop_back();
        return put(']');
    }
    bool StartObject() { return begin('{'); }
    bool Key(const char* name, json::SizeType bytes, bool) {
        const std::size_t at = text_.size();
        append_string({name, bytes});
        open_.back().members.push_back({at, text_.size() - bytes, bytes});
        return true;
    }
    bool EndObject(json::SizeType) {
        sort_members(open_.back().members);
        open_.pop_back();
        return put('}');
    }

    [[nodiscard]] std::string take_text() { return std::move(text_); }

private:
    struct Member {
        std::size_t at;
        std::size_t name_at;
        std::size_t name_bytes;
    };
    struct Level {
        std::vector<Member> members;
    };

    bool put(char letter) {
        text_ += letter;
        return true;
    }
    bool begin(char bracket) {
        if (open_.size() == kMaxDepth) return false;
        open_.emplace_back();
        return put(bracket);
    }
    void append_string(std::string_view bytes) {
        text_.append("\"").append(std::to_string(bytes.size())).append(":").append(bytes);
    }
    /// Of an object that ends here. Members of one name keep their order.
    void sort_members(const std::vector<Member>& members) {
        const auto name_of = [&](const Member& member) {
            return std::string_view(text_).substr(member.name_at, member.name_bytes);
        };
        if (std::ranges::is_sorted(members, {}, name_of)) return;
        std::vector<Member> sorted = members;
        std::ranges::stable_sort(sorted, {}, name_of);
        std::string text;
        text.reserve(text_.size() - members.front().at);
        for (const Member& member : sorted) {
            const auto next = std::ranges::upper_bound(members, member.at, {}, &Member::at);
            const std::size_t end = next == members.end() ? text_.size() : next->at;
            text.append(text_, member.at, end - member.at);
        }
        text_.replace(members.front().at, text_.npos, text);
    }

    std::string text_;
    std::vector<Level> open_;
};

}  // namespace

std::optional<std::string> json_meaning(std::string_view text) {
    constexpr unsigned kFlags =
        json::kParseIterativeFlag | json::kParseValidateEncodingFlag | json::kParseNumbersAsStringsFlag;
    if (text.size() > UINT32_MAX / 2) return std::nullopt;
    json::MemoryStream stream(text.data(), text.size());
    json::Reader reader;
    MeaningWriter writer;
    if (reader.Parse<kFlags>(stream, writer).IsError() || stream.Tell() != text.size()) return std::nullopt;
    return writer.take_text();
}

}  // namespace dummycache::store::snapshot
