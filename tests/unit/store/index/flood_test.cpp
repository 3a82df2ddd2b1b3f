// SPDX-License-Identifier: MIT
// Goal: whoever chooses the keys cannot choose where they go: 100,000 keys that all belong into one pair of
// buckets, under a secret that he knows, cost a segment with a secret of its own no more than random ones.
// Method: XXH3 of 8 bytes is a bijection once its secret is known, so such keys are computed. Work is
// counted, not timed. The same keys in a cache with the known secret show what they would do.
#include <boost/test/unit_test.hpp>

#include <cstring>
#include <fstream>
#include <set>
#include <string>
#include <vector>

#include "ipc/segment/identity.hpp"
#include "store/index/slot_match.hpp"
#include "store/layout/attachment.hpp"
#include "store/layout/key_hash.hpp"
#include "support/random.hpp"
#include "support/test_cache.hpp"

using namespace dummycache;
using namespace dummycache::test;
using namespace dummycache::store;

namespace {

constexpr std::size_t kKeys = 100'000;
constexpr std::uint64_t kCapacity = 64 * kMiB;

using Secret = std::vector<unsigned char>;

Secret known_secret() {
    Secret secret(sizeof(layout::Identity::secret));
    for (std::size_t i = 0; i < secret.size(); ++i) secret[i] = static_cast<unsigned char>(i * 151 + 7);
    return secret;
}

std::uint64_t word_at(const Secret& secret, std::size_t offset) {
    std::uint64_t word = 0;
    std::memcpy(&word, secret.data() + offset, sizeof word);
    return word;
}

std::uint64_t rotated(std::uint64_t word, int by) { return word << by | word >> (64 - by); }

/// x so that x * odd is 1, by Newton's iteration.
std::uint64_t inverse_of(std::uint64_t odd) {
    std::uint64_t inverse = odd;
    for (int i = 0; i < 6; ++i) inverse *= 2 - odd * inverse;
    return inverse;
}

/// The key of 8 bytes that has this hash: XXH3_len_4to8 and XXH3_rrmxmx, each step undone.
std::string key_with_hash(std::uint64_t hash, const Secret& secret) {
    static const std::uint64_t unmultiply = inverse_of(0x9fb21c651e98df25U);
    std::uint64_t word = hash ^ hash >> 28 ^ hash >> 56;
    word *= unmultiply;
    word ^= (word >> 35) + 8;
    word *= unmultiply;
    // Adding two rotations of a word to it is 1 + x^49 + x^24 modulo x^64 - 1: its 64th power is 1.
    for (int i = 0; i < 63; ++i) word ^= rotated(word, 49) ^ rotated(word, 24);
    word = rotated(word ^ word_at(secret, 8) ^ word_at(secret, 16), 32);
    std::string key(sizeof word, '\0');
    std::memcpy(key.data(), &word, sizeof word);
    return key;
}

/// Keys of one shard, one directory word and one first bucket, if that is the secret.
std::vector<std::string> colliding_keys(const Secret& secret) {
    std::vector<std::string> keys;
    const std::uint64_t bucket = (std::uint64_t{7} << 32) / layout::kBuckets + 1;
    for (std::uint64_t i = 0; i < kKeys; ++i) {
        const std::uint64_t tag = (i % 8192) << layout::kMaxDirectoryBits;
        keys.push_back(key_with_hash(tag << 33 | (bucket + i / 8192), secret));
    }
    return keys;
}

std::vector<std::string> random_keys() {
    Random random(77);
    std::vector<std::string> keys;
    for (std::size_t i = 0; i < kKeys; ++i) keys.push_back(random.bytes(8));
    return keys;
}

/// What keys cost.
struct Work {
    std::uint64_t kept = 0;    ///< keys that are there in the end
    std::uint64_t probes = 0;  ///< entries that a reader of each key would have to look at
    Stats stats;
};

std::ostream& operator<<(std::ostream& out, const Work& work) {
    return out << work.kept << " kept, " << work.probes << " probes, " << work.stats.index_pages
               << " index pages, " << work.stats.splits << " splits, " << work.stats.evicted << " evicted";
}

std::uint64_t probes_of(const Memory& memory, const std::string& key) {
    const KeyHash hash = hash_of(memory, key);
    const std::uint32_t page = memory.directory(hash.shard)[hash.directory_word(memory)].load();
    if (page == 0) return 0;
    const layout::IndexPage& index = memory.index_page(page - 1);
    int probes = 0;
    for (const std::uint32_t bucket : {hash.first, hash.second()})
        probes += __builtin_popcount(slots_with_tag(index.buckets[bucket], hash.tag));
    return static_cast<std::uint64_t>(probes);
}

Work store_all(Cache& cache, const std::vector<std::string>& keys) {
    Work work;
    for (const std::string& key : keys) cache.set(key, "value");
    for (const std::string& key : keys) {
        work.kept += cache.contains(key) ? 1 : 0;
        work.probes += probes_of(attachment_of(cache).memory, key);
    }
    work.stats = cache.stats();
    return work;
}

/// A cache whose secret everybody knows.
class CacheWithSecret {
public:
    explicit CacheWithSecret(const Secret& secret) : name_(Kind::file), cache_(make(name_.text(), secret)) {}
    Cache& operator*() noexcept { return cache_; }

private:
    static Cache make(const std::string& path, const Secret& secret) {
        static_cast<void>(Cache::create(path, options_of(kCapacity)).value());
        std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
        layout::Identity identity{};
        file.read(reinterpret_cast<char*>(&identity), sizeof identity);
        std::memcpy(identity.secret, secret.data(), sizeof identity.secret);
        identity.identity_hash = ipc::hash_identity(identity);
        file.seekp(0);
        file.write(reinterpret_cast<const char*>(&identity), sizeof identity);
        file.close();
        BOOST_REQUIRE(file.good());
        return Cache::attach(path);
    }

    TestName name_;
    Cache cache_;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(store_flood)

BOOST_AUTO_TEST_CASE(keys_computed_for_a_known_secret_collide_under_it) {
    const Secret secret = known_secret();
    CacheWithSecret cache(secret);
    const Memory& memory = attachment_of(*cache).memory;
    BOOST_REQUIRE(std::memcmp(memory.secret, secret.data(), secret.size()) == 0);
    const std::vector<std::string> keys = colliding_keys(secret);
    BOOST_TEST((std::set<std::string>(keys.begin(), keys.end()).size() == kKeys));
    for (const std::string& key : keys) {
        const KeyHash hash = hash_of(memory, key);
        BOOST_REQUIRE(hash.shard == 0U);
        BOOST_REQUIRE(hash.directory_word(memory) == 0U);
        BOOST_REQUIRE(hash.first == 7U);
    }
    const Work work = store_all(*cache, keys);
    BOOST_TEST_MESSAGE("a known secret: " << work);
    BOOST_TEST(work.kept < kKeys / 10);
    BOOST_TEST(work.stats.evicted > kKeys / 2);
}

BOOST_AUTO_TEST_CASE(a_flood_of_such_keys_costs_no_more_than_random_ones) {
    const std::vector<std::string> flood = colliding_keys(known_secret());
    const std::vector<std::string> harmless = random_keys();
    for (const Kind kind : kNamedKinds) {
        TestCache flooded(kind, options_of(kCapacity));
        TestCache other(kind, options_of(kCapacity));
        const Work bad = store_all(*flooded, flood);
        const Work good = store_all(*other, harmless);
        BOOST_TEST_MESSAGE("flood:  " << bad);
        BOOST_TEST_MESSAGE("random: " << good);
        BOOST_TEST(bad.kept == kKeys);
        BOOST_TEST(good.kept == kKeys);
        BOOST_TEST(bad.stats.evicted == 0U);
        // Where a page is split depends on the secret: a tenth more or less is chance.
        BOOST_TEST(bad.stats.splits <= good.stats.splits + good.stats.splits / 10 + 4);
        BOOST_TEST(bad.stats.index_pages <= good.stats.index_pages + good.stats.index_pages / 10 + 4);
        BOOST_TEST(bad.probes <= kKeys + kKeys / 100);
    }
}

BOOST_AUTO_TEST_CASE(no_two_segments_have_the_same_secret) {
    std::set<Secret> secrets;
    std::size_t caches = 0;
    const TestName name(Kind::shared);
    const auto note = [&](Cache cache) {
        const Memory& memory = attachment_of(cache).memory;
        secrets.emplace(memory.secret, memory.secret + sizeof memory.secret);
        ++caches;
    };
    for (int i = 0; i < 20; ++i) {
        for (const Kind kind : kAllKinds) note(*TestCache(kind, options_of(kMiB)));
        note(Cache::create(name.text(), options_of(kMiB)).value());
        BOOST_REQUIRE(Cache::remove(name.text()));
    }
    BOOST_TEST(secrets.size() == caches);
}

BOOST_AUTO_TEST_SUITE_END()
