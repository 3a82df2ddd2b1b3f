// SPDX-License-Identifier: MIT
#include "ipc/process/liveness.hpp"

#include <boost/test/unit_test.hpp>

#include <thread>

#include <sched.h>
#include <sys/syscall.h>

#include "ipc/os/file_descriptor.hpp"
#include "tests/unit/ipc/fixtures.hpp"

using namespace dummycache;
using namespace dummycache::test;
using ipc::Kind;
using ipc::Membership;
using ipc::ProcessIdentity;

namespace {

/// A segment, a judge in slot 0, and room for somebody in slot 1.
struct JudgeInSlotZero {
    TestSegment segment{Kind::shared};
    Membership self{*segment};

    [[nodiscard]] bool dead(std::uint32_t slot = 1) const {
        return self.is_dead(slot, segment->process_slots()[slot].generation.load());
    }
    /// What a child does that joins and stays; `then` runs after it has joined.
    template <class Then>
    int join_and(Line& line, Then then) const {
        const auto own = segment.name().attach();
        const Membership member(*own);
        then(*own);
        line.say();
        static_cast<void>(line.hear());
        return 0;
    }
    [[nodiscard]] bool turns_dead(std::uint32_t slot = 1) const {
        for (int i = 0; i < 10'000 && !dead(slot); ++i) ::usleep(1000);
        return dead(slot);
    }
};

void nothing(const ipc::Segment&) {}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(ipc_liveness, JudgeInSlotZero)

BOOST_AUTO_TEST_CASE(a_process_knows_itself) {
    const ProcessIdentity own = ipc::own_identity();
    BOOST_TEST(own.pid == static_cast<std::uint32_t>(::getpid()));
    BOOST_TEST(own.start_time != 0U);
    BOOST_TEST(own.pid_namespace != 0U);
    BOOST_TEST(!dead(0));
}

BOOST_AUTO_TEST_CASE(a_running_and_a_stopped_process_are_alive_and_a_killed_one_is_dead) {
    TalkingChild child([&](Line& line) { return join_and(line, nothing); });
    BOOST_REQUIRE(child.line().hear() == 'x');
    BOOST_TEST(!dead());
    child.signal(SIGSTOP);
    ::usleep(20'000);
    BOOST_TEST(!dead());
    child.kill();
    BOOST_TEST(dead());
}

BOOST_AUTO_TEST_CASE(another_generation_an_empty_slot_and_no_slot_at_all_are_dead) {
    BOOST_TEST(self.is_dead(0, self.generation() + 1));
    BOOST_TEST(self.is_dead(0, self.generation() - 1));
    BOOST_TEST(self.is_dead(3, 0));
    BOOST_TEST(self.is_dead(8, 0));
    BOOST_TEST(self.is_dead(~0U, 0));
}

BOOST_AUTO_TEST_CASE(a_zombie_is_dead) {
    TalkingChild child([&](Line& line) { return join_and(line, nothing); });
    BOOST_REQUIRE(child.line().hear() == 'x');
    child.signal(SIGKILL);
    BOOST_TEST(turns_dead());
    BOOST_TEST(::kill(child.pid(), 0) == 0);
}

BOOST_AUTO_TEST_CASE(a_process_whose_first_thread_has_ended_is_alive) {
    TalkingChild child([&](Line& line) {
        const auto own = segment.name().attach();
        const Membership member(*own);
        std::thread other([&line] {
            ::usleep(100'000);
            line.say();
            static_cast<void>(line.hear());
            ::_exit(0);
        });
        other.detach();
        ::syscall(SYS_exit, 0);
        return 1;
    });
    BOOST_REQUIRE(child.line().hear() == 'x');
    BOOST_TEST(!dead());
    child.line().say();
    BOOST_TEST(child.wait() == 0);
    BOOST_TEST(dead());
}

BOOST_AUTO_TEST_CASE(a_killed_process_is_dead_although_its_forked_child_lives) {
    TalkingChild child([&](Line& line) {
        return join_and(line, [&line](const ipc::Segment&) {
            if (::fork() != 0) return;
            line.say();
            static_cast<void>(line.hear());
            ::_exit(0);
        });
    });
    BOOST_REQUIRE(child.line().hear() == 'x');
    BOOST_REQUIRE(child.line().hear() == 'x');
    child.kill();
    BOOST_TEST(dead());
    BOOST_TEST(
        (ipc::state_of_byte(segment->descriptor(), layout::kLivenessBase + 1) == ipc::ByteState::free));
}

BOOST_AUTO_TEST_CASE(a_process_that_called_execve_is_dead_though_its_pid_lives) {
    TalkingChild child([&](Line& line) {
        return join_and(line, [&line](const ipc::Segment&) {
            line.say();
            static_cast<void>(line.hear());
            ::execl("/bin/sleep", "sleep", "60", nullptr);
        });
    });
    BOOST_REQUIRE(child.line().hear() == 'x');
    BOOST_TEST(!dead());
    child.line().say();
    BOOST_TEST(turns_dead());
    BOOST_TEST(::kill(child.pid(), 0) == 0);
}

BOOST_AUTO_TEST_CASE(a_process_that_lost_its_descriptors_is_alive_while_it_maps_the_segment) {
    TalkingChild child([&](Line& line) {
        return join_and(line, [](const ipc::Segment&) {
            for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) {
                std::error_code error;
                const auto target = std::filesystem::read_symlink(entry.path(), error).string();
                if (target.find("dummycache") != std::string::npos)
                    ::close(std::stoi(entry.path().filename()));
            }
        });
    });
    BOOST_REQUIRE(child.line().hear() == 'x');
    BOOST_TEST(
        (ipc::state_of_byte(segment->descriptor(), layout::kLivenessBase + 1) == ipc::ByteState::free));
    BOOST_TEST(!dead());
    child.kill();
    BOOST_TEST(dead());
}

BOOST_AUTO_TEST_CASE(a_reused_pid_is_told_by_its_start_time) {
    TalkingChild child([&](Line& line) { return join_and(line, nothing); });
    BOOST_REQUIRE(child.line().hear() == 'x');
    ProcessIdentity claimed = ipc::own_identity();
    claimed.pid = static_cast<std::uint32_t>(child.pid());
    claimed.start_time = segment->process_slots()[1].start_time.load();
    BOOST_TEST(!ipc::process_is_dead(*segment, 1, claimed));
    claimed.start_time -= 1;
    BOOST_TEST(ipc::process_is_dead(*segment, 1, claimed));
    claimed.start_time = 0;
    BOOST_TEST(!ipc::process_is_dead(*segment, 1, claimed));
}

BOOST_AUTO_TEST_CASE(in_another_pid_namespace_only_the_liveness_byte_speaks) {
    TalkingChild child([&](Line& line) { return join_and(line, nothing); });
    BOOST_REQUIRE(child.line().hear() == 'x');
    ProcessIdentity claimed = ipc::own_identity();
    claimed.pid_namespace += 1;
    claimed.pid = 0x7ffffff0;
    BOOST_TEST(!ipc::process_is_dead(*segment, 1, claimed));
    child.kill();
    BOOST_TEST(ipc::process_is_dead(*segment, 1, claimed));
    claimed.pid = static_cast<std::uint32_t>(::getpid());
    BOOST_TEST(ipc::process_is_dead(*segment, 1, claimed));
}

BOOST_AUTO_TEST_CASE(members_of_two_pid_namespaces_with_one_pid_judge_each_other_rightly) {
    // Each child is the parent of pid 1 of a new namespace, and says what that one says.
    const auto namespace_child = [&](Line& line) {
        if (::unshare(CLONE_NEWPID) != 0) {
            line.say('-');
            return 0;
        }
        const pid_t first = ::fork();
        if (first == 0) {
            ::alarm(120);
            const auto own = segment.name().attach();
            Membership member(*own);
            if (::getpid() != 1) ::_exit(1);
            line.say('x');
            const char other = line.hear();
            if (other == 'q') ::raise(SIGKILL);
            const auto slot = static_cast<std::uint32_t>(other - '0');
            line.say(member.is_dead(slot, own->process_slots()[slot].generation.load()) ? 'd' : 'a');
            static_cast<void>(line.hear());
            ::kill(1, SIGKILL);
            ::_exit(0);
        }
        int status = 0;
        ::waitpid(first, &status, 0);
        line.say('w');
        static_cast<void>(line.hear());
        return 0;
    };
    TalkingChild one(namespace_child);
    if (one.line().hear() == '-') {
        BOOST_TEST_MESSAGE("skipped: this user cannot make a pid namespace");
        return;
    }
    TalkingChild two(namespace_child);
    BOOST_REQUIRE(two.line().hear() == 'x');
    BOOST_TEST(self.pid_of(1) == 1U);
    BOOST_TEST(self.pid_of(2) == 1U);
    BOOST_TEST(!dead(1));
    BOOST_TEST(!dead(2));
    two.line().say('1');
    BOOST_TEST(two.line().hear() == 'a');
    one.line().say('0');
    BOOST_TEST(one.line().hear() == 'a');
    one.line().say('x');
    one.kill();
    two.line().say('x');
}

BOOST_AUTO_TEST_SUITE_END()
