// SPDX-License-Identifier: MIT
// Opens and maps the object behind a segment.
#include "ipc/segment/backing.hpp"

#include <cerrno>

#include <fcntl.h>
#include <sys/mman.h>

#include <fmt/format.h>

#include "ipc/os/huge_pages.hpp"
#include "ipc/os/shared_folder.hpp"
#include "ipc/segment/refusal.hpp"

namespace dummycache::ipc {

namespace {

namespace bip = boost::interprocess;

const char* object_name(const std::string& path) { return path.c_str() + sizeof kSharedFolder - 1; }

}  // namespace

Backing Backing::create(Kind kind, const std::string& path, unsigned mode) {
    Backing backing;
    if (kind == Kind::shared) {
        try {
            const bip::permissions permissions(mode);
            backing.object_ =
                bip::shared_memory_object(bip::create_only, object_name(path), bip::read_write, permissions);
        } catch (const bip::interprocess_exception& failure) {
            throw system_error(failure.get_native_error(), "create " + path);
        }
        return backing;
    }
    backing.file_ = FileDescriptor(open_no_follow(path, O_RDWR | O_CREAT | O_EXCL, 0600));
    // Not by open(): the umask would take away bits that the creator asked for.
    if (!backing.file_.valid() || ::fchmod(backing.file_.get(), mode) != 0)
        throw system_error(errno, "create " + path);
    return backing;
}

Backing Backing::open(const SegmentName& name) {
    Backing backing;
    if (name.kind == Kind::shared) {
        try {
            backing.object_ =
                bip::shared_memory_object(bip::open_only, object_name(name.path), bip::read_write);
        } catch (const bip::interprocess_exception& failure) {
            throw cannot_open(failure.get_native_error(), name);
        }
        return backing;
    }
    backing.file_ = FileDescriptor(open_no_follow(name.path, O_RDWR));
    if (!backing.file_.valid()) throw cannot_open(errno, name);
    return backing;
}

int Backing::descriptor() const noexcept {
    return file_.valid() ? file_.get() : object_.get_mapping_handle().handle;
}

bip::mapped_region Backing::map(std::uint64_t bytes, std::uint64_t offset) const {
    try {
        const bool anonymous = descriptor() < 0;
        const auto access = anonymous ? bip::copy_on_write : bip::read_write;
        AlignedRange range(offset == 0 ? bytes : 0);
        const bip::map_options_t options =
            (anonymous ? MAP_ANONYMOUS | MAP_NORESERVE : 0) | (range.address() != nullptr ? MAP_FIXED : 0);
        bip::mapped_region region(*this, access, static_cast<bip::offset_t>(offset), bytes, range.address(),
                                  options);
        range.release();
        ::madvise(region.get_address(), region.get_size(), MADV_DONTDUMP);
        return region;
    } catch (const bip::interprocess_exception& failure) {
        throw system_error(failure.get_native_error(), fmt::format("map {} bytes of memory", bytes));
    }
}

}  // namespace dummycache::ipc
