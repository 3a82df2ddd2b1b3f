// SPDX-License-Identifier: MIT
// Plans, hashes and checks the first page of a segment.
#include "ipc/segment/identity.hpp"

#include <algorithm>
#include <cstring>

#include <fcntl.h>
#include <unistd.h>

#include <fmt/format.h>

#include "ipc/machine_clock.hpp"
#include "ipc/os/file_descriptor.hpp"
#include "ipc/os/random_bytes.hpp"
#include "ipc/os/round_up.hpp"
#include "ipc/segment/control_area.hpp"

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace dummycache::ipc {

namespace {

using layout::Identity;

constexpr std::uint64_t kUnit = layout::kIdentityBytes;  // regions begin at multiples of it
constexpr std::uint64_t kMinimumPages = 16;
constexpr std::uint64_t kMaximumPages = std::uint64_t{1} << 32;
constexpr std::size_t kMaximumObjects = std::size(Identity{}.store) - kStoreObjects;

/// Where the regions behind the control area begin, for a number of pages.
struct Regions {
    std::uint64_t page_table_offset;
    std::uint64_t arena_offset;
    std::uint64_t arena_end;
};

Regions regions_of(std::uint64_t free_map_offset, std::uint64_t pages) {
    Regions regions{};
    regions.page_table_offset = free_map_offset + round_up((pages + 63) / 64 * 8, kUnit);
    regions.arena_offset = regions.page_table_offset + page_table_bytes(pages);
    regions.arena_end = regions.arena_offset + pages * layout::kPageBytes;
    return regions;
}

std::uint64_t most_pages(std::uint64_t free_map_offset, std::uint64_t capacity_bytes) {
    if (capacity_bytes <= free_map_offset) return 0;
    std::uint64_t pages =
        (capacity_bytes - free_map_offset) / (layout::kPageBytes + sizeof(layout::PageInfo));
    while (pages > 0 && regions_of(free_map_offset, pages).arena_end > capacity_bytes) --pages;
    return std::min(pages, kMaximumPages - 1);
}

/// FNV-1a over every size and offset that two builds must agree on.
constexpr std::uint64_t ipc_layout_hash() {
    const std::uint64_t facts[] = {layout::kLayoutVersion,
                                   layout::kPageBytes,
                                   layout::kMaxProcessSlots,
                                   layout::kCounterStripes,
                                   sizeof(Identity),
                                   offsetof(Identity, secret),
                                   sizeof(layout::Superblock),
                                   offsetof(layout::Superblock, state),
                                   offsetof(layout::Superblock, all_shards_lock),
                                   offsetof(layout::Superblock, journal),
                                   offsetof(layout::Superblock, free_hint),
                                   offsetof(layout::Superblock, retired),
                                   sizeof(layout::ProcessSlot),
                                   offsetof(layout::ProcessSlot, name),
                                   offsetof(layout::ProcessSlot, counters),
                                   sizeof(layout::ClientRecord),
                                   layout::kMaxClients,
                                   offsetof(layout::ClientRecord, program),
                                   sizeof(layout::PageInfo),
                                   offsetof(layout::PageInfo, fill),
                                   offsetof(layout::PageInfo, next),
                                   offsetof(layout::PageInfo, next_expiry),
                                   sizeof(layout::ObjectHeader)};
    std::uint64_t hash = 0xcbf29ce484222325U;
    for (const std::uint64_t fact : facts) hash = (hash ^ fact) * 0x100000001b3U;
    return hash;
}

bool control_offset_in_range(const Identity& identity, std::uint64_t offset, std::uint64_t bytes) {
    return offset >= kUnit + layout::kCacheLine && offset % layout::kCacheLine == 0 &&
           offset < identity.free_map_offset && bytes <= identity.free_map_offset - offset;
}

bool geometry_in_range(const Identity& identity) {
    if (identity.page_bytes != layout::kPageBytes) return false;
    if (identity.pages == 0 || identity.pages >= kMaximumPages) return false;
    if (identity.process_slots == 0 || identity.process_slots > layout::kMaxProcessSlots) return false;
    if (identity.free_map_offset <= kUnit || identity.free_map_offset % kUnit != 0) return false;
    if (identity.free_map_offset > identity.segment_bytes) return false;
    const Regions regions = regions_of(identity.free_map_offset, identity.pages);
    const Regions larger = regions_of(identity.free_map_offset, identity.pages + 1);
    return regions.page_table_offset == identity.page_table_offset &&
           regions.arena_offset == identity.arena_offset &&
           identity.segment_bytes == regions.arena_end + layout::journal_bytes_for(identity.capacity_bytes) &&
           regions.arena_end <= identity.capacity_bytes &&
           (larger.arena_end > identity.capacity_bytes || identity.pages + 1 == kMaximumPages);
}

bool objects_in_range(const Identity& identity) {
    const std::uint64_t table_bytes = std::uint64_t{identity.process_slots} * sizeof(layout::ProcessSlot);
    if (!control_offset_in_range(identity, identity.superblock_offset, sizeof(layout::Superblock)))
        return false;
    if (!control_offset_in_range(identity, identity.process_table_offset, table_bytes)) return false;
    if (!control_offset_in_range(identity, identity.client_table_offset,
                                 client_table_bytes(identity.process_slots)))
        return false;
    return std::all_of(identity.store + kStoreObjects, std::end(identity.store), [&](std::uint64_t offset) {
        return offset == 0 || control_offset_in_range(identity, offset, 0);
    });
}

}  // namespace

void read_boot_id(unsigned char (&id)[16]) {
    const FileDescriptor file(open_no_follow("/proc/sys/kernel/random/boot_id", O_RDONLY));
    char text[64] = {};
    if (!file.valid() || ::read(file.get(), text, sizeof text - 1) <= 0) return;
    std::size_t digits = 0;
    for (const char* c = text; *c != 0 && digits < 32; ++c) {
        const bool decimal = *c >= '0' && *c <= '9';
        if (!decimal && (*c < 'a' || *c > 'f')) continue;
        const int value = decimal ? *c - '0' : *c - 'a' + 10;
        id[digits / 2] = static_cast<unsigned char>(id[digits / 2] << 4 | value);
        ++digits;
    }
}

std::uint64_t page_table_bytes(std::uint64_t pages) {
    return round_up(pages * sizeof(layout::PageInfo), kUnit);
}

std::uint64_t client_table_bytes(std::uint32_t process_slots) {
    return std::uint64_t{layout::clients_for(process_slots)} * sizeof(layout::ClientRecord);
}

std::vector<ControlObject> objects_of(const SegmentPlan& plan) {
    std::vector<ControlObject> objects = {
        {"superblock", sizeof(layout::Superblock)},
        {"processes", std::uint64_t{plan.process_slots} * sizeof(layout::ProcessSlot)},
        {"clients", client_table_bytes(plan.process_slots)}};
    objects.insert(objects.end(), plan.objects.begin(), plan.objects.end());
    return objects;
}

Identity plan_identity(const SegmentPlan& plan, Kind kind) {
    if (plan.process_slots == 0 || plan.process_slots > layout::kMaxProcessSlots ||
        plan.objects.size() > kMaximumObjects || plan.parameters.size() > kStoreObjects) {
        throw Error(Fault::system,
                    "cannot plan a segment: too many process slots, objects or parameters; ask for fewer");
    }
    Identity identity{};
    std::memcpy(identity.magic, layout::kMagic, sizeof identity.magic);
    identity.layout_version = layout::kLayoutVersion;
    identity.byte_order = layout::kByteOrder;
    identity.layout_hash = mixed_layout_hash(plan.layout_hash);
    identity.capacity_bytes = plan.capacity_bytes;
    identity.free_map_offset = kUnit + control_area_bytes(objects_of(plan));
    identity.pages = most_pages(identity.free_map_offset, plan.capacity_bytes);
    if (identity.pages < kMinimumPages) {
        throw Error(Fault::no_space,
                    fmt::format("a capacity of {} bytes has no room for {} pages; choose a larger one",
                                plan.capacity_bytes, kMinimumPages));
    }
    const Regions regions = regions_of(identity.free_map_offset, identity.pages);
    identity.page_table_offset = regions.page_table_offset;
    identity.arena_offset = regions.arena_offset;
    identity.segment_bytes = regions.arena_end + layout::journal_bytes_for(plan.capacity_bytes);
    identity.page_bytes = layout::kPageBytes;
    identity.process_slots = plan.process_slots;
    identity.kind = static_cast<std::uint32_t>(kind);
    identity.mode = (plan.mode & 0777U) | 0600U;
    identity.uid = ::geteuid();
    identity.created_us = static_cast<std::uint64_t>(wall_us());
    identity.boot_realtime_us = wall_us() - static_cast<std::int64_t>(boot_us());
    read_boot_id(identity.boot_id);
    std::copy(plan.parameters.begin(), plan.parameters.end(), identity.store);
    if (plan.secret != nullptr) {
        std::memcpy(identity.secret, plan.secret, sizeof identity.secret);
    } else {
        fill_with_random_bytes(identity.secret, sizeof identity.secret);
    }
    return identity;
}

void set_object_offsets(Identity& identity, const std::vector<std::uint64_t>& offsets) {
    identity.superblock_offset = offsets[kSuperblockObject];
    identity.process_table_offset = offsets[kProcessesObject];
    identity.client_table_offset = offsets[kClientsObject];
    std::copy(offsets.begin() + kClientsObject + 1, offsets.end(), identity.store + kStoreObjects);
}

std::vector<std::uint64_t> object_offsets(const Identity& identity) {
    std::vector<std::uint64_t> offsets = {identity.superblock_offset, identity.process_table_offset,
                                          identity.client_table_offset};
    for (std::size_t i = kStoreObjects; i < std::size(identity.store); ++i) {
        if (identity.store[i] != 0) offsets.push_back(identity.store[i]);
    }
    return offsets;
}

std::uint64_t hash_identity(const Identity& identity) {
    return XXH3_64bits(&identity, offsetof(Identity, identity_hash));
}

std::uint64_t mixed_layout_hash(std::uint64_t layout_hash) {
    constexpr std::uint64_t own = ipc_layout_hash();
    return layout_hash ^ own;
}

bool has_magic(const Identity& identity) {
    return std::memcmp(identity.magic, layout::kMagic, sizeof identity.magic) == 0;
}

Refusal check_identity(const Identity& identity, std::uint64_t object_bytes) {
    if (!has_magic(identity)) return {Fault::not_a_segment, "it does not begin like a cache"};
    if (identity.byte_order != layout::kByteOrder) return {Fault::incompatible, "it has another byte order"};
    if (identity.layout_version != layout::kLayoutVersion) {
        return {Fault::incompatible, fmt::format("it has layout version {}, not {}", identity.layout_version,
                                                 layout::kLayoutVersion)};
    }
    if (hash_identity(identity) != identity.identity_hash)
        return {Fault::not_a_segment, "its first page is damaged"};
    if (identity.segment_bytes != object_bytes) {
        return {Fault::not_a_segment,
                fmt::format("it has {} bytes instead of {}", object_bytes, identity.segment_bytes)};
    }
    if (identity.kind > static_cast<std::uint32_t>(Kind::file) || !geometry_in_range(identity) ||
        !objects_in_range(identity)) {
        return {Fault::not_a_segment, "its geometry makes no sense"};
    }
    return {};
}

}  // namespace dummycache::ipc
