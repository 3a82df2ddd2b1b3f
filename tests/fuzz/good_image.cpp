// SPDX-License-Identifier: MIT
#include "fuzz/good_image.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <stdexcept>

#include <unistd.h>

#include "dummycache/cache.hpp"
#include "ipc/segment/creation_lock.hpp"
#include "ipc/segment/identity.hpp"
#include "store/cache/create.hpp"
#include "store/layout/attachment.hpp"
#include "store/layout/entry_ref.hpp"
#include "support/test_cache.hpp"

namespace dummycache::fuzz {

namespace {

using namespace std::chrono_literals;

constexpr std::uint64_t kCapacity = 1 << 20;
constexpr std::uint64_t kInstantUs = 1'000'000'000;

/// How a good image is made.
struct Recipe {
    ipc::Kind kind;
    std::uint32_t shards;
    WhenFull when_full;
    void (*fill)(Cache& cache, std::vector<std::string>& keys);
};

std::string text(std::size_t bytes, std::size_t seed) {
    std::string result(bytes, '\0');
    for (std::size_t i = 0; i < bytes; ++i) result[i] = static_cast<char>('a' + (i * 7 + seed) % 26);
    return result;
}

/// Small and large values, a key that lies in overflow pages, counters, deadlines.
void fill_with_every_kind(Cache& cache, std::vector<std::string>& keys) {
    for (std::size_t i = 0; i < 24; ++i) {
        keys.push_back("k" + std::to_string(i));
        cache.set(keys.back(), text(i * 37, i), i % 3 == 0 ? Timeout(60s) : Timeout());
    }
    keys.emplace_back("n");
    cache.incr(keys.back(), 41);
    keys.emplace_back("large");
    cache.set(keys.back(), text(100'000, 1));
    keys.emplace_back("larger");
    cache.set(keys.back(), text(40'000, 2), Timeout(30s));
    keys.push_back(text(9000, 3));
    cache.set(keys.back(), text(30'000, 4));
    for (std::size_t i = 0; i < 3; ++i) cache.erase("k" + std::to_string(i + 20));
}

/// So many keys that index pages are split and buckets spill.
void fill_index(Cache& cache, std::vector<std::string>& keys) {
    for (std::size_t i = 0; i < 5'400; ++i) {
        const std::string key = "i" + std::to_string(i);
        if (i % 600 == 0) keys.push_back(key);
        cache.set(key, text(i % 5, i));
    }
}

/// Until pages come from compaction and eviction; some entries are marked as read.
void fill_log(Cache& cache, std::vector<std::string>& keys) {
    try {
        for (std::size_t i = 0; i < 1'500; ++i) {
            const std::string key = "f" + std::to_string(i % 900);
            cache.set(key, text(700 + i % 300, i), i % 5 == 0 ? Timeout(10s) : Timeout());
            if (i % 3 == 0) static_cast<void>(cache.contains("f" + std::to_string(i % 50)));
            if (i % 400 == 0) cache.set("large" + std::to_string(i / 400), text(50'000, i));
        }
    } catch (const Error& error) {
        if (error.code() != ErrorCode::full) throw;
    }
    cache.visit([&](const EntryView& entry) {
        if (keys.size() < 24) keys.emplace_back(entry.key);
        return keys.size() < 24;
    });
}

/// As create does, but with a number of shards and a secret of our own.
void create(const ObjectName& name, const Recipe& recipe) {
    Options options;
    options.capacity = kCapacity;
    options.when_full = recipe.when_full;
    ipc::SegmentPlan plan = store::plan_for(options, recipe.kind);
    plan.parameters[layout::kShards] = recipe.shards;
    for (ipc::ControlObject& object : plan.objects) object.bytes *= recipe.shards;
    if (!ipc::Segment::create(ipc::parse_name(name.text), plan, 1000))
        throw std::runtime_error(name.path + " is in the way");
    std::fstream file(name.path, std::ios::in | std::ios::out | std::ios::binary);
    layout::Identity identity{};
    file.read(reinterpret_cast<char*>(&identity), sizeof identity);
    for (std::size_t i = 0; i < sizeof identity.secret; ++i)
        identity.secret[i] = static_cast<unsigned char>(i * 151 + 7);
    identity.created_us = kInstantUs;
    identity.identity_hash = ipc::hash_identity(identity);
    file.seekp(0);
    file.write(reinterpret_cast<const char*>(&identity), sizeof identity);
    if (!file.good()) throw std::runtime_error(name.path + " cannot be written");
}

std::vector<std::byte> read_object(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    const std::string all((std::istreambuf_iterator<char>(file)), {});
    const auto* const first = reinterpret_cast<const std::byte*>(all.data());
    return {first, first + all.size()};
}

/// Notes where the slots and entries lie.
void note_index(GoodImage& image, const store::Memory& memory, const std::byte* base) {
    const auto offset_of = [&](const void* at) {
        return static_cast<std::uint64_t>(static_cast<const std::byte*>(at) - base);
    };
    for (std::uint32_t page = 0; page < memory.committed(); ++page) {
        if (layout::kind_of(memory.info(page).owner.load()) != layout::PageKind::index) continue;
        for (layout::Bucket& bucket : memory.index_page(page).buckets) {
            image.buckets.push_back(offset_of(&bucket));
            for (auto& slot : bucket.slots) {
                if (slot.load() == 0) continue;
                image.slots.push_back(offset_of(&slot));
                image.entries.push_back(offset_of(&store::EntryRef::of_slot(memory, slot.load()).header()));
            }
        }
    }
}

GoodImage make(const Recipe& recipe) {
    GoodImage image{};
    image.kind = recipe.kind;
    const ObjectName name = object_name(recipe.kind);
    create(name, recipe);
    {
        Cache cache = Cache::attach(name.text);
        store::Attachment& attachment = test::attachment_of(cache);
        ipc::CacheClock clock(attachment.memory.superblock->clock);
        clock.freeze();
        clock.set(kInstantUs);
        recipe.fill(cache, image.keys);
        note_index(image, attachment.memory, attachment.segment->base());
        image.identity = attachment.segment->identity();
        image.shards = attachment.memory.shard_count;
        image.directory_words = image.shards << attachment.memory.directory_bits;
    }
    image.bytes = read_object(name.path);
    image.objects = ipc::object_offsets(image.identity);
    std::sort(image.objects.begin(), image.objects.end());
    std::byte* const processes = image.bytes.data() + image.identity.process_table_offset;
    std::fill_n(processes, image.identity.process_slots * sizeof(layout::ProcessSlot), std::byte{0});
    Cache::remove(name.text);
    return image;
}

std::string unique_word() { return "dummycache-fuzz-" + std::to_string(::getpid()); }

}  // namespace

const std::vector<GoodImage>& good_images() {
    static const std::vector<GoodImage> images = [] {
        constexpr Recipe kRecipes[] = {{ipc::Kind::shared, 1, WhenFull::evict, fill_with_every_kind},
                                       {ipc::Kind::file, 1, WhenFull::evict, fill_with_every_kind},
                                       {ipc::Kind::shared, 2, WhenFull::evict, fill_index},
                                       {ipc::Kind::shared, 2, WhenFull::evict, fill_log},
                                       {ipc::Kind::file, 1, WhenFull::refuse, fill_log}};
        std::vector<GoodImage> made;
        for (const Recipe& recipe : kRecipes) made.push_back(make(recipe));
        return made;
    }();
    return images;
}

ObjectName object_name(ipc::Kind kind) {
    const std::string path = "/dev/shm/" + unique_word() + ".cache";
    if (kind == ipc::Kind::file) return {path, path};
    return {unique_word(), ipc::parse_name(unique_word()).path};
}

void remove_objects() {
    const std::string file = object_name(ipc::Kind::file).text;
    for (const std::string& text : {object_name(ipc::Kind::shared).text, file, file + ".dummycache-import"}) {
        const ipc::SegmentName name = ipc::parse_name(text);
        for (const std::string& path : {name.path, ipc::lock_path(name), ipc::temporary_path(name)})
            ::unlink(path.c_str());
    }
}

}  // namespace dummycache::fuzz
