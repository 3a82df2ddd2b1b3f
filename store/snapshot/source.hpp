// SPDX-License-Identifier: MIT
// Opens the sources of entries.
#pragma once

#include <memory>
#include <string>

#include "dummycache/limits.hpp"
#include "dummycache/snapshot.hpp"
#include "store/snapshot/input.hpp"
#include "store/snapshot/record.hpp"

namespace dummycache::store::snapshot {

/// The format, which the first byte shows.
[[nodiscard]] SnapshotFormat format_of(const Input& input);

/// The entries in the order of the input. In a text it does not notice keys that come twice: check_keys
/// does. A text that holds a longer value than `most_value` may be refused early.
[[nodiscard]] std::unique_ptr<RecordSource> open_in_any_order(const Input& input,
                                                              std::uint64_t most_value = kMaxValueBytes);

/// The entries in the order of their keys.
[[nodiscard]] std::unique_ptr<RecordSource> open_sorted(const Input& input);

/// Called when all of `source` was read. Throws Error if a key comes twice.
void check_keys(const Input& input, const RecordSource& source);

/// The entries of another source whose keys match a glob.
class MatchingSource : public RecordSource {
public:
    MatchingSource(std::unique_ptr<RecordSource> source, std::string match)
        : source_(std::move(source)), match_(std::move(match)) {}

    bool next(Record& record) override {
        while (source_->next(record)) {
            if (match_ == "*" || glob_matches(match_, record.key)) return true;
            ++unmatched_;
        }
        return false;
    }
    std::string_view more() override { return source_->more(); }
    [[nodiscard]] std::uint64_t done() const noexcept override { return source_->done(); }
    [[nodiscard]] std::uint64_t total() const noexcept override { return source_->total(); }
    [[nodiscard]] std::uint64_t unmatched() const noexcept { return unmatched_; }
    [[nodiscard]] const RecordSource& all() const noexcept { return *source_; }

private:
    std::unique_ptr<RecordSource> source_;
    std::string match_;
    std::uint64_t unmatched_ = 0;
};

}  // namespace dummycache::store::snapshot
