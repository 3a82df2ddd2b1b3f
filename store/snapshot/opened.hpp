// SPDX-License-Identifier: MIT
// A side of a comparison, opened.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "dummycache/clock.hpp"
#include "store/api/on_attachment.hpp"
#include "store/snapshot/live_source.hpp"
#include "store/snapshot/source.hpp"

namespace dummycache::store::snapshot {

/// Whether time stands still on a side: it is a file, or a cache whose clock is frozen.
[[nodiscard]] inline bool stands_still(const SnapshotSource& side) {
    if (side.cache() == nullptr) return true;
    return Clock(*side.cache()).frozen();
}

class Opened {
public:
    enum class Order { any, sorted };

    Opened(const SnapshotSource& side, const std::string& match, Order order, const char* what) {
        if (side.cache() != nullptr) {
            source_ = on_attachment(*side.cache(), [&](Attachment& attachment) {
                return std::make_unique<LiveSource>(attachment, what, side.checkpoint(),
                                                    KeyFilter(match, {}));
            });
            return;
        }
        if (side.input() == nullptr) own_.emplace(side.path());
        input_ = side.input() == nullptr ? &*own_ : side.input();
        auto file = order == Order::sorted ? open_sorted(*input_) : open_in_any_order(*input_);
        auto matching = std::make_unique<MatchingSource>(std::move(file), match);
        file_ = matching.get();
        source_ = std::move(matching);
    }

    [[nodiscard]] RecordSource& source() noexcept { return *source_; }
    /// The format of a file; empty for a cache.
    [[nodiscard]] std::optional<SnapshotFormat> format() const {
        return input_ != nullptr ? std::optional(format_of(*input_)) : std::nullopt;
    }
    /// Called when all of it was read. Throws Error if a key of a file comes twice.
    void check_keys() const {
        if (file_ != nullptr) snapshot::check_keys(*input_, file_->all());
    }

private:
    std::optional<Input> own_;
    const Input* input_ = nullptr;  ///< null: a cache
    std::unique_ptr<RecordSource> source_;
    const MatchingSource* file_ = nullptr;
};

}  // namespace dummycache::store::snapshot
