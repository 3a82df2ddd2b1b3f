// SPDX-License-Identifier: MIT
// JSON for a person. RapidJSON checks and lays out; what stands between is where each token ends.
#include "tools/cli/format/pretty_json.hpp"

#include <rapidjson/memorystream.h>
#include <rapidjson/prettywriter.h>
#include <rapidjson/reader.h>
#include <rapidjson/stringbuffer.h>

namespace dummycache::cli {

namespace {

namespace json = rapidjson;

constexpr std::size_t kMaxDepth = 64;
constexpr unsigned kIndent = 2;

/// Not on the stack of calls, since any bytes may be in a cache.
constexpr unsigned kFlags =
    json::kParseIterativeFlag | json::kParseNumbersAsStringsFlag | json::kParseValidateEncodingFlag;

/// Hands on to a writer what the reader finds in `text`, tokens byte for byte.
class Layout : public json::BaseReaderHandler<json::UTF8<>, Layout> {
public:
    Layout(std::string_view text, const json::MemoryStream& stream) : text_(text), stream_(stream) {
        writer_.SetIndent(' ', kIndent);
    }

    /// Behind a string, a number or a word. Between two of them are brackets, commas, colons and white space.
    bool Default() {
        const std::size_t end = stream_.Tell();
        const std::size_t start = text_.find_first_not_of(" \t\r\n,:[]{}", end_of_last_);
        end_of_last_ = end;
        return writer_.RawValue(text_.data() + start, end - start, json::kStringType);
    }
    bool StartObject() { return ++depth_ <= kMaxDepth && writer_.StartObject(); }
    bool StartArray() { return ++depth_ <= kMaxDepth && writer_.StartArray(); }
    bool EndObject(json::SizeType members) { return depth_-- > 0 && writer_.EndObject(members); }
    bool EndArray(json::SizeType elements) { return depth_-- > 0 && writer_.EndArray(elements); }

    [[nodiscard]] std::string result() const { return {out_.GetString(), out_.GetSize()}; }

private:
    std::string_view text_;
    const json::MemoryStream& stream_;
    std::size_t end_of_last_ = 0;
    std::size_t depth_ = 0;
    json::StringBuffer out_;
    json::PrettyWriter<json::StringBuffer> writer_{out_};
};

}  // namespace

std::optional<std::string> pretty_json(std::string_view text) {
    json::MemoryStream stream(text.data(), text.size());
    Layout layout(text, stream);
    const bool is_json = !json::Reader().Parse<kFlags>(stream, layout).IsError();
    // A NUL is the end to the reader.
    if (!is_json || stream.Tell() != text.size()) return std::nullopt;
    return layout.result();
}

}  // namespace dummycache::cli
