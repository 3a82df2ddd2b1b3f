// SPDX-License-Identifier: MIT
// Files that are not whole yet: their names, and what killed writers left of them.
#include "ipc/os/temporary_file.hpp"

#include <boost/test/unit_test.hpp>

#include <fstream>

#include "ipc/os/new_file.hpp"
#include "tests/unit/ipc/fixtures.hpp"

using namespace dummycache::test;
namespace ipc = dummycache::ipc;
using dummycache::ipc::FileDescriptor;
using dummycache::ipc::NewFile;

BOOST_AUTO_TEST_SUITE(ipc_temporary_file)

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
        TalkingChild child([&](Line&) {
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

BOOST_AUTO_TEST_SUITE_END()
