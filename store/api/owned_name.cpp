// SPDX-License-Identifier: MIT
#include "dummycache/owned_name.hpp"

#include <fmt/format.h>

#include "ipc/process/owned_name.hpp"
#include "store/api/on_attachment.hpp"
#include "store/api/worker_name.hpp"
#include "store/cache/abandoned.hpp"
#include "store/cache/create.hpp"
#include "store/cache/fork_copy.hpp"

namespace dummycache {

struct OwnedName::Locks {
    std::uint64_t number = 0;
    std::vector<ipc::FileDescriptor> files;
    ipc::FileDescriptor created;  ///< of the cache that `create` made last

    [[nodiscard]] ipc::FileDescriptor take(const Cache& cache) const {
        return ipc::own_number(*store::pinned(cache, "owned name").attachment().segment, number);
    }
};

namespace {

/// Locks the number in a segment that has no name yet. Without /proc that cannot be: then once it has a name.
store::BeforeNaming locking(ipc::FileDescriptor& file, std::uint64_t number) {
    return [&file, number](const ipc::Segment& segment) {
        try {
            file = ipc::own_number(segment, number);
        } catch (const ipc::Error&) {
            file = ipc::FileDescriptor();
        }
    };
}

/// A handle on a new cache, whose number is locked in any case.
std::optional<Cache> owned(std::shared_ptr<store::Attachment> attachment, ipc::FileDescriptor& file,
                           std::uint64_t number) {
    if (!attachment) return std::nullopt;
    if (!file.valid()) file = ipc::own_number(*attachment->segment, number);
    return Cache(detail::Handle(std::move(attachment)));
}

}  // namespace

OwnedName::OwnedName(std::string_view prefix)
    : text_(store::rethrow_as_error([&] { return ipc::new_owned_name(prefix); })),
      locks_(std::make_shared<Locks>()) {
    const auto number = ipc::number_in(text_);
    if (!number)
        throw Error(ErrorCode::invalid_argument,
                    fmt::format("owned name: '{}' is no prefix of one; give exec or bench", prefix));
    locks_->number = *number;
}

void OwnedName::own(const Cache& cache) {
    store::rethrow_as_error([&] { locks_->files.push_back(locks_->take(cache)); });
}

std::optional<Cache> OwnedName::create(std::string_view name, const Options& options) {
    return store::rethrow_as_error([&] {
        ipc::FileDescriptor file;
        auto cache = owned(store::create_cache(ipc::parse_name(store::name_for_worker(name)), options,
                                               locking(file, locks_->number)),
                           file, locks_->number);
        locks_->created = std::move(file);
        return cache;
    });
}

std::optional<Cache> OwnedName::fork(const Cache& from, std::string_view name, const Options& options) {
    return store::rethrow_as_error([&] {
        ipc::FileDescriptor file;
        auto cache =
            owned(store::fork_copy(store::pinned(from, "fork").attachment(), store::name_for_worker(name),
                                   options, locking(file, locks_->number)),
                  file, locks_->number);
        locks_->files.push_back(std::move(file));
        return cache;
    });
}

std::vector<std::string> clear_abandoned(Cache& cache) {
    return store::rethrow_as_error([&] {
        const Cache now = store::pinned(cache, "clear abandoned names");
        std::vector<std::string> done = store::clear_abandoned_checkpoints(now.attachment());
        for (std::string& what : store::remove_abandoned_forks(now.attachment()))
            done.push_back(std::move(what));
        return done;
    });
}

}  // namespace dummycache
