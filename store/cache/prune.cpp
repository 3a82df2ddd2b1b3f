// SPDX-License-Identifier: MIT
#include "store/cache/prune.hpp"

#include <fmt/format.h>

#include "dummycache/text.hpp"
#include "ipc/error.hpp"
#include "store/cache/abandoned.hpp"
#include "store/cache/image.hpp"
#include "store/cache/open.hpp"

namespace dummycache::store {

namespace {

constexpr std::uint64_t kLockTimeoutMs = 1000;

bool is_empty(Attachment& attachment) {
    bool empty = true;
    visit(attachment, [&](const EntryView&) { return empty = false; });
    return empty;
}

/// Why a cache is garbage. Empty if it is not: a process uses it, or another version made it, or it is
/// being removed.
std::string reason_of(const ipc::SegmentName& name) {
    Options options;
    options.lock_timeout = std::chrono::milliseconds(kLockTimeoutMs);
    try {
        if (ipc::Segment::in_use(name)) return {};
        if (is_abandoned_cache(name)) return "left by a command that was killed";
        const auto attachment = attach_cache(name.text, options);
        return is_empty(*attachment) && !others_attached(*attachment) ? "empty" : "";
    } catch (const ipc::Error& error) {
        return error.fault() == ipc::Fault::not_a_segment ? "damaged: " + text::visible(error.what()) : "";
    }
}

/// What was done, or with `dry_run` would be done, about checkpoints that killed processes left in a cache.
std::vector<std::string> clear_checkpoints(const ipc::SegmentName& name, bool dry_run) {
    Options options;
    options.lock_timeout = std::chrono::milliseconds(kLockTimeoutMs);
    try {
        const auto attachment = attach_cache(name.text, options);
        std::vector<std::string> names = abandoned_checkpoints(*attachment);
        if (names.empty() || !dry_run) return clear_abandoned_checkpoints(*attachment);
        for (std::string& text : names)
            text = fmt::format("the checkpoint '{}' was left by a command that was killed", text);
        return names;
    } catch (const ipc::Error&) {
        return {};  // damaged, in the hands of another process, or removed meanwhile
    }
}

}  // namespace

std::vector<Garbage> collect_garbage(bool dry_run) {
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
        collect(name, "left by a creator that did not finish",
                [&] { return ipc::Segment::remove_unfinished(name, dry_run); });
    }
    for (const std::string& text : ipc::Segment::list()) {
        const ipc::SegmentName name = ipc::parse_name(text);
        for (std::string& what : clear_checkpoints(name, dry_run))
            all.push_back({name.text, name.path, std::move(what), {}});
        if (std::string reason = reason_of(name); !reason.empty()) {
            collect(name, std::move(reason),
                    [&] { return dry_run || ipc::Segment::remove(name, kLockTimeoutMs); });
        }
    }
    return all;
}

}  // namespace dummycache::store
