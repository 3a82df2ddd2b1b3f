// SPDX-License-Identifier: MIT
// A /dev/shm that has no memory left, while the cache is far from its capacity.
#include <boost/test/unit_test.hpp>

#include <fcntl.h>

#include "store/layout/attachment.hpp"
#include "store/layout/key_hash.hpp"
#include "support/child.hpp"
#include "support/own_shm.hpp"
#include "support/test_cache.hpp"

using namespace dummycache;
using namespace dummycache::test;

namespace {

/// Another file takes all that is left.
void fill_shm() {
    const int file = ::open("/dev/shm/fill", O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    const std::string block(4096, 'x');
    while (::write(file, block.data(), block.size()) == static_cast<ssize_t>(block.size())) {
    }
    ::close(file);
}

/// Sets keys that are all in one shard: the others have no page yet.
void set_in_one_shard(Cache& cache, int count) {
    const store::Memory& memory = attachment_of(cache).memory;
    for (int i = 0; count != 0; ++i) {
        const std::string key = "before " + std::to_string(i);
        if (store::hash_of(memory, key).shard != 0) continue;
        cache.set(key, "value");
        --count;
    }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(store_full_system)

BOOST_AUTO_TEST_CASE(small_sets_go_on_in_what_the_cache_has) {
    with_own_shm(8, [] {
        Cache cache = Cache::open("full-system");
        set_in_one_shard(cache, 10);
        fill_shm();
        for (int i = 0; i < 1000; ++i) {
            const std::string key = "after " + std::to_string(i);
            require(cache.set(key, "value") && cache.get(key) == "value", "an entry was not stored");
        }
        require(cache.check().empty(), "the cache is not sound");
    });
}

BOOST_AUTO_TEST_CASE(a_value_that_cannot_fit_costs_no_entry_its_place) {
    with_own_shm(8, [] {
        Cache cache = Cache::open("full-system");
        for (int i = 0; i < 100; ++i) cache.set("key " + std::to_string(i), "value");
        const std::string huge(20 << 20, 'x');
        require(throws(ErrorCode::full, [&] { cache.set("huge", huge); }), "it was stored");
        require(throws(ErrorCode::full, [&] { cache.append("key 1", huge); }), "it was appended");
        for (int i = 0; i < 100; ++i) require(cache.contains("key " + std::to_string(i)), "an entry is gone");
        require(cache.set("large", std::string(2 << 20, 'x')), "what fits was not stored");
    });
}

BOOST_AUTO_TEST_SUITE_END()
