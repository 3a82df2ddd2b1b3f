// SPDX-License-Identifier: MIT
// From a handle to the attachment that a call works on.
#pragma once

#include <memory>
#include <utility>

#include "dummycache/cache.hpp"
#include "ipc/error.hpp"
#include "store/api/error_translation.hpp"
#include "store/api/reopener.hpp"
#include "store/shard/shard_guard.hpp"

namespace dummycache::store {

/// A call of a handle that reopens: is made again in the new cache if the old one was removed meanwhile. It takes copies,
/// so that the arguments of the usual case stay in registers.
template <class Call, class... Arguments>
[[gnu::noinline, gnu::cold]] auto call_reopening(Reopener* reopener, Call call, Arguments... arguments)
    -> decltype(call(std::declval<Attachment&>(), arguments...)) {
    // Another process may remove the cache again and again. After a hundred rounds it does so in a loop.
    constexpr int kRounds = 100;
    reopener->look_at_name();
    for (int round = 0;; ++round) {
        const Reopener::Stay stay(*reopener);
        try {
            check_not_removed(stay.attachment(), "this call");  // not every call looks
            return call(stay.attachment(), arguments...);
        } catch (const ipc::Error& error) {
            if (error.fault() != ipc::Fault::removed || round == kRounds) throw;
            reopener->go_on(stay.attachment());
        }
    }
}

/// Calls `call` with the attachment of this moment and the arguments. Only dummycache::Error, and what the user's own
/// functions throw, leaves it. `call` must be fit to be made again from its beginning. In a call that has to be fast it
/// captures nothing: a closure would lie in memory.
template <class Call, class... Arguments>
[[gnu::always_inline]] inline decltype(auto) on_attachment(const Cache& cache, Call call,
                                                           Arguments... arguments) {
    return rethrow_as_error([&]() -> decltype(auto) {
        if (Attachment* const fixed = cache.handle().fixed(); fixed != nullptr) [[likely]]
            return call(*fixed, arguments...);
        return call_reopening(cache.handle().reopener(), call, arguments...);
    });
}

/// The handle that the options ask for. `makes`: it may make a new cache when this one was removed.
[[nodiscard]] inline Cache new_handle(std::shared_ptr<Attachment> attachment, const Options& options,
                                      bool makes) {
    const bool is_private = attachment->segment->name().kind == ipc::Kind::private_memory;
    if (is_private || options.when_removed == WhenRemoved::fail)
        return Cache(detail::Handle(std::move(attachment)));
    return Cache(detail::Handle(std::make_shared<Reopener>(std::move(attachment), options, makes)));
}

/// A handle on the cache of this moment, which does not reopen: for what has no meaning in another cache.
[[nodiscard]] inline Cache pinned(const Cache& cache, const char* what) {
    return on_attachment(cache, [what](Attachment& attachment) {
        check_not_removed(attachment, what);
        return Cache(detail::Handle(attachment.shared_from_this()));
    });
}

}  // namespace dummycache::store
