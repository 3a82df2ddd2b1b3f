// SPDX-License-Identifier: MIT
#include "ipc/os/new_file.hpp"

#include <boost/test/unit_test.hpp>

#include <fstream>
#include <iterator>

#include <sys/stat.h>

#include "ipc/os/temporary_file.hpp"
#include "tests/unit/ipc/fixtures.hpp"

using namespace dummycache::test;
namespace ipc = dummycache::ipc;
using dummycache::ipc::FileDescriptor;
using dummycache::ipc::NewFile;

namespace {

std::string content_of(const std::string& path) {
    std::ifstream file(path);
    return {std::istreambuf_iterator<char>(file), {}};
}

std::size_t files_in(const TestFolder& folder) {
    return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator(folder.path()),
                                                  std::filesystem::directory_iterator()));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(ipc_new_file)

BOOST_AUTO_TEST_CASE(the_old_file_stays_until_the_new_one_is_finished) {
    const TestFolder folder;
    std::ofstream(folder.file("x")) << "old";
    BOOST_REQUIRE(::chmod(folder.file("x").c_str(), 0640) == 0);
    {
        NewFile dropped(folder.file("x"));
        dropped.write("never seen");
    }
    BOOST_TEST(content_of(folder.file("x")) == "old");
    NewFile file(folder.file("x"));
    file.write("new");
    BOOST_TEST(content_of(folder.file("x")) == "old");
    file.finish();
    BOOST_TEST(content_of(folder.file("x")) == "new");
    struct stat status {};
    BOOST_REQUIRE(::stat(folder.file("x").c_str(), &status) == 0);
    BOOST_TEST((status.st_mode & 0777U) == 0640U);
    BOOST_TEST(files_in(folder) == 1U);
}

BOOST_AUTO_TEST_CASE(behind_a_symbolic_link_the_file_it_leads_to_is_replaced) {
    const TestFolder folder;
    std::ofstream(folder.file("x")) << "old";
    std::filesystem::create_symlink(folder.file("x"), folder.file("link"));
    NewFile file(folder.file("link"));
    file.write("new");
    file.finish();
    BOOST_TEST(std::filesystem::is_symlink(folder.file("link")));
    BOOST_TEST(content_of(folder.file("x")) == "new");
}

// Process 1 of two containers has one process number, and both may write one file.
BOOST_AUTO_TEST_CASE(two_writers_of_one_path_do_not_disturb_each_other) {
    const TestFolder folder;
    std::string first_name;
    std::string second_name;
    const FileDescriptor first = ipc::make_temporary_file(folder.file("x"), first_name);
    const FileDescriptor second = ipc::make_temporary_file(folder.file("x"), second_name);
    BOOST_TEST((first.valid() && second.valid()));
    BOOST_TEST(first_name != second_name);
    NewFile one(folder.file("x"));
    NewFile other(folder.file("x"));
    one.write("one");
    other.write("other");
    one.finish();
    BOOST_TEST(content_of(folder.file("x")) == "one");
    other.finish();
    BOOST_TEST(content_of(folder.file("x")) == "other");
    // The files of living writers stay.
    BOOST_TEST((std::filesystem::exists(first_name) && std::filesystem::exists(second_name)));
    BOOST_TEST(files_in(folder) == 3U);
}

BOOST_AUTO_TEST_CASE(what_killed_writers_left_is_removed_by_the_next_one) {
    const TestFolder folder;
    for (const char* const path : {"x", "other"}) {
        Child child([&](Line&) {
            std::string name;
            static_cast<void>(ipc::make_temporary_file(folder.file(path), name).release());
            return 0;
        });
        BOOST_TEST(child.wait() == 0);
    }
    const std::string foreign = folder.file("x.dummycache-0123456789ab.tmp.kept");
    std::ofstream(foreign) << "kept";
    std::filesystem::create_symlink(foreign, folder.file("x.dummycache-0123456789ab.tmp"));
    BOOST_TEST(files_in(folder) == 4U);
    NewFile file(folder.file("x"));
    file.write("new");
    file.finish();
    BOOST_TEST(files_in(folder) == 4U);  // that of "other", the foreign two, and x
    BOOST_TEST(std::filesystem::exists(foreign));
    BOOST_TEST(content_of(folder.file("x")) == "new");
}

BOOST_AUTO_TEST_CASE(the_longest_name_of_a_file_can_be_written) {
    const TestFolder folder;
    const std::string path = folder.file(std::string(255, 'x'));
    NewFile file(path);
    file.write("new");
    file.finish();
    BOOST_TEST(content_of(path) == "new");
    std::string name;
    BOOST_TEST(ipc::make_temporary_file(path, name).valid());
}

BOOST_AUTO_TEST_CASE(a_path_without_a_slash_lies_in_the_current_directory) {
    const TestFolder folder;
    Child child([&](Line&) {
        if (::chdir(folder.path().c_str()) != 0) return 1;
        NewFile file("x");
        file.write("new");
        file.finish();
        return 0;
    });
    BOOST_TEST(child.wait() == 0);
    BOOST_TEST(content_of(folder.file("x")) == "new");
}

BOOST_AUTO_TEST_CASE(an_error_names_the_path_the_reason_and_the_next_step) {
    const TestFolder folder;
    const std::string path = folder.file("missing/x");
    BOOST_TEST(message_of([&] { NewFile file(path); }) ==
               "cannot write '" + path + "': No such file or directory; check the path");
}

#if defined(DUMMYCACHE_KILL_POINTS)
BOOST_AUTO_TEST_CASE(a_process_killed_anywhere_leaves_the_old_file_or_the_new_one) {
    const TestFolder folder;
    std::ofstream(folder.file("x")) << "old";
    const auto body = [&] {
        NewFile file(folder.file("x"));
        file.write("new");
        file.finish();
    };
    const int deaths = die_at_every_point(body, [&](int) {
        const std::string content = content_of(folder.file("x"));
        BOOST_TEST((content == "old" || content == "new"));
    });
    BOOST_TEST(deaths == 3);
    BOOST_TEST(content_of(folder.file("x")) == "new");
    BOOST_TEST(files_in(folder) == 1U);
}
#endif

BOOST_AUTO_TEST_SUITE_END()
