// SPDX-License-Identifier: MIT
#include "store/cache/prune.hpp"

#include <fmt/format.h>

#include "dummycache/cache.hpp"
#include "dummycache/text.hpp"
#include "ipc/error.hpp"
#include "ipc/machine_clock.hpp"
#include "store/cache/abandoned.hpp"
#include "store/cache/create.hpp"
#include "store/cache/image.hpp"
#include "store/cache/stats.hpp"

namespace dummycache::store {

namespace {

constexpr std::uint64_t kLockTimeoutMs = 1000;

bool is_empty(Attachment& attachment) {
    bool empty = true;
    visit(attachment, [&](const EntryView&) { return empty = false; });
    return empty;
}

/// Not one of the cache's processes, unless there is something to clear.
Attachment looking_into(const ipc::SegmentName& name) {
    return {ipc::Segment::attach(name, layout_hash()), std::chrono::milliseconds(kLockTimeoutMs),
            ipc::Joins::when_it_writes};
}

/// Why a cache that no process uses is garbage. Throws Fault::not_a_segment if it is damaged.
std::string reason_of_unused(const ipc::SegmentName& name, const GarbageOptions& options) {
    const std::chrono::system_clock::time_point now{std::chrono::microseconds(ipc::wall_us())};
    const auto unused = now - ipc::Segment::last_use(name);
    if (options.older_than && unused < *options.older_than) return {};
    Attachment attachment = looking_into(name);
    if (others_attached(attachment)) return {};  // also one that has closed the descriptor with its lock
    if (options.older_than)
        return fmt::format("unused for {} s", std::chrono::floor<std::chrono::seconds>(unused).count());
    return is_empty(attachment) ? "empty" : "";
}

/// Why a cache is garbage. Empty if it is not: a process uses it, or another version made it, or it is
/// being removed.
std::string reason_of(const ipc::SegmentName& name, const GarbageOptions& options) {
    try {
        if (ipc::Segment::in_use(name)) return {};
        if (is_abandoned_cache(name)) return "left by a command that was killed";
        return reason_of_unused(name, options);
    } catch (const ipc::Error& error) {
        return error.fault() == ipc::Fault::not_a_segment ? "damaged: " + text::visible(error.what()) : "";
    }
}

/// What was done, or with `dry_run` would be done, about checkpoints that killed processes left in a cache.
std::vector<std::string> clear_checkpoints(const ipc::SegmentName& name, bool dry_run) {
    try {
        Attachment attachment = looking_into(name);
        std::vector<std::string> names = abandoned_checkpoints(attachment);
        if (names.empty() || !dry_run) return clear_abandoned_checkpoints(attachment);
        for (std::string& text : names)
            text = fmt::format("the checkpoint '{}' was left by a command that was killed", text);
        return names;
    } catch (const ipc::Error&) {
        return {};  // damaged, in the hands of another process, or removed meanwhile
    }
}

bool remove_if_unused(const ipc::SegmentName& name) {
    return ipc::Segment::remove_unused(name, kLockTimeoutMs) == ipc::Segment::Removal::removed;
}

}  // namespace

std::vector<Garbage> collect_garbage(const GarbageOptions& options) {
    std::vector<Garbage> all;
    const auto collect = [&](const ipc::SegmentName& name, std::string reason, auto remove) {
        Garbage garbage{name.text, name.path, std::move(reason), {}};
        try {
            if (!remove()) return;
        } catch (const ipc::Error& error) {
            garbage.problem = text::visible(error.what());
        }
        all.push_back(std::move(garbage));
    };
    for (const ipc::SegmentName& name : ipc::Segment::list_unfinished()) {
        if (!glob_matches(options.match, name.text)) continue;
        collect(name, "left by a creator that did not finish",
                [&] { return ipc::Segment::remove_unfinished(name, options.dry_run); });
    }
    for (const std::string& text : ipc::Segment::list()) {
        const ipc::SegmentName name = ipc::parse_name(text);
        if (!glob_matches(options.match, text)) continue;
        for (std::string& what : clear_checkpoints(name, options.dry_run))
            all.push_back({name.text, name.path, std::move(what), {}});
        if (std::string reason = reason_of(name, options); !reason.empty())
            collect(name, std::move(reason), [&] { return options.dry_run || remove_if_unused(name); });
    }
    return all;
}

}  // namespace dummycache::store
