// SPDX-License-Identifier: MIT
#include "ipc/os/huge_pages.hpp"

#include <boost/test/unit_test.hpp>
#include <cstdio>
#include <fstream>
#include <sstream>

#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

#include "ipc/segment/backing.hpp"
#include "tests/unit/ipc/fixtures.hpp"

using namespace dummycache::test;
using dummycache::ipc::AlignedRange;
using dummycache::ipc::Backing;
using dummycache::ipc::HugePages;
using dummycache::ipc::kHugePageBytes;
using dummycache::ipc::Kind;
using dummycache::ipc::kSmallPagesUpTo;
using dummycache::ipc::Segment;
namespace layout = dummycache::layout;

namespace {

bool begins_where_a_huge_page_can(const void* address) {
    return reinterpret_cast<std::uintptr_t>(address) % kHugePageBytes == 0;
}

/// What /proc/self/smaps says of the mappings from `base` on, in bytes.
std::uint64_t smaps(const std::byte* base, std::uint64_t bytes, const std::string& field) {
    std::ifstream file("/proc/self/smaps");
    std::uint64_t sum = 0;
    bool inside = false;
    for (std::string line; std::getline(file, line);) {
        std::uintptr_t from = 0;
        std::uint64_t kib = 0;
        if (std::sscanf(line.c_str(), "%lx-%*x ", &from) == 1 && line.find('-') < line.find(' ')) {
            const auto begin = reinterpret_cast<std::uintptr_t>(base);
            inside = from >= begin && from < begin + bytes;
        } else if (inside && line.starts_with(field + ":")) {
            std::istringstream(line.substr(field.size() + 1)) >> kib;
            sum += kib * 1024;
        }
    }
    return sum;
}

std::uint64_t huge_bytes(const Segment& segment) {
    return smaps(segment.base(), segment.identity().segment_bytes, "ShmemPmdMapped");
}

std::uint64_t memory_bytes(const Segment& segment) {
    struct stat status {};
    BOOST_REQUIRE(::fstat(segment.descriptor(), &status) == 0);
    return static_cast<std::uint64_t>(status.st_blocks) * 512;
}

/// Whether this machine has what HugePages asks for: a kernel that does it, and room.
bool machine_has_huge_pages() {
    struct statvfs status {};
    if (::statvfs("/dev/shm", &status) != 0) return false;
    if (status.f_blocks != 0 && status.f_bavail * status.f_frsize < 2 * HugePages::kFreeBytes) return false;
    const TestName name(Kind::shared);
    const Backing object = Backing::create(Kind::shared, name.get().path, 0600);
    BOOST_REQUIRE(::ftruncate(object.descriptor(), kHugePageBytes) == 0);
    const auto mapped = object.map(kHugePageBytes);
    *static_cast<char*>(mapped.get_address()) = 'x';
    constexpr int kCollapse = 25;
    return ::madvise(mapped.get_address(), kHugePageBytes, kCollapse) == 0;
}

/// A segment of 256 MiB which has grown to so many bytes of pages, step by step; each page begins with its number.
std::unique_ptr<Segment> grown(const TestName& name, std::uint64_t bytes) {
    auto segment = Segment::create(name.get(), small_plan(std::uint64_t{256} << 20), kLockTimeoutMs);
    BOOST_REQUIRE(segment != nullptr);
    for (std::uint32_t page = 0; page < bytes / layout::kPageBytes; page += 2) {
        BOOST_REQUIRE(segment->commit_up_to(page + 2));
        for (const std::uint32_t written : {page, page + 1})
            std::memcpy(segment->page(written), &written, sizeof written);
    }
    return segment;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(ipc_huge_pages)

BOOST_AUTO_TEST_CASE(a_mapping_of_many_bytes_begins_where_a_huge_page_can) {
    for (const Kind kind : {Kind::shared, Kind::file}) {
        const TestName name(kind);
        const Backing made = Backing::create(kind, name.get().path, 0600);
        BOOST_REQUIRE(::ftruncate(made.descriptor(), 3 * kHugePageBytes + 4096) == 0);
        const auto one = made.map(3 * kHugePageBytes + 4096);
        const auto two = made.map(3 * kHugePageBytes + 4096);
        BOOST_TEST(begins_where_a_huge_page_can(one.get_address()));
        BOOST_TEST(begins_where_a_huge_page_can(two.get_address()));
    }
    BOOST_TEST(begins_where_a_huge_page_can(Backing().map(3 * kHugePageBytes).get_address()));
}

BOOST_AUTO_TEST_CASE(a_range_that_nothing_was_mapped_over_is_free_again) {
    void* address = nullptr;
    unsigned char resident = 0;
    {
        const AlignedRange range(kHugePageBytes);
        address = range.address();
        BOOST_REQUIRE(address != nullptr);
        BOOST_TEST(::mincore(address, 4096, &resident) == 0);
    }
    BOOST_TEST(::mincore(address, 4096, &resident) != 0);
    BOOST_TEST(AlignedRange(4096).address() == nullptr);
    BOOST_TEST(AlignedRange(std::uint64_t{1} << 60).address() == nullptr);
}

BOOST_AUTO_TEST_CASE(a_large_segment_has_huge_pages_and_little_more_memory_than_it_committed) {
    constexpr std::uint64_t kBytes = std::uint64_t{80} << 20;
    const TestName name(Kind::shared);
    const auto segment = grown(name, kBytes);
    BOOST_TEST(memory_bytes(*segment) >= segment->committed_bytes());
    BOOST_TEST(memory_bytes(*segment) <= segment->committed_bytes() + 2 * kHugePageBytes);
    if (machine_has_huge_pages()) {
        BOOST_TEST(huge_bytes(*segment) >= kHugePageBytes);
    } else {
        BOOST_TEST_MESSAGE("this machine has no huge pages for shared memory");
    }
    const auto again = Segment::attach(name.get(), kTestLayout);
    for (std::uint32_t page = 0; page < kBytes / layout::kPageBytes; ++page) {
        std::uint32_t written = 0;
        std::memcpy(&written, again->page(page), sizeof written);
        BOOST_REQUIRE(written == page);
    }
}

BOOST_AUTO_TEST_CASE(a_small_segment_has_the_memory_that_it_committed) {
    const TestName name(Kind::shared);
    const auto segment = grown(name, kSmallPagesUpTo - kHugePageBytes);
    BOOST_TEST(huge_bytes(*segment) == 0U);
    BOOST_TEST(memory_bytes(*segment) <= segment->committed_bytes() + 64 * 1024);
}

BOOST_AUTO_TEST_SUITE_END()
