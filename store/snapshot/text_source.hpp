// SPDX-License-Identifier: MIT
// The entries of a text snapshot, in the order of the file or sorted.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "store/snapshot/input.hpp"
#include "store/snapshot/text_reader.hpp"

namespace dummycache::store::snapshot {

/// RapidJSON counts in 32 bits.
inline constexpr std::size_t kMaxLine = std::size_t{4000} << 20;

/// In the order of the file. Holds one line at a time.
class TextSource : public RecordSource {
public:
    explicit TextSource(const Input& input) : input_(input), cursor_(input), reader_(input.name()) {}

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
    const Input& input_;
    Cursor cursor_;
    TextReader reader_;
    std::uint64_t line_ = 0;
    std::uint64_t offset_ = 0;
    std::uint64_t entries_ = 0;
    std::string last_key_;
    bool in_order_ = true;
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
