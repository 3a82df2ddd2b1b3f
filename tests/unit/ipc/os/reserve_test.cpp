// SPDX-License-Identifier: MIT
#include "ipc/os/reserve.hpp"

#include <boost/test/unit_test.hpp>

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/time.h>

#include "ipc/os/file_descriptor.hpp"
#include "support/mounts.hpp"
#include "tests/unit/ipc/fixtures.hpp"

using namespace dummycache::test;
using dummycache::ipc::FileDescriptor;
using dummycache::ipc::Reserved;

namespace {

FileDescriptor sized_file(const std::string& path, off_t bytes) {
    FileDescriptor file(::open(path.c_str(), O_RDWR | O_CREAT, 0600));
    if (::ftruncate(file.get(), bytes) != 0) return FileDescriptor();
    return file;
}

std::int64_t bytes_taken(const FileDescriptor& file) {
    struct stat status {};
    ::fstat(file.get(), &status);
    return status.st_blocks * 512;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(ipc_reserve)

BOOST_AUTO_TEST_CASE(reserving_takes_memory_and_keeps_bytes) {
    const std::string path = "/dev/shm/" + unique_word();
    const FileDescriptor file = sized_file(path, 64 << 20);
    ::unlink(path.c_str());
    BOOST_REQUIRE(::pwrite(file.get(), "abc", 3, 4096) == 3);
    int error = 0;
    BOOST_TEST((dummycache::ipc::reserve(file.get(), 4096, 40U << 20, error) == Reserved::yes));
    BOOST_TEST((dummycache::ipc::reserve(file.get(), 0, 8192, error) == Reserved::yes));
    BOOST_TEST((dummycache::ipc::reserve(file.get(), 0, 0, error) == Reserved::yes));
    BOOST_TEST(bytes_taken(file) == (40 << 20) + 4096);
    char bytes[3] = {};
    BOOST_REQUIRE(::pread(file.get(), bytes, 3, 4096) == 3);
    BOOST_TEST(std::string(bytes, 3) == "abc");
}

BOOST_AUTO_TEST_CASE(signals_do_not_keep_it_from_ending_and_arrive_afterwards) {
    static std::atomic<int> ticks;
    ticks = 0;
    const auto before = ::signal(SIGALRM, [](int) { ++ticks; });
    const itimerval fast{{0, 200}, {0, 200}};
    const itimerval never{};
    ::setitimer(ITIMER_REAL, &fast, nullptr);
    const std::string path = "/dev/shm/" + unique_word();
    const FileDescriptor file = sized_file(path, 128 << 20);
    ::unlink(path.c_str());
    int error = 0;
    BOOST_TEST((dummycache::ipc::reserve(file.get(), 0, 128U << 20, error) == Reserved::yes));
    while (ticks == 0) ::usleep(100);
    ::setitimer(ITIMER_REAL, &never, nullptr);
    ::signal(SIGALRM, before);
    BOOST_TEST(bytes_taken(file) == 128 << 20);
}

BOOST_AUTO_TEST_CASE(a_full_file_system_says_so) {
    const TestFolder folder;
    TalkingChild child([&](Line&) {
        if (!mount_on(folder.path(), "tmpfs", "size=1m")) return kCannotMount;
        const FileDescriptor file = sized_file(folder.file("x"), 4 << 20);
        int error = 0;
        if (dummycache::ipc::reserve(file.get(), 0, 2U << 20, error) != Reserved::no_space || error != ENOSPC)
            return 1;
        if (dummycache::ipc::write_zeros(file.get(), 0, 2U << 20, error) != Reserved::no_space) return 2;
        return error == ENOSPC ? 0 : 3;
    });
    check_mounted_child(child);
}

BOOST_AUTO_TEST_CASE(a_file_system_without_fallocate_is_told_apart_and_takes_zeros) {
    const TestFolder folder;
    TalkingChild child([&](Line&) {
        if (!mount_on(folder.path(), "ramfs")) return kCannotMount;
        const FileDescriptor file = sized_file(folder.file("x"), 1 << 20);
        int error = 0;
        if (dummycache::ipc::reserve(file.get(), 0, 1U << 20, error) != Reserved::unsupported) return 1;
        return dummycache::ipc::write_zeros(file.get(), 100, 50'000, error) == Reserved::yes ? 0 : 2;
    });
    check_mounted_child(child);
}

BOOST_AUTO_TEST_SUITE_END()
