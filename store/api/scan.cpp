// SPDX-License-Identifier: MIT
#define DUMMYCACHE_NO_TYPED
#include "dummycache/scan.hpp"

#include "store/api/error_translation.hpp"
#include "store/entry/attachment.hpp"

namespace dummycache {

std::uint64_t scan(const Cache& cache, std::uint64_t cursor, std::size_t count,
                   const std::function<void(std::string_view)>& visitor) {
    std::vector<std::string> keys;
    const std::uint64_t next =
        store::rethrow_as_error([&] { return store::Engine::of(cache).scan(cursor, count, keys); });
    for (const std::string& key : keys) visitor(key);
    return next;
}

}  // namespace dummycache
