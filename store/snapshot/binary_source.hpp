// SPDX-License-Identifier: MIT
// Reads a binary snapshot. Checks every number before it uses it.
#pragma once

#include <istream>
#include <memory>
#include <optional>
#include <string>

#include "store/snapshot/binary_format.hpp"
#include "store/snapshot/checksum.hpp"
#include "store/snapshot/input.hpp"
#include "store/snapshot/record.hpp"

namespace dummycache::store::snapshot {

/// Holds one payload at a time. Checks each checksum before it uses the bytes under it. Checks each length
/// against the rest of the file, the order of the keys, and the counts. At the end it checks that no bytes
/// follow.
class BinarySource : public RecordSource {
public:
    /// Reads the head.
    explicit BinarySource(const Input& input);
    ~BinarySource() override;

    /// Whether the input begins like a binary snapshot.
    [[nodiscard]] static bool recognises(const Input& input);

    bool next(Record& record) override;
    std::string_view more() override;
    [[nodiscard]] std::uint64_t done() const noexcept override { return cursor_.offset(); }
    [[nodiscard]] std::uint64_t total() const noexcept override { return input_.size(); }

private:
    class Records;

    [[noreturn]] void fail(const std::string& why) const;
    [[nodiscard]] std::string_view take_checked(std::size_t bytes, const char* what);
    void read_head();
    /// Reads the next block's head and payload; the payload stays valid until the next call.
    BlockHead read_block(std::string_view& payload);
    void check_end(std::string_view payload, std::uint64_t whole);
    void check_record(const RecordHead& head, std::string_view key);

    const Input& input_;
    Cursor cursor_;
    Checksum whole_;
    Head head_;
    std::uint64_t block_offset_ = 0;
    std::unique_ptr<Records> records_;  ///< of the present block
    std::string last_key_;
    std::uint64_t entries_ = 0;
    std::uint64_t bytes_ = 0;
    std::uint64_t value_left_ = 0;  ///< of a long value, in the blocks that follow
    bool ended_ = false;
};

}  // namespace dummycache::store::snapshot
