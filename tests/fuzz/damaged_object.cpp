// SPDX-License-Identifier: MIT
#include "fuzz/damaged_object.hpp"

#include <algorithm>
#include <iterator>
#include <stdexcept>

#include <fcntl.h>
#include <unistd.h>

#include "ipc/segment/control_area.hpp"
#include "ipc/segment/identity.hpp"
#include "store/layout/entry_ref.hpp"

namespace dummycache::fuzz {

namespace {

constexpr std::uint64_t kDeadOwner = std::uint64_t{7} << 32 | 5;  // slot 4 in a generation it never had

constexpr std::uint64_t kEdges[] = {0,
                                    1,
                                    7,
                                    8,
                                    layout::kPageBytes - 8,
                                    layout::kPageBytes - 1,
                                    layout::kPageBytes,
                                    layout::kPageBytes + 8,
                                    0x7fffffff,
                                    0x80000000,
                                    0xfffffff8,
                                    0xffffffff,
                                    std::uint64_t{1} << 38,
                                    std::uint64_t{1} << 62,
                                    (std::uint64_t{1} << 63) - 1,
                                    std::uint64_t{1} << 63,
                                    ~std::uint64_t{0}};

std::uint64_t pick(const std::vector<std::uint64_t>& offsets, std::uint64_t index) {
    return offsets.empty() ? 0 : offsets[index % offsets.size()];
}

}  // namespace

DamagedObject::DamagedObject(const GoodImage& image)
    : image_(image),
      name_(object_name(image.kind)),
      bytes_(image.bytes.size()),
      file_(::open(name_.path.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600)) {
    if (!file_.valid()) throw std::runtime_error("cannot make " + name_.path);
    store(0, image.bytes.data(), image.bytes.size());
}

DamagedObject::~DamagedObject() { remove_objects(); }

std::uint64_t DamagedObject::load(std::uint64_t offset) const {
    std::uint64_t word = 0;
    if (offset < bytes_)
        static_cast<void>(::pread(file_.get(), &word, sizeof word, static_cast<off_t>(offset)));
    return word;
}

void DamagedObject::store(std::uint64_t offset, const void* bytes, std::size_t count) {
    if (offset >= bytes_) return;
    count = std::min(count, bytes_ - offset);
    if (::pwrite(file_.get(), bytes, count, static_cast<off_t>(offset)) != static_cast<ssize_t>(count))
        throw std::runtime_error("cannot write " + name_.path);
}

std::uint64_t DamagedObject::shard_offset(std::uint32_t shard) const {
    return image_.identity.store[ipc::kStoreObjects + layout::kShardTable] + shard * sizeof(layout::Shard);
}

std::uint64_t DamagedObject::offset_of(Place place, std::uint16_t index, std::uint8_t field,
                                       std::uint64_t value) const {
    const layout::Identity& identity = image_.identity;
    const auto word_of = [](std::size_t bytes, std::uint64_t number) { return number % (bytes / 4) * 4; };
    switch (place) {
        case Place::raw: return (std::uint64_t{index} << 8 | field) * 8 % image_.bytes.size();
        case Place::identity: return word_of(sizeof identity, index);
        case Place::boost: {
            // Between one object's end and the next one's header, and before the first.
            const std::uint64_t first = image_.objects.front() - layout::kIdentityBytes;
            return layout::kIdentityBytes +
                   (field % 4 != 0 ? word_of(first, index) : index * std::uint64_t{4});
        }
        case Place::object_header:
            return pick(image_.objects, index) - sizeof(layout::ObjectHeader) +
                   word_of(sizeof(layout::ObjectHeader), field);
        case Place::superblock: return identity.superblock_offset + word_of(256, index);
        case Place::process:
            return identity.process_table_offset + index % 8 * sizeof(layout::ProcessSlot) +
                   word_of(sizeof(layout::ProcessSlot), field);
        case Place::page_info:
            return identity.page_table_offset + index % identity.pages * sizeof(layout::PageInfo) +
                   word_of(sizeof(layout::PageInfo), field);
        case Place::shard: return shard_offset(index % image_.shards) + word_of(208, field);
        case Place::directory:
            return identity.store[ipc::kStoreObjects + layout::kDirectories] +
                   index % image_.directory_words * sizeof(layout::DirectoryWord);
        case Place::free_map: return identity.free_map_offset + word_of(64, field);
        case Place::bucket: return pick(image_.buckets, index) + word_of(sizeof(layout::Bucket), field);
        case Place::slot: return pick(image_.slots, index);
        case Place::mark:
            return pick(image_.buckets, index) / layout::kPageBytes * layout::kPageBytes +
                   offsetof(layout::IndexPage, marks) + value % 3640;
        default: return pick(image_.entries, index) + field % 16 * 4;
    }
}

void DamagedObject::edit(const Step& step) {
    const std::uint64_t offset = offset_of(step.place, step.index, step.field, step.value);
    const std::uint64_t now = load(offset);
    std::uint64_t word = step.value;
    std::size_t count = sizeof word;
    switch (step.how) {
        case How::half: count = 4; break;
        case How::byte: count = 1; break;
        case How::flip: word = now ^ std::uint64_t{1} << step.value % 64; break;
        case How::add: word = now + static_cast<std::uint64_t>(static_cast<std::int8_t>(step.value)); break;
        case How::page:
            word = step.value % (image_.identity.pages + 3);
            count = 4;
            break;
        case How::edge:
            word = kEdges[step.value % std::size(kEdges)];
            count = step.other % 2 == 0 ? 4 : 8;
            break;
        case How::copy:
            word = load(offset_of(step.place, step.other, step.field, step.value));
            count = step.value % 2 == 0 ? 4 : 8;
            break;
        case How::owner:
            word = layout::owner_word(static_cast<layout::PageKind>(step.other % 7),
                                      static_cast<std::uint32_t>(step.value % 4));
            break;
        case How::slot:
            // The last bytes of a page are where a header or a key does not fit any more.
            word = (now & ~layout::kOffsetMask) |
                   (step.other % (image_.identity.pages + 2) * layout::kPageBytes +
                    (step.value % 2 == 0 ? layout::kPageBytes - step.value % 64
                                         : step.value % layout::kPageBytes)) /
                       8;
            break;
        case How::lengths:
            word = (step.value & 0xff) << (layout::kValueShift + step.other % 31) | (step.value >> 8 & 0xffff)
                                                                                        << layout::kKeyShift;
            break;
        case How::dead_lock: word = kDeadOwner; break;
        default: break;
    }
    store(offset, &word, count);
}

void DamagedObject::resize(const Step& step) {
    const std::uint64_t most = image_.bytes.size() + 2 * layout::kPageBytes;
    const std::uint64_t bytes = step.field % 2 == 0 ? step.value % most : image_.identity.arena_offset;
    if (::ftruncate(file_.get(), static_cast<off_t>(bytes)) == 0) bytes_ = bytes;
}

void DamagedObject::kill_writers() {
    const std::uint64_t dirty = 1;
    for (std::uint32_t i = 0; i < image_.shards; ++i) {
        store(shard_offset(i) + offsetof(layout::Shard, lock), &kDeadOwner, sizeof kDeadOwner);
        store(shard_offset(i) + offsetof(layout::Shard, dirty), &dirty, sizeof dirty);
    }
}

void DamagedObject::rehash(bool control) {
    layout::Identity identity{};
    if (::pread(file_.get(), &identity, sizeof identity, 0) != sizeof identity) return;
    if (control) {
        std::vector<std::byte> bytes(image_.identity.free_map_offset);
        static_cast<void>(::pread(file_.get(), bytes.data(), bytes.size(), 0));
        try {
            identity.control_hash = ipc::hash_control_area(bytes.data(), bytes.size(), image_.objects);
        } catch (const ipc::Error&) {  // an object's header makes no sense: it is refused for that
        }
    }
    identity.identity_hash = ipc::hash_identity(identity);
    store(0, &identity, sizeof identity);
}

void DamagedObject::finish(std::uint8_t flags) {
    if ((flags & kDirty) != 0) kill_writers();
    if ((flags & kOtherBoot) != 0) {
        const std::uint64_t boot = load(offsetof(layout::Identity, boot_id)) + 1;
        store(offsetof(layout::Identity, boot_id), &boot, sizeof boot);
    }
    if ((flags & (kRehashIdentity | kOtherBoot)) != 0) rehash((flags & kRehashControl) != 0);
}

}  // namespace dummycache::fuzz
