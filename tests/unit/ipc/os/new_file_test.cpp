// SPDX-License-Identifier: MIT
#include "ipc/os/new_file.hpp"

#include <boost/test/unit_test.hpp>

#include <fstream>

#include <fcntl.h>
#include <grp.h>
#include <sys/stat.h>

#include "support/mounts.hpp"
#include "tests/unit/ipc/fixtures.hpp"

using namespace dummycache::test;
using dummycache::ipc::FileDescriptor;
using dummycache::ipc::NewFile;

BOOST_AUTO_TEST_SUITE(ipc_new_file)

BOOST_AUTO_TEST_CASE(what_cannot_get_its_name_leaves_nothing) {
    const TestFolder folder;
    {
        NewFile file(folder.file("x"));
        file.write("new");
        std::filesystem::create_directories(folder.file("x") + "/in the way");
        BOOST_TEST(fault_of([&] { file.finish(); }) != -1);
    }
    BOOST_TEST(files_in(folder) == 1U);
}

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

BOOST_AUTO_TEST_CASE(a_path_without_a_slash_lies_in_the_current_directory) {
    const TestFolder folder;
    TalkingChild child([&](Line&) {
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

BOOST_AUTO_TEST_CASE(a_path_that_names_a_descriptor_is_written_where_it_stands) {
    const TestFolder folder;
    const FileDescriptor out(::open(folder.file("x").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
    const std::string number = std::to_string(out.get());
    std::filesystem::create_symlink("/dev/fd/" + number, folder.file("link"));
    const auto write = [](const std::string& path, const char* bytes) {
        NewFile file(path);
        file.write(bytes);
        file.finish();
    };
    BOOST_REQUIRE(dummycache::ipc::write_all(out.get(), "first "));
    write("/dev/fd/" + number, "second ");
    write("/proc/self/fd/" + number, "third ");
    write("/dev/../dev/fd/" + number, "fourth ");
    write("/proc/thread-self/fd/" + number, "fifth ");
    write(folder.file("link"), "sixth ");
    BOOST_REQUIRE(dummycache::ipc::write_all(out.get(), "last"));
    BOOST_TEST(content_of(folder.file("x")) == "first second third fourth fifth sixth last");
    BOOST_TEST(files_in(folder) == 2U);
}

BOOST_AUTO_TEST_CASE(what_another_process_has_open_keeps_what_stands_in_it) {
    const TestFolder folder;
    std::ofstream(folder.file("x")) << "old ";
    TalkingChild child([&](Line& line) {
        const FileDescriptor out(::open(folder.file("x").c_str(), O_RDWR | O_CLOEXEC));
        line.say(static_cast<char>(out.get()));
        static_cast<void>(line.hear());
        return 0;
    });
    const std::string number = std::to_string(static_cast<int>(child.line().hear()));
    NewFile file("/proc/" + std::to_string(child.pid()) + "/fd/" + number);
    file.write("new");
    file.finish();
    child.line().say();
    BOOST_TEST(child.wait() == 0);
    BOOST_TEST(content_of(folder.file("x")) == "old new");
}

BOOST_AUTO_TEST_CASE(a_descriptor_that_cannot_be_written_is_a_wrong_argument) {
    const TestFolder folder;
    std::ofstream(folder.file("x")) << "old";
    const FileDescriptor in(::open(folder.file("x").c_str(), O_RDONLY | O_CLOEXEC));
    for (const int number : {in.get(), 9'999}) {
        const std::string path = "/dev/fd/" + std::to_string(number);
        BOOST_TEST(message_of([&] { NewFile file(path); }) ==
                   "cannot write '" + path + "': descriptor " + std::to_string(number) +
                       " is not open for writing; redirect it, as in " + std::to_string(number) + ">FILE");
    }
    BOOST_TEST(content_of(folder.file("x")) == "old");
}

BOOST_AUTO_TEST_CASE(a_link_to_a_file_that_is_missing_stays_and_the_file_is_made) {
    const TestFolder folder;
    std::filesystem::create_directory(folder.file("sub"));
    std::filesystem::create_symlink("sub/second", folder.file("first"));
    std::filesystem::create_symlink("../x", folder.file("sub/second"));
    NewFile file(folder.file("first"));
    file.write("new");
    file.finish();
    BOOST_TEST(std::filesystem::is_symlink(folder.file("first")));
    BOOST_TEST(std::filesystem::is_symlink(folder.file("sub/second")));
    BOOST_TEST(content_of(folder.file("x")) == "new");
}

BOOST_AUTO_TEST_CASE(links_in_a_circle_are_refused_and_stay) {
    const TestFolder folder;
    std::filesystem::create_symlink("two", folder.file("one"));
    std::filesystem::create_symlink("one", folder.file("two"));
    std::filesystem::create_symlink("self", folder.file("self"));
    for (const char* name : {"one", "two", "self"}) {
        BOOST_TEST(message_of([&] { NewFile file(folder.file(name)); }) ==
                   "the link '" + folder.file(name) + "' leads in a circle; give the path of a file");
        BOOST_TEST(std::filesystem::is_symlink(folder.file(name)));
    }
}

BOOST_AUTO_TEST_CASE(a_directory_is_no_file_to_write) {
    const TestFolder folder;
    const std::string path = folder.path();
    BOOST_TEST(message_of([&] { NewFile file(path); }) ==
               "cannot write '" + path + "': Is a directory; give the path of a file");
}

BOOST_AUTO_TEST_CASE(owner_group_and_mode_stay_where_the_system_allows_it) {
    if (::geteuid() != 0) {
        BOOST_TEST_MESSAGE("skipped: only root can give files away");
        return;
    }
    const TestFolder folder;
    BOOST_REQUIRE(::chown(folder.path().c_str(), 0, 4711) == 0);
    BOOST_REQUIRE(::chmod(folder.path().c_str(), 02777) == 0);
    const std::string path = folder.file("x");
    const auto replaced_by = [&](uid_t uid, gid_t gid, std::vector<gid_t> groups) {
        std::ofstream(path) << "old";
        BOOST_REQUIRE(::chown(path.c_str(), 1000, 1001) == 0);
        BOOST_REQUIRE(::chmod(path.c_str(), 0640) == 0);
        TalkingChild child([&](Line&) {
            if (::setgroups(groups.size(), groups.data()) != 0) return 1;
            if (::setresgid(gid, gid, gid) != 0 || ::setresuid(uid, uid, uid) != 0) return 1;
            NewFile file(path);
            file.write("new");
            file.finish();
            return 0;
        });
        BOOST_TEST(child.wait() == 0);
        BOOST_TEST(content_of(path) == "new");
        struct stat status {};
        BOOST_REQUIRE(::stat(path.c_str(), &status) == 0);
        BOOST_TEST((status.st_mode & 07777U) == 0640U);
        return std::pair(status.st_uid, status.st_gid);
    };
    BOOST_TEST((replaced_by(0, 0, {}) == std::pair<uid_t, gid_t>(1000, 1001)));
    BOOST_TEST((replaced_by(1000, 1000, {1001}) == std::pair<uid_t, gid_t>(1000, 1001)));
    BOOST_TEST((replaced_by(2000, 2000, {1001}) == std::pair<uid_t, gid_t>(2000, 1001)));
    BOOST_TEST((replaced_by(2000, 2000, {}) == std::pair<uid_t, gid_t>(2000, 4711)));
}

BOOST_AUTO_TEST_CASE(without_proc_the_file_has_a_temporary_name_until_it_is_whole) {
    const TestFolder folder;
    TalkingChild child([&](Line&) {
        if (!mount_on("/proc", "tmpfs")) return kCannotMount;
        for (const char* content : {"first", "second"}) {
            NewFile file(folder.file("x"));
            file.write(content);
            file.finish();
            if (content_of(folder.file("x")) != content) return 1;
        }
        return 0;
    });
    check_mounted_child(child);
    BOOST_TEST(files_in(folder) <= 1U);
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
