// SPDX-License-Identifier: MIT
// A cereal archive that reads a line of JSON into a TextLine. The parser is RapidJSON, which comes with
// cereal. It is told to check encodings, not to convert numbers, and to use no stack for nested values.
// This file uses its events and not its documents: a document forgets the position of a field, and how a
// number or JSON was written.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <cereal/cereal.hpp>

#include "store/snapshot/json_output.hpp"
#include "store/snapshot/text_line.hpp"

namespace dummycache::store::snapshot {

/// An error in a line, and the byte where it is.
struct JsonProblem {
    std::size_t at = 0;
    std::string what;  ///< empty: nothing
};

/// JSON nested deeper than this is refused.
inline constexpr unsigned kMaxDepth = 256;

/// Whether the text is one JSON value without blanks around it that may stand in a line as it is.
[[nodiscard]] bool is_embeddable(std::string_view text);

/// Reuses its memory from one line to the next.
class JsonLineInputArchive : public cereal::InputArchive<JsonLineInputArchive> {
public:
    JsonLineInputArchive() : InputArchive<JsonLineInputArchive>(this) {}

    /// Reads `text`, one line, into `line`. The views in `line` are valid until the next call, and as long
    /// as `text`. A field that TextLine does not know, that comes twice, or that is of the wrong kind is an
    /// error.
    [[nodiscard]] JsonProblem line(std::string_view text, TextLine& line);

    /// The position of a field's value.
    [[nodiscard]] std::size_t place_of(std::string_view name) const noexcept;

    void read(const char* name, std::optional<JsonText>& value) { take(name, Kind::text, value); }
    void read(const char* name, std::optional<JsonBase64>& value) { take(name, Kind::text, value); }
    void read(const char* name, std::optional<JsonNumber>& value) { take(name, Kind::number, value); }
    void read(const char* name, std::optional<JsonRaw>& value) { take(name, Kind::any, value); }

private:
    enum class Kind : std::uint8_t { text, number, any };

    struct Parsed {
        std::string name;
        Kind kind = Kind::any;
        std::size_t name_at = 0;
        std::size_t at = 0;  ///< of the value
        std::size_t end = 0;
        std::size_t text_at = 0;  ///< of a string: in texts_
        std::size_t text_bytes = 0;
        bool used = false;
    };
    class Handler;

    template <class Value>
    void take(std::string_view name, Kind kind, std::optional<Value>& value) {
        value.reset();
        for (Parsed& parsed : fields_) {
            if (parsed.name != name || (kind != Kind::any && kind != parsed.kind)) continue;
            parsed.used = true;
            value.emplace(Value{view_of(parsed, kind)});
        }
    }
    [[nodiscard]] std::string_view view_of(const Parsed& parsed, Kind kind) const noexcept;
    [[nodiscard]] JsonProblem problem_of_fields() const;

    std::string_view source_;
    std::vector<Parsed> fields_;
    std::string texts_;  ///< the strings, decoded, one after the other
};

template <class Value>
void CEREAL_LOAD_FUNCTION_NAME(JsonLineInputArchive& archive, Field<Value>& field) {
    archive.read(field.name, field.value);
}

}  // namespace dummycache::store::snapshot

CEREAL_REGISTER_ARCHIVE(dummycache::store::snapshot::JsonLineInputArchive)
CEREAL_SETUP_ARCHIVE_TRAITS(dummycache::store::snapshot::JsonLineInputArchive,
                            dummycache::store::snapshot::JsonLineOutputArchive)
