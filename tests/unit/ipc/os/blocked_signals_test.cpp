// SPDX-License-Identifier: MIT
#include "ipc/os/blocked_signals.hpp"

#include <boost/test/unit_test.hpp>

#include <cerrno>

#include <fcntl.h>
#include <sys/resource.h>

#include "ipc/os/file_descriptor.hpp"
#include "ipc/os/new_file.hpp"
#include "ipc/os/readable_file.hpp"
#include "ipc/os/reserve.hpp"
#include "support/mounts.hpp"
#include "tests/unit/ipc/fixtures.hpp"

using namespace dummycache::test;
using namespace dummycache;
using ipc::FileDescriptor;

namespace {

constexpr rlim_t kLimitBytes = 100'000;

/// In a child: no file may become larger, and the signal that says so ends the process.
void limit_file_sizes() {
    const rlimit limit{kLimitBytes, kLimitBytes};
    ::setrlimit(RLIMIT_FSIZE, &limit);
    ::signal(SIGXFSZ, SIG_DFL);
}

FileDescriptor new_file(const std::string& path) {
    return FileDescriptor(::open(path.c_str(), O_RDWR | O_CREAT, 0600));
}

sigset_t mask_of_thread() {
    sigset_t mask;
    ::pthread_sigmask(SIG_BLOCK, nullptr, &mask);
    return mask;
}

bool is_pending(int signal) {
    sigset_t set;
    sigemptyset(&set);
    ::sigpending(&set);
    return sigismember(&set, signal) == 1;
}

void block(int signal) {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, signal);
    ::pthread_sigmask(SIG_BLOCK, &set, nullptr);
}

/// Whether a write beyond the limit fails as it should.
bool fails_at_the_limit(const FileDescriptor& file) {
    return !ipc::write_all(file.get(), std::string(2 * kLimitBytes, 'x')) && errno == EFBIG;
}

volatile sig_atomic_t seen = 0;

}  // namespace

BOOST_AUTO_TEST_SUITE(ipc_blocked_signals)

BOOST_AUTO_TEST_CASE(a_write_beyond_the_limit_on_files_is_an_error_and_ends_nobody) {
    const TestFolder folder;
    TalkingChild child([&](Line&) {
        limit_file_sizes();
        const FileDescriptor file = new_file(folder.file("x"));
        if (!fails_at_the_limit(file)) return 1;
        const sigset_t mask = mask_of_thread();
        if (sigismember(&mask, SIGXFSZ) != 0 || is_pending(SIGXFSZ)) return 2;
        struct sigaction action {};
        ::sigaction(SIGXFSZ, nullptr, &action);
        return action.sa_handler == SIG_DFL ? 0 : 3;
    });
    BOOST_TEST(child.wait() == 0);
}

BOOST_AUTO_TEST_CASE(the_handler_of_the_host_is_not_called) {
    const TestFolder folder;
    TalkingChild child([&](Line&) {
        limit_file_sizes();
        ::signal(SIGXFSZ, [](int) { seen = 1; });
        const FileDescriptor file = new_file(folder.file("x"));
        if (!fails_at_the_limit(file)) return 1;
        return seen == 0 ? 0 : 2;
    });
    BOOST_TEST(child.wait() == 0);
}

BOOST_AUTO_TEST_CASE(a_signal_that_waited_before_still_waits) {
    const TestFolder folder;
    TalkingChild child([&](Line&) {
        limit_file_sizes();
        block(SIGXFSZ);
        const FileDescriptor file = new_file(folder.file("x"));
        if (!fails_at_the_limit(file) || is_pending(SIGXFSZ)) return 1;
        ::raise(SIGXFSZ);
        if (!fails_at_the_limit(file) || !is_pending(SIGXFSZ)) return 2;
        const sigset_t mask = mask_of_thread();
        return sigismember(&mask, SIGXFSZ) == 1 ? 0 : 3;
    });
    BOOST_TEST(child.wait() == 0);
}

BOOST_AUTO_TEST_CASE(a_signal_from_elsewhere_arrives_afterwards) {
    TalkingChild child([](Line&) {
        ::signal(SIGXFSZ, [](int) { seen = 1; });
        ipc::without_its_signal([] { return ::raise(SIGXFSZ); });
        return seen == 1 ? 0 : 1;
    });
    BOOST_TEST(child.wait() == 0);
}

BOOST_AUTO_TEST_CASE(a_pipe_that_nobody_reads_is_an_error_and_ends_nobody) {
    TalkingChild child([](Line&) {
        int ends[2] = {};
        if (::pipe(ends) != 0) return 1;
        ::close(ends[0]);
        ::signal(SIGPIPE, SIG_DFL);
        if (ipc::write_all(ends[1], "x") || errno != EPIPE) return 2;
        return is_pending(SIGPIPE) ? 3 : 0;
    });
    BOOST_TEST(child.wait() == 0);
}

BOOST_AUTO_TEST_CASE(reserving_and_writing_zeros_beyond_the_limit_find_no_space) {
    const TestFolder folder;
    TalkingChild child([&](Line&) {
        limit_file_sizes();
        int error = 0;
        const FileDescriptor file = new_file(folder.file("x"));
        if (ipc::reserve(file.get(), 0, 2 * kLimitBytes, error) != ipc::Reserved::no_space) return 1;
        if (error != EFBIG) return 2;
        if (ipc::write_zeros(file.get(), 0, 2 * kLimitBytes, error) != ipc::Reserved::no_space) return 3;
        return error == EFBIG ? 0 : 4;
    });
    BOOST_TEST(child.wait() == 0);
}

BOOST_AUTO_TEST_CASE(a_segment_larger_than_the_limit_is_refused_and_leaves_nothing) {
    for (const ipc::Kind kind : kNamedKinds) {
        const TestName name(kind);
        TalkingChild child([&](Line&) {
            limit_file_sizes();
            const std::string message = message_of([&] { static_cast<void>(name.create()); });
            return message.find(
                       "; raise the limit on the size of files (ulimit -f), or choose a smaller "
                       "capacity") != std::string::npos
                       ? 0
                       : 1;
        });
        BOOST_TEST(child.wait() == 0);
        BOOST_TEST(name.leftovers().empty());
        BOOST_TEST(!std::filesystem::exists(name.get().path));
    }
}

// Without fallocate, memory is taken by writing zeros, and the kernel refuses that inside the object as well.
BOOST_AUTO_TEST_CASE(a_segment_that_was_made_without_the_limit_grows_up_to_it) {
    const TestFolder folder;
    TalkingChild child([&](Line&) {
        if (!mount_on(folder.path(), "ramfs")) return kCannotMount;
        const auto name = ipc::parse_name(folder.file("cache"));
        const auto segment = ipc::Segment::create(name, small_plan(), kLockTimeoutMs);
        limit_file_sizes();
        return segment->commit_up_to(segment->identity().pages) ? 1 : 0;
    });
    check_mounted_child(child);
}

BOOST_AUTO_TEST_CASE(a_new_file_larger_than_the_limit_leaves_the_old_one) {
    const TestFolder folder;
    TalkingChild child([&](Line&) {
        {
            ipc::NewFile old(folder.file("x"));
            old.write("old");
            old.finish();
        }
        limit_file_sizes();
        ipc::NewFile file(folder.file("x"));
        const std::string message = message_of([&] { file.write(std::string(2 * kLimitBytes, 'x')); });
        if (message.find(
                "File too large; raise the limit on the size of files (ulimit -f), or write elsewhere") ==
            std::string::npos)
            return 1;
        return std::filesystem::file_size(folder.file("x")) == 3 ? 0 : 2;
    });
    BOOST_TEST(child.wait() == 0);
}

BOOST_AUTO_TEST_CASE(a_stream_larger_than_the_limit_cannot_be_copied) {
    TalkingChild child([](Line&) {
        limit_file_sizes();
        const auto endless = [](char* to, std::size_t most) {
            std::fill_n(to, most, 'x');
            return most;
        };
        const std::string message = message_of([&] {
            const ipc::ReadableFile file(endless, "endless");
            char byte = 0;
            static_cast<void>(file.read_at(&byte, 1, std::uint64_t{1} << 30));
        });
        return message.find("(ulimit -f)") != std::string::npos ? 0 : 1;
    });
    BOOST_TEST(child.wait() == 0);
}

BOOST_AUTO_TEST_SUITE_END()
