// SPDX-License-Identifier: MIT
#include "store/cache/open.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "dummycache/error.hpp"
#include "dummycache/text.hpp"
#include "ipc/error.hpp"
#include "store/cache/boot_import.hpp"
#include "store/cache/create.hpp"
#include "store/cache/give_back.hpp"
#include "store/cache/stats.hpp"
#include "store/shard/shard_guard.hpp"

namespace dummycache::store {

namespace {

std::string size_text(std::uint64_t bytes) {
    constexpr std::uint64_t kMiB = std::uint64_t{1} << 20;
    return bytes % kMiB == 0 ? fmt::format("{} MiB", bytes / kMiB) : fmt::format("{} bytes", bytes);
}

/// Throws ErrorCode::different if the cache is not as the options say, and the caller wants to know.
void check_same(const ipc::Segment& segment, const Options& options) {
    if (options.when_different != WhenDifferent::refuse) return;
    const layout::Identity& identity = segment.identity();
    const auto text = [](std::uint64_t when_full) {
        return when_full == static_cast<std::uint64_t>(WhenFull::evict) ? "evict" : "refuse";
    };
    const auto when_full = static_cast<std::uint64_t>(options.when_full);
    std::string differences;
    const auto add = [&](std::string_view difference) {
        differences.append(differences.empty() ? "" : ", and ").append(difference);
    };
    if (identity.capacity_bytes != options.capacity)
        add(fmt::format("a capacity of {}, not {}", size_text(identity.capacity_bytes),
                        size_text(options.capacity)));
    if (identity.mode != options.mode)
        add(fmt::format("mode {:04o}, not {:04o}", identity.mode, options.mode));
    if (identity.store[layout::kWhenFull] != when_full)
        add(fmt::format("when_full {}, not {}", text(identity.store[layout::kWhenFull]), text(when_full)));
    if (differences.empty()) return;
    throw Error(ErrorCode::different,
                fmt::format("open: {} exists with {}; open it as it is, or remove it first",
                            described(segment), differences));
}

std::shared_ptr<Attachment> attach_to(const ipc::SegmentName& name, const Options& options) {
    auto segment = ipc::Segment::attach(name, layout_hash());
    check_same(*segment, options);
    if (name.kind == ipc::Kind::file && !segment->is_from_this_boot()) {
        segment.reset();
        import_from_another_boot(name, options);
        segment = ipc::Segment::attach(name, layout_hash());
        check_same(*segment, options);  // another process may have replaced it
    }
    return join(std::move(segment), options);
}

/// The names UID:NAME of other users' caches of this name that let this user in.
std::string others_called(std::string_view name) {
    std::string found;
    for (const ipc::OthersName& other : ipc::Segment::list_of_others()) {
        if (other.name == name)
            found += fmt::format("{}{}:{}", found.empty() ? "" : ", ", other.uid, other.name);
    }
    return found;
}

}  // namespace

std::shared_ptr<Attachment> attach_cache(const ipc::SegmentName& name, const Options& options) {
    try {
        return attach_to(name, options);
    } catch (const ipc::Error& error) {
        const bool may_be_others = name.kind == ipc::Kind::shared && !name.other_user;
        if (error.fault() != ipc::Fault::not_found || !may_be_others) throw;
        const std::string others = others_called(name.text);
        if (others.empty()) throw;
        throw ipc::Error(
            ipc::Fault::not_found,
            fmt::format("you have no cache called {} ({}); another user's is open to you: {}; open it by "
                        "that name, or create your own",
                        name.text, name.path, others));
    }
}

std::shared_ptr<Attachment> open_cache(const ipc::SegmentName& name, const Options& options) {
    check_options(options);
    // Another process may create or remove the cache between two steps. A few rounds of that are bad luck.
    // After a hundred, some process does it in a loop.
    constexpr int kRounds = 100;
    for (int round = 0;; ++round) {
        try {
            return attach_to(name, options);
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
            listed.last_used = ipc::Segment::last_use(name);
            auto segment = ipc::Segment::attach(name, layout_hash());
            listed.capacity_bytes = segment->identity().capacity_bytes;
            listed.committed_bytes = segment->committed_bytes();
            Attachment attachment(std::move(segment), Options().lock_timeout, ipc::Joins::when_it_writes);
            listed.entries = stats(attachment).entries;
            const auto processes = info(attachment).processes;
            listed.processes =
                static_cast<std::uint64_t>(std::ranges::count(processes, true, &AttachedProcess::alive));
        } catch (const ipc::Error& error) {
            if (error.fault() == ipc::Fault::not_found) continue;  // removed meanwhile
            listed.problem = text::visible(error.what());
        }
        listed.uid = ipc::this_user();
        caches.push_back(std::move(listed));
    }
    return caches;
}

std::vector<ListedCache> list_caches_of_others() {
    std::vector<ListedCache> caches;
    for (const ipc::OthersName& other : ipc::Segment::list_of_others()) {
        ListedCache listed;
        listed.name = fmt::format("{}:{}", other.uid, other.name);
        listed.path = ipc::parse_name(listed.name).path;
        listed.uid = other.uid;
        caches.push_back(std::move(listed));
    }
    return caches;
}

bool remove_cache(std::string_view name) { return ipc::Segment::remove(ipc::parse_name(name), 1000); }

}  // namespace dummycache::store
