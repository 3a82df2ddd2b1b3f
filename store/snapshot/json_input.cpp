// SPDX-License-Identifier: MIT
#include "store/snapshot/json_input.hpp"

#include <algorithm>
#include <optional>

#include <fmt/format.h>
#include <cereal/archives/json.hpp>

namespace dummycache::store::snapshot {

namespace json = rapidjson;

namespace {

constexpr unsigned kFlags =
    json::kParseIterativeFlag | json::kParseValidateEncodingFlag | json::kParseNumbersAsStringsFlag;

constexpr std::string_view kKnown[] = {"dummycache", "key",    "key_base64", "value",
                                       "json",       "base64", "codec",      "ttl"};

/// What tools print with an entry and does not belong to it: numbers, and the writer, which is of any kind.
constexpr std::string_view kIgnored[] = {"id", "size", "stored_size", "age", "writer"};
constexpr std::string_view kOfAnyKind = "writer";
/// A key, a value, codec, ttl, and all that is ignored. A line with more is wrong, and it may have millions.
constexpr std::size_t kMostFields = 4 + std::size(kIgnored);

const char* message_of(json::ParseErrorCode code) noexcept {
    switch (code) {
        case json::kParseErrorDocumentEmpty: return "there is nothing";
        case json::kParseErrorDocumentRootNotSingular: return "there is something behind the object";
        case json::kParseErrorObjectMissName: return "a field's name is missing";
        case json::kParseErrorObjectMissColon: return "a colon is missing behind a field's name";
        case json::kParseErrorObjectMissCommaOrCurlyBracket: return "a comma or } is missing";
        case json::kParseErrorArrayMissCommaOrSquareBracket: return "a comma or ] is missing";
        case json::kParseErrorStringUnicodeEscapeInvalidHex: return "\\u needs four hexadecimal digits";
        case json::kParseErrorStringUnicodeSurrogateInvalid: return "half of a pair of \\u surrogates";
        case json::kParseErrorStringEscapeInvalid: return "an unknown escape after \\";
        case json::kParseErrorStringMissQuotationMark: return "a string without its closing quote";
        case json::kParseErrorStringInvalidEncoding: return "bytes that are not UTF-8";
        case json::kParseErrorNumberTooBig: return "a number that is too large";
        case json::kParseErrorNumberMissFraction: return "digits are missing behind the point";
        case json::kParseErrorNumberMissExponent: return "digits are missing in the exponent";
        default: return "this is no JSON";
    }
}

/// Counts the depth. The derived class does everything else.
template <class Derived>
class NestedHandler : public json::BaseReaderHandler<json::UTF8<>, Derived> {
public:
    bool StartObject() { return enter('{'); }
    bool StartArray() { return enter('['); }
    bool EndObject(json::SizeType) { return leave(); }
    bool EndArray(json::SizeType) { return leave(); }

protected:
    unsigned depth_ = 0;

private:
    bool enter(char bracket) { return depth_++ < kMaxDepth && derived().begins(bracket); }
    bool leave() {
        --depth_;
        return derived().ends();
    }
    Derived& derived() { return static_cast<Derived&>(*this); }
};

class Validator : public NestedHandler<Validator> {
public:
    Validator() { depth_ = 1; }  // the value will stand in an object

    bool Default() { return true; }
    bool RawNumber(const char*, json::SizeType, bool) { return true; }
    bool String(const char*, json::SizeType, bool) { return true; }
    bool begins(char) { return true; }
    bool ends() { return true; }
};

bool is_bare_control(std::string_view text, std::size_t at) noexcept {
    return at < text.size() && static_cast<unsigned char>(text[at]) < 0x20;
}

bool has_treacherous(std::string_view text) noexcept {
    while (!text.empty()) {
        const text::Character character = text::first_character(text);
        if (character.bytes == 0 || text::is_treacherous(character.code)) return true;
        text.remove_prefix(character.bytes);
    }
    return false;
}

/// Finds the opening quote of the string whose closing quote is before `end`.
std::size_t opening_quote(std::string_view text, std::size_t end) noexcept {
    for (std::size_t at = end - 1; at > 0;) {
        at = text.rfind('"', at - 1);
        const std::size_t before = at == 0 ? text.npos : text.find_last_not_of('\\', at - 1);
        if ((at - before) % 2 == 1) return at;  // an even number of backslashes
    }
    return 0;
}

/// Whether a decoded string holds half of a pair of surrogates. The parser refuses the first half alone, and
/// lets the second alone through (\udc00), as three bytes that are not UTF-8. (All else is
/// known to be UTF-8 by then, so this need not read each character as is_utf8 does.)
bool has_half_pair(std::string_view text) noexcept {
    for (std::size_t at = text.find('\xed'); at != text.npos; at = text.find('\xed', at + 1)) {
        if (static_cast<unsigned char>(text[at + 1]) >= 0xa0) return true;  // otherwise it is valid UTF-8
    }
    return false;
}

/// A field's name for a message of one line: its first characters, without control characters.
std::string shown(std::string_view name) {
    constexpr std::size_t kMost = 40;
    std::size_t bytes = std::min(name.size(), kMost);
    while (bytes < name.size() && (static_cast<unsigned char>(name[bytes]) & 0xc0) == 0x80) --bytes;
    std::string text;
    text::append_json_string(text, name.substr(0, bytes));
    text.front() = '\'';
    text.back() = '\'';
    return bytes < name.size() ? text + "..." : text;
}

}  // namespace

bool is_embeddable(std::string_view text) {
    if (text.empty() || text.size() > UINT32_MAX / 2 || is_blank(text.front()) || is_blank(text.back()) ||
        has_treacherous(text))
        return false;
    json::MemoryStream stream(text.data(), text.size());
    json::Reader reader;
    Validator validator;
    return !reader.Parse<kFlags>(stream, validator).IsError() && stream.Tell() == text.size();
}

/// Notes the fields of the outermost object.
class JsonLineInputArchive::Handler : public NestedHandler<Handler> {
public:
    Handler(JsonLineInputArchive& archive, const json::MemoryStream& stream)
        : archive_(archive), stream_(stream) {}

    bool Default() { return scalar(Kind::any); }
    bool Null() {
        const std::string_view name = depth_ == 1 ? archive_.fields_.back().name : std::string_view();
        if (name == "ttl" || name == "age") archive_.fields_.back().used = true;  // for ever; not known
        return scalar(Kind::any);
    }
    bool RawNumber(const char*, json::SizeType, bool) {
        if (depth_ == 1 && std::ranges::find(kIgnored, archive_.fields_.back().name) != std::end(kIgnored))
            archive_.fields_.back().used = true;
        return scalar(Kind::number);
    }
    bool String(const char* text, json::SizeType bytes, bool) {
        if (depth_ == 1) {
            Parsed& parsed = archive_.fields_.back();
            // A JSON value is kept as it is written.
            if (parsed.name != "json" && has_half_pair({text, bytes})) return refuse_half_pair();
            parsed.text_at = archive_.texts_.size();
            parsed.text_bytes = bytes;
            archive_.texts_.append(text, bytes);
        }
        return scalar(Kind::text);
    }
    bool Key(const char* name, json::SizeType bytes, bool) {
        if (depth_ != 1) return true;
        if (has_half_pair({name, bytes})) return refuse_half_pair();
        if (archive_.fields_.size() > kMostFields) return false;
        Parsed& parsed = archive_.fields_.emplace_back();
        parsed.name.assign(name, bytes);
        const std::size_t end = stream_.Tell();
        parsed.name_at = opening_quote(archive_.source_, end);
        parsed.at = end;
        const std::string_view source = archive_.source_;
        while (parsed.at < source.size() && (is_blank(source[parsed.at]) || source[parsed.at] == ':'))
            ++parsed.at;
        return true;
    }
    bool begins(char bracket) {
        if (depth_ == 1) return bracket == '{';
        if (depth_ == 2) archive_.fields_.back().kind = Kind::any;
        return true;
    }
    bool ends() {
        if (depth_ == 1) archive_.fields_.back().end = stream_.Tell() + 1;  // it stands before the bracket
        return true;
    }

    /// The beginning of the string that made the parser stop, if one did.
    [[nodiscard]] std::optional<std::size_t> half_pair_at() const noexcept { return half_pair_at_; }
    [[nodiscard]] std::string why_refused() const {
        if (depth_ > kMaxDepth) return fmt::format("nested more than {} deep", kMaxDepth);
        return R"(a line is an object, such as {"key":"k","value":"v"})";
    }

private:
    bool scalar(Kind kind) {
        if (depth_ == 0) return false;
        if (depth_ > 1) return true;
        archive_.fields_.back().kind = kind;
        archive_.fields_.back().end = stream_.Tell();
        return true;
    }
    bool refuse_half_pair() {
        half_pair_at_ = opening_quote(archive_.source_, stream_.Tell());
        return false;
    }

    JsonLineInputArchive& archive_;
    const json::MemoryStream& stream_;
    std::optional<std::size_t> half_pair_at_;
};

JsonProblem JsonLineInputArchive::line(std::string_view text, TextLine& line) {
    source_ = text;
    fields_.clear();
    texts_.clear();
    json::MemoryStream stream(text.data(), text.size());
    json::Reader reader;
    Handler handler(*this, stream);
    const json::ParseResult result = reader.Parse<kFlags>(stream, handler);
    if (fields_.size() > kMostFields) {
        (*this)(line);
        return problem_of_fields();
    }
    if (const auto at = handler.half_pair_at())
        return {*at, message_of(json::kParseErrorStringUnicodeSurrogateInvalid)};
    if (result.Code() == json::kParseErrorTermination) return {result.Offset(), handler.why_refused()};
    if (result.IsError() && is_bare_control(text, result.Offset()))
        return {result.Offset(), "a control character that is not escaped"};
    if (result.IsError()) return {result.Offset(), message_of(result.Code())};
    if (stream.Tell() != text.size()) return {stream.Tell(), "a zero byte"};
    (*this)(line);
    return problem_of_fields();
}

JsonProblem JsonLineInputArchive::problem_of_fields() const {
    for (std::size_t i = 0; i < fields_.size(); ++i) {
        const Parsed& parsed = fields_[i];
        const auto same = [&](const Parsed& other) { return other.name == parsed.name; };
        if (std::any_of(fields_.begin(), fields_.begin() + static_cast<std::ptrdiff_t>(i), same))
            return {parsed.name_at, fmt::format("the field {} comes twice", shown(parsed.name))};
        if (parsed.used || parsed.name == kOfAnyKind) continue;
        const bool known = std::ranges::find(kKnown, parsed.name) != std::end(kKnown) ||
                           std::ranges::find(kIgnored, parsed.name) != std::end(kIgnored);
        if (known)
            return {parsed.at, fmt::format("the field '{}' has a value of the wrong kind", parsed.name)};
        return {parsed.name_at,
                fmt::format("unknown field {}; there are key, key_base64, value, json, base64, codec and ttl",
                            shown(parsed.name))};
    }
    return {};
}

std::size_t JsonLineInputArchive::place_of(std::string_view name) const noexcept {
    for (const Parsed& parsed : fields_) {
        if (parsed.name == name) return parsed.at;
    }
    return 0;
}

std::string_view JsonLineInputArchive::view_of(const Parsed& parsed, Kind kind) const noexcept {
    if (kind == Kind::text) return std::string_view(texts_).substr(parsed.text_at, parsed.text_bytes);
    return source_.substr(parsed.at, parsed.end - parsed.at);
}

}  // namespace dummycache::store::snapshot
