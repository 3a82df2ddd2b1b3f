// SPDX-License-Identifier: MIT
// The bytes of a cache while another process changes them.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace dummycache::test {

/// What a process that is killed at some instant leaves behind. The part is kept that is committed:
/// what lies behind it is a hole.
struct SegmentBytes {
    std::vector<std::byte> used;
    std::size_t size = 0;

    /// Makes an object of these bytes.
    void write_to(const std::string& path) const;
    /// Whether a shard is inside a write.
    [[nodiscard]] bool is_dirty() const;
};

/// Follows the object of a whole cache.
class FollowedSegment {
public:
    explicit FollowedSegment(const std::string& path);
    ~FollowedSegment();
    FollowedSegment(const FollowedSegment&) = delete;
    FollowedSegment& operator=(const FollowedSegment&) = delete;

    /// What has changed since the last call.
    enum class Change {
        none,
        unread,  ///< only bytes that nothing leads to yet: of a staged page, or above a page's fill
        some,
    };
    Change change();
    /// As they were at the last call of change.
    [[nodiscard]] const SegmentBytes& bytes() const noexcept { return bytes_; }

private:
    [[nodiscard]] bool is_unread(std::size_t first, std::size_t last) const;

    const std::byte* mapped_ = nullptr;
    SegmentBytes bytes_;
};

}  // namespace dummycache::test
