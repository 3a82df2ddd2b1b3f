// SPDX-License-Identifier: MIT
// Attaching. Checks the owner of the object, its first page and its control area before using any of it.
#include <cerrno>
#include <chrono>
#include <thread>
#include <utility>

#include <unistd.h>

#include <fmt/format.h>

#include "ipc/os/reserve.hpp"
#include "ipc/segment/control_area.hpp"
#include "ipc/segment/identity.hpp"
#include "ipc/segment/mapping.hpp"
#include "ipc/segment/not_found.hpp"
#include "ipc/segment/object_reader.hpp"
#include "ipc/segment/refusal.hpp"
#include "ipc/segment/segment.hpp"

namespace dummycache::ipc {

namespace {

using layout::Identity;

constexpr unsigned kOthersBits = 0066;

[[noreturn]] void refuse(const SegmentName& name, Fault fault, const std::string& reason) {
    throw unusable(name, fault, reason, Whose::ours);
}

bool is_shared_with_others(const struct stat& status, const Identity& identity) {
    return (identity.mode & kOthersBits) != 0 && (status.st_mode & kOthersBits) != 0;
}

/// An object in shared memory must belong to the user whom the name says: this one, if it says none. A file may belong
/// to anybody. Another user must have allowed others to write twice: in the mode given at creation, and in the mode that
/// the object has now.
void check_owner(const SegmentName& name, const struct stat& status, const Identity& identity) {
    const bool is_wanted_user = status.st_uid == name.other_user.value_or(::geteuid());
    if (is_wanted_user && !name.other_user) return;
    const bool may_be_others = name.kind == Kind::file || (name.other_user && is_wanted_user);
    if (may_be_others && is_shared_with_others(status, identity)) return;
    refuse(name, Fault::no_permission, fmt::format("it belongs to user {}", status.st_uid));
}

Identity checked_identity(const SegmentName& name, int descriptor, std::uint64_t layout_hash) {
    const struct stat status = status_of(descriptor, name.path);
    if (!S_ISREG(status.st_mode)) throw no_segment(name, status);
    if (status.st_nlink == 0 || is_empty_file(name, status)) throw no_such_cache(name);
    const auto bytes = static_cast<std::uint64_t>(status.st_size);
    const auto identity = read_identity(descriptor);
    check_owner(name, status, identity.value_or(Identity{}));
    if (!identity || !has_magic(*identity)) throw no_segment(name, status);
    const Refusal refusal = check_identity(*identity, bytes);
    if (!refusal.reason.empty()) refuse(name, refusal.fault, refusal.reason);
    if (identity->layout_hash != mixed_layout_hash(layout_hash)) {
        refuse(name, Fault::incompatible, "a build with another memory layout made it");
    }
    return *identity;
}

/// How many pages are committed. Throws if the segment is marked as removed or the superblock is damaged.
std::uint64_t checked_committed(const SegmentName& name, int descriptor, const Identity& identity) {
    const auto state = read_superblock(descriptor, identity, offsetof(layout::Superblock, state));
    const auto committed = read_superblock(descriptor, identity, offsetof(layout::Superblock, committed));
    if (state == static_cast<std::uint64_t>(layout::SegmentState::removed)) throw no_such_cache(name);
    if (state != static_cast<std::uint64_t>(layout::SegmentState::ready) || !committed ||
        *committed > identity.pages) {
        refuse(name, Fault::not_a_segment, "its superblock is damaged");
    }
    return *committed;
}

/// Whether the range has a hole. False on a file system that does not know.
bool has_hole(int descriptor, std::uint64_t offset, std::uint64_t bytes) {
    const off_t hole = ::lseek(descriptor, static_cast<off_t>(offset), SEEK_HOLE);
    return hole >= 0 && static_cast<std::uint64_t>(hole) < offset + bytes;
}

/// Reserves memory for the holes of an object. A copy of a file may have holes where its bytes were zero, and touching
/// a hole of a full file system raises SIGBUS. The number of blocks shows whether there are holes. In a file,
/// SEEK_HOLE also finds blocks that are reserved and not yet written.
void fill_holes(const Segment& segment, std::uint64_t committed) {
    const Identity& identity = segment.identity();
    const bool in_file = segment.name().kind == Kind::file;
    const std::uint64_t table_bytes = committed * sizeof(layout::PageInfo);
    const std::uint64_t arena_bytes = committed * layout::kPageBytes;
    const struct stat status = status_of(segment.descriptor(), segment.name().path);
    const bool has_too_few_blocks = static_cast<std::uint64_t>(status.st_blocks) * 512 <
                                    identity.page_table_offset + table_bytes + arena_bytes;
    const auto fill = [&](std::uint64_t offset, std::uint64_t bytes) {
        const bool whole = !has_too_few_blocks && !(in_file && has_hole(segment.descriptor(), offset, bytes));
        if (bytes == 0 || whole) return;
        int error = 0;
        // Writes are prepared without reserving first. If there is too little room, the holes then stay, and the
        // next process that attaches finds them.
        Reserved reserved = Reserved::unsupported;
        if (in_file) reserved = prepare_writes(segment.base() + offset, bytes, error);
        if (reserved == Reserved::unsupported) reserved = reserve(segment.descriptor(), offset, bytes, error);
        if (reserved == Reserved::no_space)
            throw system_error(error, "reserve memory for the cache " + segment.name().path);
    };
    fill(0, identity.page_table_offset);
    fill(identity.page_table_offset, table_bytes);
    fill(identity.arena_offset, arena_bytes);
}

void check_control(const Segment& segment) {
    const Identity& identity = segment.identity();
    try {
        const auto offsets = object_offsets(identity);
        if (hash_control_area(segment.base(), identity.free_map_offset, offsets) != identity.control_hash) {
            refuse(segment.name(), Fault::not_a_segment, "its control area is damaged");
        }
        const std::uint64_t slots_bytes = std::uint64_t{identity.process_slots} * sizeof(layout::ProcessSlot);
        if (object_bytes(segment.base(), identity.superblock_offset) == sizeof(layout::Superblock) &&
            object_bytes(segment.base(), identity.process_table_offset) == slots_bytes &&
            object_bytes(segment.base(), identity.client_table_offset) ==
                client_table_bytes(identity.process_slots)) {
            return;
        }
    } catch (const Error& failure) {
        if (failure.fault() != Fault::not_a_segment) throw;
        refuse(segment.name(), Fault::not_a_segment, "its control area is damaged");
    }
    refuse(segment.name(), Fault::not_a_segment, "its control area has other objects");
}

/// Takes the read lock that the mapping keeps. A file system without such locks has none to wait for.
void wait_until_nobody_shrinks(const SegmentName& name, int descriptor) {
    constexpr auto kStep = std::chrono::milliseconds(1);
    constexpr int kSteps = 1000;
    for (int step = 0; !share_byte(descriptor, layout::kMappedByte); ++step) {
        if (errno != EAGAIN && errno != EACCES) return;
        if (step == kSteps)
            throw Error(Fault::busy,
                        fmt::format("{} cannot be attached: a process that gives its memory back does "
                                    "not come to an end; continue it or end it",
                                    name.path));
        std::this_thread::sleep_for(kStep);
    }
}

}  // namespace

std::vector<OthersName> Segment::list_of_others() {
    std::vector<OthersName> found = others_names(kSegmentFamily);
    std::erase_if(found, [](const OthersName& other) {
        try {
            const SegmentName name = parse_name(fmt::format("{}:{}", other.uid, other.name));
            const Backing backing = Backing::open(name);
            const struct stat status = status_of(backing.descriptor(), name.path);
            const auto identity = identity_of_ours(name, backing.descriptor(), status);
            return status.st_uid != other.uid || !identity || !is_shared_with_others(status, *identity);
        } catch (const Error&) {
            return true;  // it does not let this user in, is no file, or is gone
        }
    });
    return found;
}

std::unique_ptr<Segment> Segment::attach(const SegmentName& name, std::uint64_t layout_hash) {
    Backing backing = Backing::open(name);
    wait_until_nobody_shrinks(name, backing.descriptor());
    return map_checked(name, layout_hash, std::move(backing));
}

std::unique_ptr<Segment> Segment::attach_alone(const SegmentName& name, std::uint64_t layout_hash) {
    Backing backing = Backing::open(name);
    if (!try_lock_byte(backing.descriptor(), layout::kMappedByte)) return nullptr;
    return map_checked(name, layout_hash, std::move(backing));
}

std::unique_ptr<Segment> Segment::map_checked(const SegmentName& name, std::uint64_t layout_hash,
                                              Backing backing) {
    const Identity identity = checked_identity(name, backing.descriptor(), layout_hash);
    const std::uint64_t committed = checked_committed(name, backing.descriptor(), identity);
    auto region = backing.map(identity.segment_bytes);
    auto segment = assemble(name, identity, {std::move(backing), std::move(region)});
    fill_holes(*segment, committed);
    check_control(*segment);
    return segment;
}

}  // namespace dummycache::ipc
