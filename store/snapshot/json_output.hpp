// SPDX-License-Identifier: MIT
// A cereal archive that writes a TextLine as one line of canonical JSON: no blanks, fields in the order of the
// structure, and one way only to write each string. (cereal's own JSON archive writes documents of many lines.)
#pragma once

#include <string>
#include <string_view>

#include <cereal/cereal.hpp>

#include "dummycache/text.hpp"
#include "store/snapshot/text_line.hpp"

namespace dummycache::store::snapshot {

class JsonLineOutputArchive : public cereal::OutputArchive<JsonLineOutputArchive> {
public:
    /// Appends to `text`.
    explicit JsonLineOutputArchive(std::string& text)
        : OutputArchive<JsonLineOutputArchive>(this), text_(text) {}

    void line(TextLine& line) {
        text_ += '{';
        first_ = true;
        (*this)(line);
        text_ += "}\n";
    }

    void write(const char* name, const JsonText& value) {
        begin(name);
        text::append_json_string(text_, value.text);
    }
    void write(const char* name, const JsonBase64& bytes);
    void write(const char* name, const JsonNumber& value) {
        begin(name);
        text_ += value.digits;
    }
    void write(const char* name, const JsonRaw& value) {
        begin(name);
        text_ += value.source;
    }

private:
    void begin(const char* name) {
        if (!first_) text_ += ',';
        first_ = false;
        text_ += '"';
        text_ += name;
        text_ += "\":";
    }

    std::string& text_;
    bool first_ = true;
};

template <class Value>
void CEREAL_SAVE_FUNCTION_NAME(JsonLineOutputArchive& archive, const Field<Value>& field) {
    if (field.value) archive.write(field.name, *field.value);
}

}  // namespace dummycache::store::snapshot

CEREAL_REGISTER_ARCHIVE(dummycache::store::snapshot::JsonLineOutputArchive)
