// SPDX-License-Identifier: MIT
#include "ipc/segment/creation_lock.hpp"

#include <boost/test/unit_test.hpp>

#include <fstream>
#include <thread>

#include <sys/stat.h>

#include "tests/unit/ipc/fixtures.hpp"

using namespace dummycache::test;
using dummycache::ipc::CreationLock;
using dummycache::ipc::Fault;
using dummycache::ipc::Kind;

BOOST_AUTO_TEST_SUITE(ipc_creation_lock)

BOOST_AUTO_TEST_CASE(the_lock_excludes_threads_and_leaves_no_file) {
    for (const Kind kind : kNamedKinds) {
        const TestName name(kind);
        std::atomic<int> inside{0};
        std::atomic<int> most{0};
        std::vector<std::thread> threads;
        for (int i = 0; i < 4; ++i) {
            threads.emplace_back([&] {
                for (int round = 0; round < 50; ++round) {
                    const CreationLock lock(name.get(), kLockTimeoutMs);
                    most = std::max(most.load(), ++inside);
                    std::this_thread::sleep_for(std::chrono::milliseconds(1));
                    --inside;
                }
            });
        }
        for (std::thread& thread : threads) thread.join();
        BOOST_TEST(most.load() == 1);
        BOOST_TEST(name.leftovers().empty());
    }
}

BOOST_AUTO_TEST_CASE(a_held_lock_is_busy_after_the_timeout_and_the_message_says_where_it_lies) {
    const TestName name(Kind::shared);
    TalkingChild holder([&](Line& line) {
        const CreationLock lock(name.get(), kLockTimeoutMs);
        line.say();
        static_cast<void>(line.hear());
        return 0;
    });
    BOOST_REQUIRE(holder.line().hear() == 'x');
    const auto take = [&] { const CreationLock lock(name.get(), 20); };
    BOOST_TEST(fault_of(take) == number(Fault::busy));
    BOOST_TEST(message_of(take).find(dummycache::ipc::lock_path(name.get())) != std::string::npos);
    holder.signal(SIGSTOP);
    BOOST_TEST(fault_of(take) == number(Fault::busy));
    BOOST_TEST(holder.kill() == -SIGKILL);
    BOOST_TEST(fault_of([&] { const CreationLock lock(name.get(), kLockTimeoutMs); }) == -1);
    BOOST_TEST(name.leftovers().empty());
}

BOOST_AUTO_TEST_CASE(a_killed_holder_frees_the_lock_although_its_forked_child_lives) {
    const TestName name(Kind::shared);
    TalkingChild holder([&](Line& line) {
        const CreationLock lock(name.get(), kLockTimeoutMs);
        if (::fork() == 0) {
            line.say();
            static_cast<void>(line.hear());
            ::_exit(0);
        }
        ::pause();
        return 0;
    });
    BOOST_REQUIRE(holder.line().hear() == 'x');
    holder.kill();
    BOOST_TEST(fault_of([&] { const CreationLock lock(name.get(), kLockTimeoutMs); }) == -1);
}

BOOST_AUTO_TEST_CASE(somebody_elses_lock_file_is_refused) {
    if (::geteuid() != 0) {
        BOOST_TEST_MESSAGE("skipped: only root can give a file away");
        return;
    }
    const TestName name(Kind::file);
    const std::string path = dummycache::ipc::lock_path(name.get());
    std::ofstream(path) << "";
    BOOST_REQUIRE(::chown(path.c_str(), 12345, 12345) == 0);
    BOOST_TEST(fault_of([&] { const CreationLock lock(name.get(), 20); }) == number(Fault::no_permission));
}

BOOST_AUTO_TEST_CASE(a_symbolic_link_in_its_place_is_not_followed) {
    const TestName name(Kind::file);
    const std::string target = name.get().path + ".target";
    std::filesystem::create_symlink(target, dummycache::ipc::lock_path(name.get()));
    BOOST_TEST(fault_of([&] { const CreationLock lock(name.get(), 20); }) != -1);
    BOOST_TEST(!std::filesystem::exists(target));
}

BOOST_AUTO_TEST_SUITE_END()
