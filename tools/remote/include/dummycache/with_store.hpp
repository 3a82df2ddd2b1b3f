// SPDX-License-Identifier: MIT
// A cache or a server, as a name says: a program moves from one machine to several by that alone.
#pragma once

#include "dummycache/detail/language.hpp"

#include <string_view>
#include <utility>

#include "dummycache/cache.hpp"
#include "dummycache/remote.hpp"

namespace dummycache {

/// Calls `use(store)` with a Remote if `where` is an address, and with the Cache of that name or path otherwise,
/// which is made if there is none; returns what that returns. `use` is compiled for both: a generic lambda, or a function
/// that takes a KeyValueStore. Needs the library and the component `remote`. Throws what Remote::connect and Cache::open
/// throw, and what `use` does.
template <class Use>
decltype(auto) with_store(std::string_view where, Use&& use) {
    if (Remote::is_address(where)) {
        Remote remote = Remote::connect(where);
        return std::forward<Use>(use)(remote);
    }
    Cache cache = Cache::open(where);
    return std::forward<Use>(use)(cache);
}

}  // namespace dummycache
