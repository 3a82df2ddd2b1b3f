// SPDX-License-Identifier: MIT
// The entries of a text snapshot, in the order of the file or sorted.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "dummycache/limits.hpp"
#include "store/snapshot/input.hpp"
#include "store/snapshot/text_reader.hpp"

namespace dummycache::store::snapshot {

/// The longest line for values of up to `most_value` bytes. Lines of a stream have a limit in any case: there might be
/// no end.
[[nodiscard]] LineLimit line_limit(const Input& input, std::uint64_t most_value);

/// In the order of the file. Holds one line at a time.
class TextSource : public RecordSource {
public:
    /// Lines that hold a longer value than `most_value` may be refused before they are read to their end.
    explicit TextSource(const Input& input, std::uint64_t most_value = kMaxValueBytes)
        : input_(input),
          cursor_(input),
          reader_(input.name()),
          most_value_(most_value),
          limit_(line_limit(input, most_value)) {}

    bool next(Record& record) override;
    std::string_view more() override { return {}; }
    [[nodiscard]] std::uint64_t done() const noexcept override { return cursor_.offset(); }
    [[nodiscard]] std::uint64_t total() const noexcept override { return input_.size(); }

    /// Whether every key so far was greater than the one before.
    [[nodiscard]] bool in_order() const noexcept { return in_order_; }
    /// The line number of the last record.
    [[nodiscard]] std::uint64_t line() const noexcept { return line_; }
    [[nodiscard]] std::uint64_t offset() const noexcept { return offset_; }

private:
    [[nodiscard]] std::string_view next_line();
    [[noreturn]] void refuse_line(std::string_view text) const;
    [[noreturn]] void refuse_blanks() const;
    void note_key(std::string_view text, std::string_view key);

    const Input& input_;
    Cursor cursor_;
    TextReader reader_;
    std::uint64_t most_value_;
    LineLimit limit_;
    std::uint64_t line_ = 0;
    std::uint64_t offset_ = 0;
    std::uint64_t entries_ = 0;
    std::string last_key_;
    bool in_order_ = true;
    std::uint64_t blank_bytes_ = 0;  ///< since the last entry
    /// With their lines, of a stream: one that repeats itself has no end.
    std::unordered_map<std::string, std::uint64_t> first_keys_;
    std::size_t first_keys_bytes_ = 0;
};

/// Sorted by key. Holds all keys.
class SortedTextSource : public RecordSource {
public:
    /// Reads all lines; throws Error if a key comes twice.
    explicit SortedTextSource(const Input& input);

    bool next(Record& record) override;
    std::string_view more() override { return {}; }
    [[nodiscard]] std::uint64_t done() const noexcept override { return next_; }
    [[nodiscard]] std::uint64_t total() const noexcept override { return places_.size(); }

private:
    struct Place {
        std::string key;
        std::uint64_t offset;
        std::uint64_t line;
    };

    const Input& input_;
    TextReader reader_;
    std::vector<Place> places_;
    std::size_t next_ = 0;
    std::string text_;
};

}  // namespace dummycache::store::snapshot
