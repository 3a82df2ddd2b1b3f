// SPDX-License-Identifier: MIT
// Turns a line of a text snapshot into a record, or reports what is wrong and where.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "store/snapshot/json_input.hpp"
#include "store/snapshot/record.hpp"

namespace dummycache::store::snapshot {

class TextReader {
public:
    /// `name` stands for the file in messages.
    explicit TextReader(std::string name) : name_(std::move(name)) {}

    /// False if the line holds no entry: it is blank, or the first line with the format. `text` may end with a
    /// newline. The record's views are valid until the next call, and as long as `text`.
    bool read(std::string_view text, std::uint64_t number, Record& record);

    /// Whether a line said that this is a snapshot.
    [[nodiscard]] bool has_format() const noexcept { return has_format_; }
    [[nodiscard]] const std::string& name() const noexcept { return name_; }

    /// Throws Error: `file:line:column: why`. `at` is a byte of the line.
    [[noreturn]] void fail(std::string_view text, std::uint64_t number, std::size_t at,
                           const std::string& why) const;

private:
    void read_format(std::string_view text, std::uint64_t number, const TextLine& line);
    void read_key(std::string_view text, std::uint64_t number, const TextLine& line, Record& record);
    void read_value(std::string_view text, std::uint64_t number, const TextLine& line, Record& record);
    [[nodiscard]] std::string_view decode(std::string_view text, std::uint64_t number, const char* field,
                                          const JsonBase64& value, std::string& buffer) const;

    std::string name_;
    JsonLineInputArchive archive_;
    std::string key_;
    std::string value_;
    bool has_format_ = false;
};

}  // namespace dummycache::store::snapshot
