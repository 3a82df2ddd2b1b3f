// SPDX-License-Identifier: MIT
#include "dummycache/fork.hpp"

#include "store/api/error_translation.hpp"
#include "store/api/worker_name.hpp"
#include "store/cache/fork_copy.hpp"

namespace dummycache {

std::optional<Cache> fork_cache(const Cache& from, std::string_view name, const Options& options) {
    return store::rethrow_as_error([&]() -> std::optional<Cache> {
        auto copy = store::fork_copy(from.attachment(), store::name_for_worker(name), options);
        if (!copy) return std::nullopt;
        return Cache(std::move(copy));
    });
}

}  // namespace dummycache
