// SPDX-License-Identifier: MIT
// A binary snapshot is read as it was written or not at all.
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <cstring>

#include "store/snapshot/archive.hpp"
#include "store/snapshot/binary_format.hpp"
#include "store/snapshot/checksum.hpp"
#include "store/snapshot/record.hpp"
#include "tests/unit/store/snapshot/files.hpp"

using namespace dummycache;
using namespace dummycache::test;
using namespace dummycache::store::snapshot;

namespace {

std::string small_snapshot(const SnapshotFolder& folder) {
    FrozenCache cache(Kind::private_memory);
    cache->set("a", "1", std::chrono::seconds(5));
    cache->set("b", "22");
    cache->set("long", std::string(300'000, 'l'));
    dump(*cache, folder.file("small"), as(SnapshotFormat::binary));
    return folder.read("small");
}

std::string failure_of_bytes(const SnapshotFolder& folder, const std::string& bytes) {
    const std::string path = folder.write("changed", bytes);
    return failure_of([&] { static_cast<void>(summarize(SnapshotSource::file(path))); });
}

void append_sum(std::string& bytes, std::string_view of) {
    const std::uint64_t sum = XXH3_64bits(of.data(), of.size());
    for (unsigned shift = 0; shift < 64; shift += 8) bytes += static_cast<char>(sum >> shift & 0xff);
}

/// Snapshots whose checksums are right and whose content is not.
class Forger {
public:
    explicit Forger(const Head& head) {
        bytes_.assign(kMagic.begin(), kMagic.end());
        append_archived(bytes_, head);
        append_sum(bytes_, std::string(bytes_));
        whole_ = bytes_;
    }

    Forger& block(BlockKind kind, const std::string& payload, std::uint32_t records) {
        std::string head;
        append_archived(
            head, BlockHead{static_cast<std::uint32_t>(kind), static_cast<std::uint32_t>(payload.size()),
                            records, XXH3_64bits(payload.data(), payload.size())});
        append_sum(head, std::string(head));
        if (kind != BlockKind::end) whole_ += head;
        bytes_ += head + payload;
        return *this;
    }
    Forger& records(const std::vector<std::pair<RecordHead, std::string>>& records) {
        std::string payload(1, '\x01');
        for (auto [head, rest] : records) {
            std::string one;
            append_archived(one, head);
            payload += one.substr(1) + rest;
        }
        return block(BlockKind::records, payload, static_cast<std::uint32_t>(records.size()));
    }
    Forger& end() {
        std::string payload;
        append_archived(payload, std::uint64_t{XXH3_64bits(whole_.data(), whole_.size())});
        return block(BlockKind::end, payload, 0);
    }
    [[nodiscard]] const std::string& bytes() const { return bytes_; }

private:
    std::string bytes_;
    std::string whole_;
};

Head head_of(std::uint64_t entries, std::uint64_t bytes) {
    Head head;
    head.entries = entries;
    head.bytes = bytes;
    return head;
}

using Record = std::pair<RecordHead, std::string>;
Record record_of(const std::string& key, const std::string& value) {
    RecordHead head;
    head.key_bytes = static_cast<std::uint16_t>(key.size());
    head.value_bytes = value.size();
    return {head, key + value};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(snapshot_binary)

BOOST_AUTO_TEST_CASE(every_truncation_is_refused) {
    const SnapshotFolder folder;
    const std::string whole = small_snapshot(folder);
    BOOST_REQUIRE(failure_of_bytes(folder, whole).empty());
    std::size_t refused = 0;
    std::size_t cut = 0;
    for (std::size_t bytes = 0;
         bytes<whole.size(); bytes += bytes> 500 && bytes + 600 < whole.size() ? 997 : 1) {
        ++cut;
        refused += is_bad_snapshot(failure_of_bytes(folder, whole.substr(0, bytes)));
    }
    BOOST_TEST(refused == cut);
    BOOST_TEST(is_bad_snapshot(failure_of_bytes(folder, whole + "x")));
}

BOOST_AUTO_TEST_CASE(every_flipped_bit_is_refused) {
    const SnapshotFolder folder;
    const std::string whole = small_snapshot(folder);
    std::size_t accepted = 0;
    for (std::size_t bit = 0;
         bit<whole.size() * 8; bit += bit> 8000 && bit + 8000 < whole.size() * 8 ? 7919 : 1) {
        std::string flipped = whole;
        flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ 1 << bit % 8);
        accepted += !is_bad_snapshot(failure_of_bytes(folder, flipped));
    }
    BOOST_TEST(accepted == 0U);
}

BOOST_AUTO_TEST_CASE(a_forger_who_does_it_right_is_believed) {
    const SnapshotFolder folder;
    const std::string bytes =
        Forger(head_of(2, 6)).records({record_of("a", "xy"), record_of("b", "zz")}).end().bytes();
    BOOST_TEST(failure_of_bytes(folder, bytes) == "");
    auto longest = record_of("a", "");
    longest.first.ttl_us = std::chrono::microseconds(kMostTtl).count();
    BOOST_TEST(failure_of_bytes(folder, Forger(head_of(1, 1)).records({longest}).end().bytes()) == "");
}

BOOST_AUTO_TEST_CASE(what_does_not_make_sense_is_refused_though_its_checksums_are_right) {
    const SnapshotFolder folder;
    const auto a = record_of("a", "xy");
    const auto b = record_of("b", "zz");
    auto long_value = record_of("c", "");
    long_value.first.value_bytes = std::uint64_t{2} << 30;
    auto huge = a;
    huge.first.value_bytes = ~std::uint64_t{0};
    auto codec = a;
    codec.first.codec = 6;
    auto ttl = a;
    ttl.first.ttl_us = std::chrono::microseconds(kMostTtl).count() + 1;
    auto beyond = a;
    beyond.first.value_bytes = 3;
    Head later = head_of(0, 0);
    later.version = 2;
    const std::pair<const char*, std::string> forged[] = {
        {"not in order", Forger(head_of(2, 6)).records({b, a}).end().bytes()},
        {"not in order", Forger(head_of(2, 6)).records({a, a}).end().bytes()},
        {"not in order", Forger(head_of(2, 6)).records({b}).records({a}).end().bytes()},
        {"as many entries", Forger(head_of(3, 6)).records({a, b}).end().bytes()},
        {"as many entries", Forger(head_of(2, 7)).records({a, b}).end().bytes()},
        {"empty key", Forger(head_of(1, 2)).records({record_of("", "xy")}).end().bytes()},
        {"codec", Forger(head_of(1, 3)).records({codec}).end().bytes()},
        {"thousands of years", Forger(head_of(1, 3)).records({ttl}).end().bytes()},
        {"longer than its block", Forger(head_of(1, 4)).records({beyond}).end().bytes()},
        {"more than the file has", Forger(head_of(1, 3)).records({long_value}).end().bytes()},
        {"more than the file has", Forger(head_of(1, 3)).records({huge}).end().bytes()},
        {"longer than its records", Forger(head_of(1, 3)).records({{a.first, "axyjunk"}}).end().bytes()},
        {"longer than its block", Forger(head_of(1, 3)).block(BlockKind::records, "\x01", 1).end().bytes()},
        {"longer than its block",
         Forger(head_of(1, 3)).block(BlockKind::records, "\x01", 0xffffffff).end().bytes()},
        {"unknown kind", Forger(head_of(0, 0)).block(static_cast<BlockKind>(9), "xx", 0).end().bytes()},
        {"out of place", Forger(head_of(0, 0)).block(BlockKind::value, "xx", 0).end().bytes()},
        {"a block of",
         Forger(head_of(0, 0)).block(BlockKind::records, std::string((1 << 20) + 1, 'x'), 1).end().bytes()},
        {"a block of", Forger(head_of(0, 0)).block(BlockKind::records, "", 0).end().bytes()},
        {"cut off", Forger(head_of(2, 6)).records({a, b}).bytes()},
        {"behind the end", Forger(head_of(2, 6)).records({a, b}).end().end().bytes()},
        {"whole", Forger(head_of(2, 6))
                      .records({a, b})
                      .block(BlockKind::end, std::string("\x01") + "12345678", 0)
                      .bytes()},
        {"later dummycache", Forger(later).end().bytes()},
    };
    for (const auto& [why, bytes] : forged) {
        const std::string failure = failure_of_bytes(folder, bytes);
        BOOST_TEST_CONTEXT("wanted: " << why << "; got: " << failure) {
            BOOST_TEST(is_bad_snapshot(failure));
            BOOST_TEST((failure.find(why) != std::string::npos));
        }
    }
}

BOOST_AUTO_TEST_CASE(unknown_flags_and_a_long_value_in_mid_block_are_refused) {
    const SnapshotFolder folder;
    Head flags = head_of(0, 0);
    flags.flags = 1;
    BOOST_TEST(is_bad_snapshot(failure_of_bytes(folder, Forger(flags).end().bytes())));
    auto first = record_of("a", "");
    first.first.value_bytes = 300'000;
    const std::string bytes = Forger(head_of(2, 300'004))
                                  .records({first, record_of("b", "zz")})
                                  .block(BlockKind::value, std::string(300'000, 'l'), 0)
                                  .end()
                                  .bytes();
    const std::string failure = failure_of_bytes(folder, bytes);
    BOOST_TEST((failure.find("does not end its block") != std::string::npos), failure);
}

BOOST_AUTO_TEST_CASE(a_long_value_is_written_and_read_piece_by_piece) {
    FrozenCache cache(Kind::private_memory, options_of(64 * kMiB));
    std::string value;
    while (value.size() < 20 * kMiB) value += std::to_string(value.size());
    cache->set("key", value);
    cache->set("later", "x");
    const SnapshotFolder folder;
    dump(*cache, folder.file("a"), as(SnapshotFormat::binary));
    FrozenCache other(Kind::private_memory, options_of(64 * kMiB));
    BOOST_TEST(load(*other, folder.file("a")).stored == 2U);
    BOOST_TEST((other->get("key") == value));
    LoadOptions later;
    later.match = "later";
    BOOST_TEST(load(*other, folder.file("a"), later).stored == 1U);
    BOOST_TEST(other->contains("key"));  // what does not match stays
}

BOOST_AUTO_TEST_SUITE_END()
