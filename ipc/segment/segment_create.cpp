// SPDX-License-Identifier: MIT
// Makes a segment under a temporary name, and renames it when it is whole.
//
// All of it happens under the creation lock, in this order:
//   1. remove the temporary object of a creator that died;
//   2. make the object under the temporary name, and give it its size;
//   3. reserve memory for everything before the page table;
//   4. write control area, superblock and identity;
//   5. let the layer above write its own objects;
//   6. rename the object, without replacing another but an empty file: the commit point.
// Killed before 6: a temporary object and maybe a lock file, which the next creator removes. Killed after 6: a whole
// segment and maybe a lock file.
#include <cerrno>
#include <cstdio>
#include <cstring>

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <fmt/format.h>

#include "ipc/cache_clock.hpp"
#include "ipc/kill_point.hpp"
#include "ipc/os/blocked_signals.hpp"
#include "ipc/os/reserve.hpp"
#include "ipc/segment/control_area.hpp"
#include "ipc/segment/creation_lock.hpp"
#include "ipc/segment/identity.hpp"
#include "ipc/segment/mapping.hpp"
#include "ipc/segment/not_found.hpp"
#include "ipc/segment/object_reader.hpp"
#include "ipc/segment/refusal.hpp"
#include "ipc/segment/segment.hpp"

namespace dummycache::ipc {

namespace {

constexpr std::uint64_t kFirstInstantUs = 1'000'000;

/// Unlinks the temporary object, unless it was renamed.
class TemporaryObject {
public:
    explicit TemporaryObject(std::string path) : path_(std::move(path)) { ::unlink(path_.c_str()); }
    ~TemporaryObject() {
        if (!path_.empty() && creator_.is_this_process()) ::unlink(path_.c_str());
    }
    TemporaryObject(const TemporaryObject&) = delete;
    TemporaryObject& operator=(const TemporaryObject&) = delete;

    [[nodiscard]] const std::string& path() const { return path_; }
    /// False if there is an object of that name already.
    bool rename_to(const std::string& path);
    /// The same if an empty file has that name. False if it is not empty any more.
    bool replace_empty_file(const std::string& path);

private:
    Creator creator_;
    std::string path_;
};

bool TemporaryObject::rename_to(const std::string& path) {
    if (::syscall(SYS_renameat2, AT_FDCWD, path_.c_str(), AT_FDCWD, path.c_str(), RENAME_NOREPLACE) == 0) {
        path_.clear();
        return true;
    }
    if (errno == EEXIST) return false;
    if (errno != EINVAL && errno != ENOSYS && errno != ENOTSUP)
        throw system_error(errno, "give a new cache its name " + path);
    // Not every file system can rename without replacing. The destructor removes the other name.
    if (::link(path_.c_str(), path.c_str()) == 0) return true;
    if (errno == EEXIST) return false;
    throw system_error(errno, "give a new cache its name " + path);
}

bool TemporaryObject::replace_empty_file(const std::string& path) {
    const auto exchange = [&] {
        return ::syscall(SYS_renameat2, AT_FDCWD, path_.c_str(), AT_FDCWD, path.c_str(), RENAME_EXCHANGE);
    };
    struct stat old {};
    if (exchange() == 0) {
        // The destructor removes the empty file. One that somebody has just filled gets its name back.
        if (::lstat(path_.c_str(), &old) == 0 && S_ISREG(old.st_mode) && old.st_size == 0) return true;
        exchange();
        return false;
    }
    if (errno == ENOENT) return rename_to(path);
    // Not every file system can exchange.
    if (::lstat(path.c_str(), &old) != 0 || !S_ISREG(old.st_mode) || old.st_size != 0) return false;
    if (std::rename(path_.c_str(), path.c_str()) != 0)
        throw system_error(errno, "give a new cache its name " + path);
    path_.clear();
    return true;
}

/// What has the name of a segment that is to be made.
enum class Name : std::uint8_t { free, empty_file, taken };

/// A segment that is marked as removed does not count: its remover died before it could unlink the name, so that is
/// done here. Throws Error if something has the name that is no segment.
Name look_at(const SegmentName& name) {
    const FileDescriptor file(open_no_follow(name.path, O_RDWR));
    if (!file.valid() && errno == ENOENT) return Name::free;
    if (!file.valid()) throw cannot_open(errno, name);
    const struct stat status = status_of(file.get(), name.path);
    if (is_empty_file(name, status)) {
        if (status.st_uid == ::geteuid()) return Name::empty_file;
        throw unusable(name, Fault::no_permission, fmt::format("it belongs to user {}", status.st_uid),
                       Whose::unknown);
    }
    const auto identity = identity_of_ours(name, file.get(), status);
    if (!identity || !check_identity(*identity, static_cast<std::uint64_t>(status.st_size)).reason.empty())
        return Name::taken;
    const auto state = read_superblock(file.get(), *identity, offsetof(layout::Superblock, state));
    if (state != static_cast<std::uint64_t>(layout::SegmentState::removed)) return Name::taken;
    ::unlink(name.path.c_str());
    DUMMYCACHE_KILL_POINT("create.unlinked_removed");
    return Name::free;
}

/// Writes zeros if the system could not reserve; throws if there is no memory.
void finish_reserving(Reserved reserved, int error, int descriptor, const std::string& path,
                      const layout::Identity& identity) {
    if (reserved == Reserved::unsupported)
        reserved = write_zeros(descriptor, 0, identity.page_table_offset, error);
    if (reserved != Reserved::yes) throw system_error(error, "reserve memory for the new cache " + path);
}

/// Gives the object its size, and reserves everything before the page table.
void size_and_reserve(int descriptor, const std::string& path, const layout::Identity& identity) {
    const auto bytes = static_cast<off_t>(identity.segment_bytes);
    if (without_its_signal([&] { return ::ftruncate(descriptor, bytes); }) != 0) {
        throw system_error(errno, fmt::format("give the new cache {} its size", path));
    }
    DUMMYCACHE_KILL_POINT("create.sized");
    int error = 0;
    const Reserved reserved = reserve(descriptor, 0, identity.page_table_offset, error);
    finish_reserving(reserved, error, descriptor, path, identity);
    DUMMYCACHE_KILL_POINT("create.reserved");
}

/// In a file on a disk: makes the reserved bytes safe to touch.
void prepare(std::byte* base, int descriptor, const std::string& path, const layout::Identity& identity) {
    int error = 0;
    const Reserved reserved = prepare_writes(base, identity.page_table_offset, error);
    finish_reserving(reserved, error, descriptor, path, identity);
}

/// Completes the identity. `base` is zeroed memory.
void format(std::byte* base, const SegmentPlan& plan, layout::Identity& identity) {
    const auto offsets = build_control_area(base, identity.free_map_offset, objects_of(plan));
    check_control_area(base, offsets);
    DUMMYCACHE_KILL_POINT("create.control_area");
    set_object_offsets(identity, offsets);
    identity.control_hash = hash_control_area(base, identity.free_map_offset, offsets);
    identity.identity_hash = hash_identity(identity);
    auto& superblock = *reinterpret_cast<layout::Superblock*>(base + identity.superblock_offset);
    superblock.clock.store(CacheClock::running_word(kFirstInstantUs), std::memory_order_relaxed);
    superblock.state.store(static_cast<std::uint64_t>(layout::SegmentState::ready),
                           std::memory_order_release);
    DUMMYCACHE_KILL_POINT("create.superblock");
    std::memcpy(base, &identity, sizeof identity);
    DUMMYCACHE_KILL_POINT("create.formatted");
}

}  // namespace

std::unique_ptr<Segment> Segment::create(const SegmentName& name, const SegmentPlan& plan,
                                         std::uint64_t lock_timeout_ms) {
    refuse_others(name, "create");
    layout::Identity identity = plan_identity(plan, name.kind);
    const CreationLock lock(name, lock_timeout_ms);
    const Name before = look_at(name);
    if (before == Name::taken) return nullptr;
    TemporaryObject temporary(temporary_path(name));
    DUMMYCACHE_KILL_POINT("create.no_temporary");
    Backing backing = Backing::create(name.kind, temporary.path(), identity.mode);
    static_cast<void>(share_byte(backing.descriptor(), layout::kMappedByte));
    DUMMYCACHE_KILL_POINT("create.temporary");
    size_and_reserve(backing.descriptor(), name.path, identity);
    auto region = backing.map(identity.segment_bytes);
    auto* const base = static_cast<std::byte*>(region.get_address());
    if (name.kind == Kind::file) prepare(base, backing.descriptor(), name.path, identity);
    format(base, plan, identity);
    auto segment = assemble(name, identity, {std::move(backing), std::move(region)});
    if (plan.fill) plan.fill(*segment);
    DUMMYCACHE_KILL_POINT("create.filled");
    const bool named =
        before == Name::empty_file ? temporary.replace_empty_file(name.path) : temporary.rename_to(name.path);
    if (!named) return nullptr;
    DUMMYCACHE_KILL_POINT("create.named");
    return segment;
}

std::unique_ptr<Segment> Segment::create_private(const SegmentPlan& plan) {
    layout::Identity identity = plan_identity(plan, Kind::private_memory);
    const SegmentName name{Kind::private_memory, "(private)", "", {}};
    Backing backing;
    auto region = backing.map(identity.segment_bytes);
    HugePages::hint({static_cast<std::byte*>(region.get_address()), region.get_size()});
    format(static_cast<std::byte*>(region.get_address()), plan, identity);
    auto segment = assemble(name, identity, {std::move(backing), std::move(region)});
    if (plan.fill) plan.fill(*segment);
    return segment;
}

}  // namespace dummycache::ipc
