// SPDX-License-Identifier: MIT
// The entries of a cache at one moment, sorted by key.
#pragma once

#include <string>

#include "dummycache/snapshot.hpp"
#include "store/cache/image.hpp"
#include "store/layout/overflow.hpp"
#include "store/snapshot/record.hpp"
#include "store/snapshot/sorted_entries.hpp"

namespace dummycache::store::snapshot {

class LiveSource : public RecordSource {
public:
    /// Copies the used memory under the cache's locks. `checkpoint` may be empty.
    LiveSource(Attachment& attachment, const char* what, const std::string& checkpoint, KeyFilter is_wanted,
               TtlRule ttl = TtlRule::keep())
        : image_(take_image(attachment, what, checkpoint)),
          entries_(*image_, std::move(is_wanted)),
          loader_(image_->memory(), image_->now_us()),
          ttl_(ttl) {}

    bool next(Record& record) override;
    std::string_view more() override;
    [[nodiscard]] std::uint64_t done() const noexcept override { return done_; }
    [[nodiscard]] std::uint64_t total() const noexcept override { return entries_.count(); }
    [[nodiscard]] std::uint64_t bytes() const noexcept { return entries_.bytes(); }

private:
    void begin_overflow(const EntryRef& entry, const Lengths& lengths, std::uint64_t deadline_word,
                        Record& record);

    std::unique_ptr<Image> image_;
    SortedEntries entries_;
    EntryLoader loader_;
    TtlRule ttl_;
    std::optional<OverflowCursor> overflow_;  ///< of the last record's value, if it has one
    std::uint64_t overflow_left_ = 0;
    std::string part_;
    std::uint64_t done_ = 0;
};

}  // namespace dummycache::store::snapshot
