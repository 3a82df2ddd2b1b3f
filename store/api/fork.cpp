// SPDX-License-Identifier: MIT
#define DUMMYCACHE_NO_TYPED
#include "dummycache/fork.hpp"

#include "store/api/error_translation.hpp"
#include "store/api/worker_name.hpp"
#include "store/entry/attachment.hpp"

namespace dummycache {

std::optional<Cache> fork_cache(const Cache& from, std::string_view name, const Options& options) {
    return store::rethrow_as_error([&]() -> std::optional<Cache> {
        auto engine = store::Engine::of(from).fork(store::name_for_worker(name), options);
        if (!engine) return std::nullopt;
        return store::Engine::handle_on(std::move(engine));
    });
}

}  // namespace dummycache
