// SPDX-License-Identifier: MIT
// Differences between two states, for people and as JSON.
#pragma once

#include <cstddef>
#include <string>

#include <dummycache/snapshot.hpp>

#include "tools/cli/format/output.hpp"

namespace dummycache::cli {

/// Writes differences and counts them. If one side is a cache, tells of each key who wrote it there, or why it is not there.
class CompareOutput {
public:
    /// `cache`: null if no side is a cache as it is now. It has to live as long.
    CompareOutput(Output& out, bool json, const Cache* cache) noexcept
        : out_(out), json_(json), columns_(out.width()), cache_(cache) {}

    void write(const Difference& difference);

    [[nodiscard]] bool found_any() const noexcept { return added_ + removed_ + changed_ != 0; }
    [[nodiscard]] std::size_t added() const noexcept { return added_; }
    [[nodiscard]] std::size_t removed() const noexcept { return removed_; }
    [[nodiscard]] std::size_t changed() const noexcept { return changed_; }

private:
    void write_json(const Difference& difference);
    void write_changed(const Difference& difference);
    void write_history(const Difference& difference);

    Output& out_;
    bool json_;
    std::size_t columns_;
    const Cache* cache_;
    std::size_t added_ = 0;
    std::size_t removed_ = 0;
    std::size_t changed_ = 0;
};

}  // namespace dummycache::cli
