// SPDX-License-Identifier: MIT
// Entries by number, many of them, and what fills a cache or an index page with them.
#pragma once

#include <cstdint>
#include <string>

#include "dummycache/cache.hpp"

namespace dummycache::store {
struct Attachment;
}

namespace dummycache::test {

[[nodiscard]] std::string key_of(std::uint64_t number);

/// Sets that key to a value that checks itself.
void set_numbered(Cache& cache, std::uint64_t number, std::size_t bytes, Timeout timeout = {});

/// Sets entries 0, 1, ... until the arena is full: nothing more can be had without making room. How many.
std::uint64_t fill(Cache& cache, std::size_t bytes, Timeout timeout = {});

/// Whether an index page of the first shard has no slot for a key, so that setting it splits the page.
[[nodiscard]] bool would_split(store::Attachment& attachment, const std::string& key);

}  // namespace dummycache::test
