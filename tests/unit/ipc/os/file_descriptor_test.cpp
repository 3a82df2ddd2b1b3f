// SPDX-License-Identifier: MIT
#include "ipc/os/file_descriptor.hpp"

#include <boost/test/unit_test.hpp>

#include <string>
#include <thread>
#include <vector>

#include <fcntl.h>
#include <sys/stat.h>

#include "support/signal_storm.hpp"
#include "tests/unit/ipc/fixtures.hpp"

using namespace dummycache::test;
using namespace dummycache::ipc;

BOOST_AUTO_TEST_SUITE(ipc_file_descriptor)

BOOST_AUTO_TEST_CASE(it_closes_what_it_owns_and_moves) {
    int number = -1;
    {
        FileDescriptor one(::open("/dev/null", O_RDWR));
        number = one.get();
        FileDescriptor two(std::move(one));
        BOOST_TEST(!one.valid());
        BOOST_TEST(two.get() == number);
        one = std::move(two);
        BOOST_TEST(one.get() == number);
    }
    BOOST_TEST(::fcntl(number, F_GETFD) == -1);
}

BOOST_AUTO_TEST_CASE(a_byte_is_locked_against_other_descriptors_of_this_process_too) {
    const TestFolder folder;
    const std::string path = folder.file("x");
    const FileDescriptor one(open_no_follow(path, O_RDWR | O_CREAT, 0600));
    const FileDescriptor two(open_no_follow(path, O_RDWR));
    BOOST_TEST((state_of_byte(two.get(), 7) == ByteState::free));
    BOOST_TEST(try_lock_byte(one.get(), 7));
    BOOST_TEST((state_of_byte(one.get(), 7) == ByteState::free));
    BOOST_TEST((state_of_byte(two.get(), 7) == ByteState::locked));
    BOOST_TEST((state_of_byte(two.get(), 8) == ByteState::free));
    BOOST_TEST(!try_lock_byte(two.get(), 7));
    BOOST_TEST(try_lock_byte(two.get(), 8));
    unlock_byte(one.get(), 7);
    BOOST_TEST(try_lock_byte(two.get(), 7));
    BOOST_TEST((state_of_byte(-1, 7) == ByteState::unknown));
}

BOOST_AUTO_TEST_CASE(open_follows_no_link_waits_for_no_pipe_and_is_closed_on_exec) {
    const TestFolder folder;
    const FileDescriptor file(open_no_follow(folder.file("x"), O_RDWR | O_CREAT, 0600));
    BOOST_TEST((::fcntl(file.get(), F_GETFD) & FD_CLOEXEC) != 0);
    std::filesystem::create_symlink(folder.file("x"), folder.file("link"));
    BOOST_TEST(open_no_follow(folder.file("link"), O_RDWR) == -1);
    BOOST_TEST(errno == ELOOP);
    BOOST_REQUIRE(::mkfifo(folder.file("pipe").c_str(), 0600) == 0);
    const FileDescriptor pipe(open_no_follow(folder.file("pipe"), O_RDONLY));
    BOOST_TEST(pipe.valid());
}

BOOST_AUTO_TEST_CASE(errors_of_the_system_have_a_fault_a_reason_and_advice_in_one_line) {
    BOOST_TEST((system_error(EACCES, "x").fault() == Fault::no_permission));
    BOOST_TEST((system_error(EROFS, "x").fault() == Fault::no_permission));
    BOOST_TEST((system_error(ENOENT, "x").fault() == Fault::not_found));
    BOOST_TEST((system_error(ENOSPC, "x").fault() == Fault::no_space));
    BOOST_TEST((system_error(ENOMEM, "x").fault() == Fault::no_space));
    BOOST_TEST((system_error(EISDIR, "x").fault() == Fault::not_a_file));
    BOOST_TEST((system_error(EMFILE, "x").fault() == Fault::system));
    BOOST_TEST(std::string(system_error(ENOSPC, "do it").what()) ==
               "cannot do it: No space left on device; free some space there, or choose a smaller capacity");
}

BOOST_AUTO_TEST_CASE(a_path_has_a_directory_and_leads_to_a_file_or_elsewhere) {
    BOOST_TEST(directory_of("/a/b/c") == "/a/b");
    BOOST_TEST(directory_of("/a") == "/");
    BOOST_TEST(directory_of("a/b") == "a");
    BOOST_TEST(directory_of("a") == ".");
    const TestFolder folder;
    const FileDescriptor file(open_no_follow(folder.file("x"), O_RDWR | O_CREAT, 0600));
    struct stat status {};
    ::fstat(file.get(), &status);
    const FileIdentity here = identity_of(status);
    BOOST_TEST(leads_to(folder.file("x"), here));
    BOOST_TEST(!leads_to(folder.file("x"), {here.device, here.inode + 1}));
    BOOST_TEST(!leads_to(folder.file("y"), here));
    BOOST_TEST(is_file(file.get(), here));
    BOOST_TEST(!is_file(file.get(), {here.device, here.inode + 1}));
    BOOST_TEST(!is_file(-1, here));
    const FileDescriptor again(open_no_follow("/proc/self/fd", O_RDONLY));
    BOOST_TEST(!is_file(again.get(), here));
}

BOOST_AUTO_TEST_CASE(all_bytes_are_written_and_an_object_without_a_name_is_opened_again) {
    const TestFolder folder;
    const FileDescriptor file(open_no_follow(folder.file("x"), O_RDWR | O_CREAT, 0600));
    BOOST_TEST(write_all(file.get(), std::string(100'000, 'a')));
    BOOST_TEST(status_of(file.get(), "x").st_size == 100'000);
    BOOST_REQUIRE(::unlink(folder.file("x").c_str()) == 0);
    const FileDescriptor again(::open(path_of_descriptor(file.get()).c_str(), O_RDONLY | O_CLOEXEC));
    BOOST_TEST(is_file(again.get(), identity_of(status_of(file.get(), "x"))));
    BOOST_TEST(!write_all(again.get(), "b"));
    BOOST_TEST(errno == EBADF);
    BOOST_CHECK_THROW(static_cast<void>(status_of(-1, "x")), Error);
}

BOOST_AUTO_TEST_CASE(all_bytes_are_written_though_signals_end_every_call) {
    int ends[2] = {-1, -1};
    BOOST_REQUIRE(::pipe(ends) == 0);
    std::string sent(3'000'000, '\0');
    for (std::size_t i = 0; i < sent.size(); ++i) sent[i] = static_cast<char>(i % 251);
    std::string got;
    std::thread reader([&] {
        block_all_signals();
        std::vector<char> part(5000);
        for (ssize_t count = 0; (count = ::read(ends[0], part.data(), part.size())) > 0;)
            got.append(part.data(), static_cast<std::size_t>(count));
    });
    bool whole = false;
    {
        const SignalStorm storm(200);
        whole = dummycache::ipc::write_all(ends[1], sent);
    }
    ::close(ends[1]);
    reader.join();
    ::close(ends[0]);
    BOOST_TEST(whole);
    BOOST_TEST((got == sent));
}

BOOST_AUTO_TEST_SUITE_END()
