// SPDX-License-Identifier: MIT
#include "ipc/os/readable_file.hpp"

#include <boost/test/unit_test.hpp>

#include <fstream>
#include <string_view>
#include <thread>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/unit/ipc/fixtures.hpp"

using namespace dummycache::test;
using dummycache::ipc::FileDescriptor;
using dummycache::ipc::ReadableFile;

namespace {

std::string read_all(const ReadableFile& file) {
    std::string bytes;
    char part[1000];
    while (const std::size_t count = file.read_at(part, sizeof part, bytes.size())) bytes.append(part, count);
    BOOST_TEST(file.is_whole());
    BOOST_TEST(file.size() == bytes.size());
    return bytes;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(ipc_readable_file)

// As in `{ read first; dummycache load -; } <file`: what was read before is no part of the input.
BOOST_AUTO_TEST_CASE(a_redirected_file_begins_where_it_stands) {
    const TestFolder folder;
    std::ofstream(folder.file("x")) << "0123456789";
    for (const off_t begin : {off_t{0}, off_t{4}}) {
        const int before = ::dup(STDIN_FILENO);
        const FileDescriptor redirected(::open(folder.file("x").c_str(), O_RDONLY | O_CLOEXEC));
        BOOST_REQUIRE(::lseek(redirected.get(), begin, SEEK_SET) == begin);
        ::dup2(redirected.get(), STDIN_FILENO);
        const ReadableFile file("-");
        BOOST_TEST(read_all(file) == std::string("0123456789").substr(static_cast<std::size_t>(begin)));
        before < 0 ? ::close(STDIN_FILENO) : ::dup2(before, STDIN_FILENO);
        if (before >= 0) ::close(before);
    }
}

BOOST_AUTO_TEST_CASE(a_file_is_read_at_any_place_more_than_once) {
    const TestFolder folder;
    std::ofstream(folder.file("x")) << "0123456789";
    const ReadableFile file(folder.file("x"));
    BOOST_TEST(file.size() == 10U);
    BOOST_TEST(read_all(file) == "0123456789");
    char two[2] = {};
    BOOST_TEST(file.read_at(two, 2, 4) == 2U);
    BOOST_TEST(std::string_view(two, 2) == "45");
    BOOST_TEST(file.read_at(two, 2, 9) == 1U);
    BOOST_TEST(file.read_at(two, 2, 10) == 0U);
}

BOOST_AUTO_TEST_CASE(a_pipe_is_read_to_its_end_and_can_be_read_again) {
    const TestFolder folder;
    const std::string path = folder.file("pipe");
    BOOST_REQUIRE(::mkfifo(path.c_str(), 0600) == 0);
    const std::string sent(300'000, 'p');
    std::thread writer([&] {
        const FileDescriptor end(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
        static_cast<void>(dummycache::ipc::write_all(end.get(), sent));
    });
    const ReadableFile file(path);
    BOOST_TEST(file.is_stream());
    BOOST_TEST(!file.is_whole());
    BOOST_TEST(read_all(file) == sent);
    writer.join();
    BOOST_TEST(read_all(file) == sent);
}

BOOST_AUTO_TEST_CASE(a_stream_that_a_caller_gives_is_copied) {
    int left = 3;
    const ReadableFile file(
        [&](char* to, std::size_t) -> std::size_t {
            if (left == 0) return 0;
            *to = static_cast<char>('0' + left--);
            return 1;
        },
        "numbers");
    BOOST_TEST(file.name() == "numbers");
    BOOST_TEST(read_all(file) == "321");
}

BOOST_AUTO_TEST_CASE(a_stream_without_an_end_is_read_no_further_than_it_is_needed) {
    const ReadableFile file("/dev/zero");
    char bytes[10] = {'x'};
    BOOST_TEST(file.read_at(bytes, sizeof bytes, 100) == sizeof bytes);
    BOOST_TEST(bytes[0] == 0);
    BOOST_TEST(file.size() < 10'000'000U);
    BOOST_TEST(!file.is_whole());
}

BOOST_AUTO_TEST_CASE(a_descriptor_is_read_from_where_it_stands) {
    const TestFolder folder;
    std::ofstream(folder.file("x")) << "0123456789";
    const FileDescriptor in(::open(folder.file("x").c_str(), O_RDONLY | O_CLOEXEC));
    BOOST_REQUIRE(::lseek(in.get(), 4, SEEK_SET) == 4);
    BOOST_TEST(read_all(ReadableFile("/dev/fd/" + std::to_string(in.get()))) == "456789");
}

BOOST_AUTO_TEST_CASE(a_directory_is_no_file) {
    const TestFolder folder;
    BOOST_TEST(message_of([&] { const ReadableFile file(folder.path()); }) ==
               "cannot read '" + folder.path() + "': Is a directory; give the path of a file");
}

BOOST_AUTO_TEST_CASE(an_error_names_the_path_the_reason_and_the_next_step) {
    const TestFolder folder;
    const std::string path = folder.file("missing");
    BOOST_TEST(message_of([&] { const ReadableFile file(path); }) ==
               "cannot read '" + path + "': No such file or directory; check the path");
}

BOOST_AUTO_TEST_SUITE_END()
