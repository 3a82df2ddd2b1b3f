// SPDX-License-Identifier: MIT
// The one place that knows Boost's managed buffer.
#include "ipc/segment/control_area.hpp"

#include <algorithm>
#include <cstring>
#include <new>

#include <fmt/format.h>

// Boost 1.87 changed the layout of the segment manager; this asks for the one that all versions know.
#define BOOST_INTERPROCESS_SEGMENT_MANAGER_ABI 1
#include <boost/interprocess/indexes/iset_index.hpp>
#include <boost/interprocess/managed_external_buffer.hpp>
#include <boost/interprocess/mem_algo/rbtree_best_fit.hpp>
#include <boost/interprocess/sync/mutex_family.hpp>
#include <boost/version.hpp>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "ipc/error.hpp"
#include "ipc/os/round_up.hpp"
#include "ipc/segment/superblock.hpp"

static_assert(BOOST_VERSION >= 108100 && BOOST_VERSION < 109200,
              "the layout of Boost's segment manager was checked for these versions only");

namespace dummycache::ipc {

namespace {

namespace bip = boost::interprocess;
using layout::kCacheLine;
using layout::ObjectHeader;

using Buffer =
    bip::basic_managed_external_buffer<char, bip::rbtree_best_fit<bip::null_mutex_family>, bip::iset_index>;

/// What Boost allocates in. It honours no alignment above 16 bytes, so each object is given two
/// lines more than it has: one to align in, one for its header.
struct Line {
    std::uint64_t words[8];
};
static_assert(sizeof(Line) == kCacheLine);

constexpr std::uint64_t kExtraLines = 2;
constexpr std::uint64_t kManagerBytes = 1024;
constexpr std::uint64_t kBytesPerName = 256;

std::uint64_t lines_of(std::uint64_t bytes) { return round_up(bytes, kCacheLine) / kCacheLine; }

std::uint64_t aligned_payload(const std::byte* base, const Line* lines) {
    const auto offset = static_cast<std::uint64_t>(reinterpret_cast<const std::byte*>(lines) - base);
    return round_up(offset, kCacheLine) + sizeof(ObjectHeader);
}

const ObjectHeader& header_of(const std::byte* base, std::uint64_t offset) {
    return *reinterpret_cast<const ObjectHeader*>(base + offset - sizeof(ObjectHeader));
}

Error damaged(const std::string& what) {
    return {Fault::not_a_segment,
            fmt::format("the control area is damaged ({}); remove the cache and create it again", what)};
}

std::uint64_t build_object(Buffer& buffer, std::byte* base, const ControlObject& object) {
    const std::uint64_t lines = lines_of(object.bytes);
    const Line* memory = buffer.construct<Line>(object.name)[lines + kExtraLines]();
    const std::uint64_t offset = aligned_payload(base, memory);
    ObjectHeader header{offset, lines * kCacheLine, {}};
    std::strncpy(header.name, object.name, sizeof header.name - 1);
    std::memcpy(base + offset - sizeof header, &header, sizeof header);
    return offset;
}

}  // namespace

std::uint64_t control_area_bytes(std::span<const ControlObject> objects) {
    std::uint64_t bytes = kManagerBytes;
    for (const ControlObject& object : objects) {
        bytes += (lines_of(object.bytes) + kExtraLines) * kCacheLine + kBytesPerName;
    }
    return round_up(bytes, layout::kIdentityBytes);
}

std::vector<std::uint64_t> build_control_area(std::byte* base, std::uint64_t end,
                                              std::span<const ControlObject> objects) try {
    Buffer buffer(bip::create_only, base + layout::kIdentityBytes, end - layout::kIdentityBytes);
    std::vector<std::uint64_t> offsets;
    for (const ControlObject& object : objects) offsets.push_back(build_object(buffer, base, object));
    return offsets;
} catch (const bip::interprocess_exception& failure) {
    throw Error(Fault::system,
                fmt::format("cannot lay out the control area: {}; check that the names of its objects differ",
                            failure.what()));
}

std::uint64_t hash_control_area(const std::byte* base, std::uint64_t end,
                                std::span<const std::uint64_t> offsets) {
    std::vector<std::uint64_t> sorted(offsets.begin(), offsets.end());
    std::sort(sorted.begin(), sorted.end());
    XXH3_state_t state;
    XXH3_64bits_reset(&state);
    std::uint64_t position = layout::kIdentityBytes;
    for (const std::uint64_t offset : sorted) {
        if (offset < position + sizeof(ObjectHeader) || offset >= end || offset % kCacheLine != 0) {
            throw damaged(fmt::format("an object begins at {}", offset));
        }
        ObjectHeader header{};
        std::memcpy(&header, base + offset - sizeof header, sizeof header);
        if (header.offset != offset || header.bytes > end - offset || header.bytes % kCacheLine != 0) {
            throw damaged(fmt::format("the object at {} has another size", offset));
        }
        XXH3_64bits_update(&state, base + position, offset - position);
        position = offset + header.bytes;
    }
    XXH3_64bits_update(&state, base + position, end - position);
    return XXH3_64bits_digest(&state);
}

void check_control_area(std::byte* base, std::span<const std::uint64_t> offsets) try {
    Buffer buffer(bip::open_only, base + layout::kIdentityBytes, 0);
    for (const std::uint64_t offset : offsets) {
        const ObjectHeader& header = header_of(base, offset);
        const auto [memory, lines] = buffer.find<Line>(header.name);
        if (memory == nullptr || aligned_payload(base, memory) != offset ||
            lines != header.bytes / kCacheLine + kExtraLines) {
            throw damaged(fmt::format("the object at {} is not where Boost finds it", offset));
        }
    }
} catch (const bip::interprocess_exception& failure) {
    throw damaged(failure.what());
}

std::uint64_t object_bytes(const std::byte* base, std::uint64_t offset) {
    return header_of(base, offset).bytes;
}

}  // namespace dummycache::ipc
