// SPDX-License-Identifier: MIT
// A child that is forked inside a load or a dump leaves its parent's work alone.
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <map>
#include <stdexcept>

#include "store/cache/background.hpp"
#include "support/child.hpp"
#include "tests/unit/store/snapshot/files.hpp"

using namespace dummycache;
using namespace dummycache::test;
namespace data = boost::unit_test::data;

namespace {

struct Thrown : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// What a child does that is forked inside a callback.
enum class InChild : std::uint8_t { throws, returns };

std::ostream& operator<<(std::ostream& out, InChild what) {
    return out << (what == InChild::throws ? "throws" : "returns");
}

constexpr InChild kBoth[] = {InChild::throws, InChild::returns};

constexpr int kStopped = 7;
constexpr int kDone = 8;

/// Calls `work` with a callback that forks each time it is called. In the children it throws or returns. `is_right` judges
/// how a child ended: kStopped by an error, or kDone. The parent waits for each child and goes on.
template <class Work, class Judge>
void with_forks(InChild what, Work work, Judge is_right) {
    int forks = 0;
    const pid_t parent = ::getpid();
    try {
        work([&](std::uint64_t done, std::uint64_t total) {
            if (done == total || ::getpid() != parent) return;
            ++forks;
            const pid_t child = ::fork();
            if (child == 0) {
                ::alarm(Child::kHangGuardSeconds);
                if (what == InChild::throws) throw Thrown("in a child");
                return;
            }
            int status = 0;
            BOOST_TEST(::waitpid(child, &status, 0) == child);
            BOOST_TEST((WIFEXITED(status) && is_right(WEXITSTATUS(status), done, total)),
                       "a child ended with status " << status);
        });
    } catch (const std::exception&) {
        if (::getpid() != parent) ::_exit(kStopped);
        throw;
    }
    if (::getpid() != parent) ::_exit(kDone);
    BOOST_TEST(forks > 2);
}

constexpr int kEntries = 20'000;

void fill(Cache& cache, char letter) {
    for (int i = 0; i < kEntries; ++i) cache.set("key" + std::to_string(i), std::string(200, letter));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(snapshot_fork)

BOOST_DATA_TEST_CASE(a_child_forked_inside_a_load_changes_nothing,
                     data::make(kNamedKinds) * data::make(kFormats) * data::make(kBoth), kind, format, what) {
    const SnapshotFolder folder;
    const std::string file = folder.file("f");
    {
        FrozenCache source(Kind::private_memory, options_of(64 * kMiB));
        fill(*source, 'n');
        for (int i = 0; i < 3; ++i) source->set("large" + std::to_string(i), std::string(100'000, 'l'));
        dump(*source, file, as(format));
    }
    TestCache cache(kind, options_of(64 * kMiB));
    fill(*cache, 'o');
    with_forks(
        what,
        [&](const Progress& progress) {
            LoadOptions options;
            options.progress = progress;
            BOOST_TEST(load(*cache, file, options).stored == kEntries + 3U);
        },
        [what](int ended, std::uint64_t done, std::uint64_t total) {
            // While the file is checked, nothing is held: a child that returns then loads it, too.
            const bool checks = done < total / 2;
            return ended == (checks && what == InChild::returns ? kDone : kStopped);
        });
    BOOST_TEST(cache->stats().entries == kEntries + 3U);
    BOOST_TEST((cache->get("key0") == std::string(200, 'n')));
    BOOST_TEST((cache->get("large2") == std::string(100'000, 'l')));
    BOOST_TEST(problems_of(*cache) == "");
}

BOOST_DATA_TEST_CASE(a_child_forked_inside_a_dump_changes_nothing, data::make(kFormats) * data::make(kBoth),
                     format, what) {
    const SnapshotFolder folder;
    TestCache cache(Kind::shared, options_of(64 * kMiB));
    fill(*cache, 'o');
    with_forks(
        what,
        [&](const Progress& progress) {
            DumpOptions options = as(format);
            options.progress = progress;
            BOOST_TEST(dump(*cache, folder.file("f"), options) == std::uint64_t{kEntries});
        },
        [](int ended, std::uint64_t, std::uint64_t) { return ended == kStopped; });
    BOOST_TEST(summarize(SnapshotSource::file(folder.file("f"))).entries == std::uint64_t{kEntries});
}

BOOST_AUTO_TEST_SUITE_END()
