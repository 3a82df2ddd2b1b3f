// SPDX-License-Identifier: MIT
// Snapshots from streams: read as far as they are needed, and as often as they are needed.
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <istream>
#include <stdexcept>
#include <streambuf>
#include <string>

#include "dummycache/snapshot.hpp"
#include "tests/unit/store/snapshot/files.hpp"

using namespace dummycache;
using namespace dummycache::test;

namespace {

/// Gives its text once, and the text behind it again and again; counts what was taken.
class Source {
public:
    explicit Source(std::string text, std::string endless = "")
        : text_(std::move(text)), endless_(std::move(endless)) {}

    std::size_t operator()(char* to, std::size_t most) {
        if (endless_.empty()) most = std::min(most, text_.size() - std::min(text_.size(), given_));
        for (std::size_t i = 0; i < most; ++i, ++given_)
            to[i] =
                given_ < text_.size() ? text_[given_] : endless_[(given_ - text_.size()) % endless_.size()];
        return most;
    }
    [[nodiscard]] std::size_t given() const noexcept { return given_; }

private:
    std::string text_;
    std::string endless_;
    std::size_t given_ = 0;
};

class EndlessBuffer : public std::streambuf {
public:
    explicit EndlessBuffer(Source& source) : source_(source) {}

protected:
    int_type underflow() override {
        const std::size_t count = source_(buffer_, sizeof buffer_);
        setg(buffer_, buffer_, buffer_ + count);
        return traits_type::to_int_type(*buffer_);
    }

private:
    Source& source_;
    char buffer_[4096] = {};
};

constexpr std::size_t kALittle = 8 * kMiB;

}  // namespace

BOOST_AUTO_TEST_SUITE(snapshot_stream)

BOOST_AUTO_TEST_CASE(a_stream_is_read_once_for_several_calls) {
    Source source("{\"key\":\"b\",\"value\":\"2\"}\n{\"key\":\"a\",\"value\":\"1\"}\n");
    const SnapshotSource stream =
        SnapshotSource::stream([&](char* to, std::size_t most) { return source(to, most); }, "numbers");
    BOOST_TEST(source.given() == 0U);
    BOOST_TEST(summarize(stream).entries == 2U);
    auto cache = Cache::make_private(options_of(4 * kMiB));
    BOOST_TEST(load(cache, stream).stored == 2U);
    BOOST_TEST((cache.get("a") == "1"));
    int differences = 0;
    diff(stream, cache, [&](const Difference&) { return ++differences; });
    BOOST_TEST(differences == 0);
    BOOST_CHECK_THROW(load(cache, SnapshotSource(cache)), Error);
}

BOOST_AUTO_TEST_CASE(what_the_reader_of_a_stream_throws_ends_the_call) {
    const SnapshotSource stream = SnapshotSource::stream(
        [](char*, std::size_t) -> std::size_t { throw std::runtime_error("stop"); }, "s");
    BOOST_CHECK_THROW(static_cast<void>(summarize(stream)), std::runtime_error);
}

BOOST_AUTO_TEST_CASE(an_endless_stream_is_left_at_what_cannot_be_right_or_cannot_fit) {
    struct Case {
        std::string_view text;
        std::string_view endless;
        ErrorCode code;
        const char* why;
    };
    const Case cases[] = {
        {"", "x", ErrorCode::bad_snapshot, "f:1:1"},
        {"", {"\0", 1}, ErrorCode::bad_snapshot, "f:1:1"},
        {"", "\n", ErrorCode::bad_snapshot, "blank lines"},
        {"", " ", ErrorCode::bad_snapshot, "a mebibyte of blanks"},
        {"{\"key\":\"a\",\"value\":\"1\"}", " ", ErrorCode::bad_snapshot, "a mebibyte of blanks"},
        {"{\"key\":\"\\\"\",\"value\":", "\t\r", ErrorCode::bad_snapshot, "a mebibyte of blanks"},
        {"{\"key\":\"a\",\"value\":\"", " ", ErrorCode::invalid_argument, "half the capacity"},
        {"", "{\"key\":\"a\",\"value\":\"1\"}\n", ErrorCode::bad_snapshot, "f:2:1"},
        {"", "{\"key\":\"a\",\"value\":\"1\"}\n{\"key\":\"b\",\"value\":\"1\"}\n", ErrorCode::bad_snapshot,
         "f:3:1"},
    };
    for (const Case& one : cases) {
        BOOST_TEST_CONTEXT(one.text << " and then " << one.endless) {
            auto cache = Cache::make_private(options_of(4 * kMiB));
            cache.set("old", "stays");
            Source source(std::string(one.text), std::string(one.endless));
            EndlessBuffer buffer(source);
            std::istream stream(&buffer);
            const std::string failure = failure_of([&] { load(cache, stream, {}, "f"); });
            BOOST_TEST(failure.starts_with(std::to_string(static_cast<int>(one.code)) + " "), failure);
            BOOST_TEST(failure.find(one.why) != std::string::npos, failure);
            BOOST_TEST(source.given() < kALittle);
            BOOST_TEST((cache.get("old") == "stays"));
        }
    }
}

BOOST_AUTO_TEST_CASE(entries_without_an_end_are_left_when_the_cache_is_full) {
    auto cache = Cache::make_private(options_of(4 * kMiB));
    std::string line;
    std::size_t number = 0;
    std::size_t given = 0;
    const SnapshotSource stream = SnapshotSource::stream(
        [&](char* to, std::size_t most) {
            if (line.empty())
                line = "{\"key\":\"" + std::to_string(++number) + "\",\"value\":\"" + std::string(900, 'v') +
                       "\"}\n";
            const std::size_t part = line.copy(to, most);
            line.erase(0, part);
            given += part;
            return part;
        },
        "f");
    const std::string failure = failure_of([&] { load(cache, stream); });
    BOOST_TEST(failure.starts_with(std::to_string(static_cast<int>(ErrorCode::full)) + " "), failure);
    BOOST_TEST(given < kALittle);
    SummaryOptions limited;
    limited.most_capacity = 4 * kMiB;
    BOOST_TEST(failure_of([&] { static_cast<void>(summarize(stream, limited)); }).find("more than 4 MiB") !=
               std::string::npos);
    BOOST_TEST(given < kALittle);
}

BOOST_AUTO_TEST_CASE(escapes_do_not_count_as_bytes_of_a_value) {
    const std::size_t half = 2 * kMiB;
    auto cache = Cache::make_private(options_of(2 * half));
    const auto loaded = [&](std::size_t bytes) {
        std::string line = "{\"key\":\"k\",\"value\":\"";
        for (std::size_t i = 0; i < bytes; ++i) line += "\\u0001";
        Source source(line + "\"}\n");
        const SnapshotSource stream =
            SnapshotSource::stream([&](char* to, std::size_t most) { return source(to, most); }, "f");
        return failure_of([&] { load(cache, stream); });
    };
    BOOST_TEST(loaded(half / 2) == "");
    BOOST_TEST(cache.get("k")->size() == half / 2);
    BOOST_TEST(loaded(half + 1).find("half the capacity") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(blanks_have_a_limit_in_a_stream_and_not_in_a_value_or_a_file) {
    const SnapshotFolder folder;
    auto cache = Cache::make_private(options_of(64 * kMiB));
    const auto loaded = [&](std::size_t outside, std::size_t inside) {
        Source source("{\"key\":\"k\",\"value\":" + std::string(outside, ' ') + "\"\\\"" +
                      std::string(inside, ' ') + "\"}\n");
        const SnapshotSource stream =
            SnapshotSource::stream([&](char* to, std::size_t most) { return source(to, most); }, "f");
        return failure_of([&] { load(cache, stream); });
    };
    BOOST_TEST(loaded(kMiB, 3 * kMiB) == "");
    BOOST_TEST(cache.get("k")->size() == 3 * kMiB + 1);
    BOOST_TEST(loaded(kMiB + 1, 0).find("f:1:1: a mebibyte of blanks") != std::string::npos);
    load(cache, folder.write("f", "{\"key\":\"k\",\"value\":" + std::string(3 * kMiB, ' ') + "\"1\"}\n"));
    BOOST_TEST((cache.get("k") == "1"));
}

BOOST_AUTO_TEST_SUITE_END()
