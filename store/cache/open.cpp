// SPDX-License-Identifier: MIT
#include "store/cache/open.hpp"

#include "ipc/error.hpp"
#include "store/cache/boot_import.hpp"
#include "store/cache/create.hpp"

namespace dummycache::store {

namespace {

std::shared_ptr<Attachment> attach_to(const ipc::SegmentName& name, const Options& options) {
    auto segment = ipc::Segment::attach(name, layout_hash());
    if (name.kind == ipc::Kind::file && !segment->is_from_this_boot()) {
        segment.reset();
        import_from_another_boot(name, options);
        segment = ipc::Segment::attach(name, layout_hash());
    }
    return std::make_shared<Attachment>(std::move(segment), options.lock_timeout);
}

}  // namespace

std::shared_ptr<Attachment> attach_cache(std::string_view name, const Options& options) {
    return attach_to(ipc::parse_name(name), options);
}

std::shared_ptr<Attachment> open_cache(std::string_view name, const Options& options) {
    const ipc::SegmentName parsed = ipc::parse_name(name);
    check_options(options);
    // Another process may create or remove the cache between two steps. A few rounds of that are bad luck.
    // After a hundred, some process does it in a loop.
    constexpr int kRounds = 100;
    for (int round = 0;; ++round) {
        try {
            return attach_to(parsed, options);
        } catch (const ipc::Error& error) {
            const bool gone = error.fault() == ipc::Fault::not_found || error.fault() == ipc::Fault::removed;
            if (!gone || round == kRounds) throw;
        }
        try {
            if (auto created = create_cache(name, options)) return created;
        } catch (const ipc::Error& error) {
            if (error.fault() != ipc::Fault::removed || round == kRounds) throw;
        }
    }
}

std::vector<ListedCache> list_caches() {
    std::vector<ListedCache> caches;
    for (const std::string& text : ipc::Segment::list()) {
        ListedCache listed;
        listed.name = text;
        try {
            const ipc::SegmentName name = ipc::parse_name(text);
            listed.path = name.path;
            const auto segment = ipc::Segment::attach(name, layout_hash());
            listed.capacity_bytes = segment->identity().capacity_bytes;
            listed.committed_bytes = segment->committed_bytes();
        } catch (const ipc::Error& error) {
            if (error.fault() == ipc::Fault::not_found) continue;  // removed meanwhile
            listed.problem = error.what();
        }
        caches.push_back(std::move(listed));
    }
    return caches;
}

bool remove_cache(std::string_view name) { return ipc::Segment::remove(ipc::parse_name(name), 1000); }

}  // namespace dummycache::store
