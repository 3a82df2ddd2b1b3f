// SPDX-License-Identifier: MIT
#include "store/cache/abandoned.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <set>

#include <fmt/format.h>

#include "dummycache/error.hpp"
#include "ipc/error.hpp"
#include "ipc/os/file_descriptor.hpp"
#include "ipc/process/owned_name.hpp"
#include "ipc/segment/creation_lock.hpp"
#include "store/cache/checkpoints.hpp"
#include "store/cache/stats.hpp"

namespace dummycache::store {

namespace {

bool is_abandoned(const Attachment& attachment, const std::string& checkpoint) {
    return ipc::is_abandoned(*attachment.segment, checkpoint);
}

/// Whether a living process will go back to one of these checkpoints.
bool has_living_owner(const Attachment& attachment, const std::vector<std::string>& checkpoints) {
    return std::ranges::any_of(checkpoints, [&](const std::string& name) {
        return ipc::number_in(name).has_value() && !is_abandoned(attachment, name);
    });
}

/// Calls a function on a checkpoint. False if the checkpoint does not exist any more, or is lost.
template <class Call>
bool worked_on_checkpoint(Call call) {
    try {
        call();
        return true;
    } catch (const Error& error) {
        if (error.code() != ErrorCode::no_checkpoint && error.code() != ErrorCode::checkpoint_lost) throw;
        return false;
    }
}

/// Empty if another process was faster.
std::string clear_one(Attachment& attachment, const std::string& name, bool go_back) {
    const bool is_back = go_back && worked_on_checkpoint([&] { roll_back(attachment, name); });
    if (!worked_on_checkpoint([&] { release_checkpoint(attachment, name); })) return {};
    const std::string cache = described(*attachment.segment);
    if (is_back)
        return fmt::format(
            "took the {} back to the checkpoint '{}', which a command that was killed had left", cache, name);
    const char* const why = go_back ? "it was lost" : "others use the cache";
    return fmt::format(
        "released the checkpoint '{}' of the {}, which a command that was killed had left; {}, so the "
        "entries "
        "stay as "
        "they are",
        name, cache, why);
}

/// Names, as for parse_name, of what lies beside a cache in a file and belongs to a fork of it.
std::set<std::string> forks_of_file(const ipc::SegmentName& name) {
    std::set<std::string> found;
    const std::string prefix = name.path + ".";
    const std::array<std::string, 2> suffixes{ipc::temporary_path(name).substr(name.path.size()),
                                              ipc::lock_path(name).substr(name.path.size())};
    std::error_code error;
    for (std::filesystem::directory_iterator entry(ipc::directory_of(name.path), error), end;
         !error && entry != end; entry.increment(error)) {
        std::string path = entry->path().string();
        for (const std::string& suffix : suffixes)
            if (path.ends_with(suffix)) path.resize(path.size() - suffix.size());
        if (path.starts_with(prefix) && ipc::number_in(path)) found.insert(path);
    }
    return found;
}

std::set<std::string> forks_in_shared_memory(const ipc::SegmentName& name) {
    std::set<std::string> found;
    const std::string prefix = name.text + ".";
    const auto add = [&](const std::string& text) {
        if (text.starts_with(prefix) && ipc::number_in(text)) found.insert(text);
    };
    for (const std::string& text : ipc::Segment::list()) add(text);
    for (const ipc::SegmentName& unfinished : ipc::Segment::list_unfinished()) add(unfinished.text);
    return found;
}

/// What was done; empty if nothing.
std::string remove_if_abandoned(const ipc::SegmentName& name) {
    try {
        if (is_abandoned_cache(name))
            return ipc::Segment::remove(name, 0)
                       ? fmt::format("removed the cache '{}', which a command that was killed had left",
                                     name.text)
                       : "";
    } catch (const ipc::Error& error) {
        if (error.fault() != ipc::Fault::not_found) return {};
    }
    try {
        static_cast<void>(ipc::Segment::remove_unfinished(name, false));
    } catch (const ipc::Error&) {
        // Another user's, or on a file system that is read only.
    }
    return {};
}

}  // namespace

bool others_attached(Attachment& attachment) {
    return std::ranges::any_of(info(attachment).processes, [](const AttachedProcess& process) {
        return process.alive && !process.is_self;
    });
}

std::vector<std::string> abandoned_checkpoints(const Attachment& attachment) {
    std::vector<std::string> names = held_checkpoints(attachment.memory);
    std::erase_if(names, [&](const std::string& name) { return !is_abandoned(attachment, name); });
    return names;
}

std::vector<std::string> clear_abandoned_checkpoints(Attachment& attachment) {
    const std::vector<std::string> held = held_checkpoints(attachment.memory);
    std::vector<std::string> done;
    if (abandoned_checkpoints(attachment).empty()) return done;
    bool go_back = !has_living_owner(attachment, held) && !others_attached(attachment);
    for (auto name = held.rbegin(); name != held.rend(); ++name) {
        if (!is_abandoned(attachment, *name)) {
            go_back = false;
            continue;
        }
        if (std::string what = clear_one(attachment, *name, go_back); !what.empty())
            done.push_back(std::move(what));
    }
    return done;
}

bool is_abandoned_cache(const ipc::SegmentName& name) {
    return ipc::number_in(name.text).has_value() && !ipc::Segment::in_use(name);
}

std::vector<std::string> remove_abandoned_forks(const Attachment& attachment) {
    const ipc::SegmentName& name = attachment.segment->name();
    std::vector<std::string> done;
    if (name.kind == ipc::Kind::private_memory) return done;
    for (const std::string& fork :
         name.kind == ipc::Kind::file ? forks_of_file(name) : forks_in_shared_memory(name)) {
        if (std::string what = remove_if_abandoned(ipc::parse_name(fork)); !what.empty())
            done.push_back(std::move(what));
    }
    return done;
}

}  // namespace dummycache::store
