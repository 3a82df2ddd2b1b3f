// SPDX-License-Identifier: MIT
#include "store/cache/boot_import.hpp"

#include <cerrno>
#include <cstdio>

#include "ipc/error.hpp"
#include "ipc/machine_clock.hpp"
#include "ipc/os/file_descriptor.hpp"
#include "ipc/segment/creation_lock.hpp"
#include "ipc/segment/segment.hpp"
#include "store/cache/copied_entry.hpp"
#include "store/cache/create.hpp"
#include "store/cache/image.hpp"

namespace dummycache::store {

namespace {

/// The clock word for the new file. It goes on where the old file's clock would be now. The boot clock of
/// the old boot would show the distance of the wall clock from the beginning of that boot.
std::uint64_t continued_clock(const layout::Identity& old, std::uint64_t word) {
    // Unsigned arithmetic: the numbers of a damaged file may be anything.
    const std::uint64_t boot_us =
        static_cast<std::uint64_t>(ipc::wall_us()) - static_cast<std::uint64_t>(old.boot_realtime_us);
    return ipc::CacheClock::word_after_boot(word, static_cast<std::int64_t>(boot_us));
}

Options options_of(const ipc::Segment& old, const Options& options) {
    Options same = options;
    same.capacity = old.identity().capacity_bytes;
    same.mode = old.identity().mode;
    same.when_full = static_cast<WhenFull>(old.identity().store[layout::kWhenFull]);
    return same;
}

void copy_entries(const Memory& from, Attachment& to) {
    const std::uint64_t now_us = to.now_us();
    visit_entries(from, now_us, Validation::checked, [&](const EntryView& entry) {
        store_copied_entry(to, "import", entry, now_us, Condition::if_absent);
        return true;
    });
}

}  // namespace

void import_from_another_boot(const ipc::SegmentName& name, const Options& options) {
    const auto timeout_ms = static_cast<std::uint64_t>(options.lock_timeout.count());
    const ipc::CreationLock lock(name, timeout_ms);
    const auto old = ipc::Segment::attach(name, layout_hash());
    if (old->is_from_this_boot()) return;
    const std::string path = name.path + ".dummycache-import";
    const ipc::SegmentName temporary{ipc::Kind::file, path, path, {}};
    ipc::Segment::remove(temporary, timeout_ms);
    {
        const Memory from(*old, old->base());
        const auto to = create_cache(temporary, options_of(*old, options),
                                     [&](const ipc::Segment& segment) { ipc::copy_clients(*old, segment); });
        if (!to)
            throw ipc::Error(ipc::Fault::busy, "open: " + path + " is in the way of an import; remove it");
        to->memory.superblock->clock.store(continued_clock(old->identity(), from.superblock->clock.load()));
        copy_entries(from, *to);
        forget_write_times(*to, "import");
    }
    if (std::rename(path.c_str(), name.path.c_str()) != 0) throw ipc::system_error(errno, "rename " + path);
}

}  // namespace dummycache::store
