// SPDX-License-Identifier: MIT
// Segments of a name of their own, and child processes that cannot hang.
#pragma once

#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <sys/wait.h>
#include <unistd.h>

#include "ipc/error.hpp"
#include "ipc/kill_point.hpp"
#include "ipc/process/owner_lock.hpp"
#include "ipc/process/process_table.hpp"
#include "ipc/segment/creation_lock.hpp"
#include "ipc/segment/page_arena.hpp"
#include "ipc/segment/segment.hpp"

namespace dummycache::test {

inline constexpr std::uint64_t kTestLayout = 4711;
inline constexpr std::uint64_t kLockTimeoutMs = 20'000;

inline ipc::SegmentPlan small_plan(std::uint64_t capacity_bytes = 4U << 20) {
    ipc::SegmentPlan plan;
    plan.capacity_bytes = capacity_bytes;
    plan.process_slots = 8;
    plan.layout_hash = kTestLayout;
    plan.objects = {{"shards", 1000}, {"directories", 5000}};
    plan.parameters = {11, 22, 33};
    return plan;
}

inline std::string unique_word() {
    static std::atomic<int> counter{0};
    return "ipc-test-" + std::to_string(::getpid()) + "-" + std::to_string(counter++);
}

/// A folder of its own, gone at the end.
class TestFolder {
public:
    TestFolder() : path_(std::filesystem::temp_directory_path() / unique_word()) {
        std::filesystem::create_directories(path_);
    }
    ~TestFolder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    TestFolder(const TestFolder&) = delete;
    TestFolder& operator=(const TestFolder&) = delete;

    [[nodiscard]] std::string path() const { return path_.string(); }
    [[nodiscard]] std::string file(const std::string& name) const { return (path_ / name).string(); }

private:
    std::filesystem::path path_;
};

inline std::string kind_name(ipc::Kind kind) {
    if (kind == ipc::Kind::shared) return "shared";
    return kind == ipc::Kind::file ? "file" : "private_memory";
}

inline constexpr ipc::Kind kAllKinds[] = {ipc::Kind::shared, ipc::Kind::file, ipc::Kind::private_memory};
inline constexpr ipc::Kind kNamedKinds[] = {ipc::Kind::shared, ipc::Kind::file};

/// A name that nobody else uses; whatever lies there is removed at the end.
class TestName {
public:
    explicit TestName(ipc::Kind kind)
        : name_(ipc::parse_name(kind == ipc::Kind::file ? folder_.file("cache") : unique_word())) {}
    ~TestName() {
        for (const std::string& path : {name_.path, ipc::temporary_path(name_), ipc::lock_path(name_)}) {
            ::unlink(path.c_str());
        }
    }
    TestName(const TestName&) = delete;
    TestName& operator=(const TestName&) = delete;

    [[nodiscard]] const ipc::SegmentName& get() const { return name_; }
    [[nodiscard]] std::unique_ptr<ipc::Segment> create(const ipc::SegmentPlan& plan = small_plan()) const {
        return ipc::Segment::create(name_, plan, kLockTimeoutMs);
    }
    [[nodiscard]] std::unique_ptr<ipc::Segment> attach() const {
        return ipc::Segment::attach(name_, kTestLayout);
    }

    /// Temporary objects and lock files that nobody removed.
    [[nodiscard]] std::vector<std::string> leftovers() const {
        std::vector<std::string> found;
        for (const std::string& path : {ipc::temporary_path(name_), ipc::lock_path(name_)}) {
            if (std::filesystem::exists(std::filesystem::symlink_status(path))) found.push_back(path);
        }
        return found;
    }

private:
    TestFolder folder_;
    ipc::SegmentName name_;
};

/// A new segment of any kind.
class TestSegment {
public:
    explicit TestSegment(ipc::Kind kind, const ipc::SegmentPlan& plan = small_plan())
        : name_(kind),
          segment_(kind == ipc::Kind::private_memory ? ipc::Segment::create_private(plan)
                                                     : name_.create(plan)) {}

    [[nodiscard]] ipc::Segment& operator*() const { return *segment_; }
    [[nodiscard]] ipc::Segment* operator->() const { return segment_.get(); }
    [[nodiscard]] const TestName& name() const { return name_; }

private:
    TestName name_;
    std::unique_ptr<ipc::Segment> segment_;
};

/// The fault that a call throws, as a number; -1 if it throws none.
template <class Call>
int fault_of(Call call) {
    try {
        call();
    } catch (const ipc::Error& failure) {
        return static_cast<int>(failure.fault());
    }
    return -1;
}

template <class Call>
std::string message_of(Call call) {
    try {
        call();
    } catch (const ipc::Error& failure) {
        return failure.what();
    }
    return {};
}

inline constexpr int number(ipc::Fault fault) { return static_cast<int>(fault); }

inline ipc::Deadline in(std::chrono::milliseconds time) { return std::chrono::steady_clock::now() + time; }
inline ipc::Deadline hang_guard() { return in(std::chrono::seconds(60)); }

/// Two pipes between a parent and its child; one byte is one signal.
class Line {
public:
    Line() {
        if (::pipe(to_child_) != 0 || ::pipe(to_parent_) != 0) std::abort();
    }
    ~Line() {
        for (const int end : {to_child_[0], to_child_[1], to_parent_[0], to_parent_[1]}) {
            if (end >= 0) ::close(end);
        }
    }
    Line(const Line&) = delete;
    Line& operator=(const Line&) = delete;

    void be_child() {
        close_end(to_child_[1]);
        close_end(to_parent_[0]);
        say_ = to_parent_[1];
        hear_ = to_child_[0];
    }
    void be_parent() {
        close_end(to_child_[0]);
        close_end(to_parent_[1]);
        say_ = to_child_[1];
        hear_ = to_parent_[0];
    }
    void say(char what = 'x') const {
        if (::write(say_, &what, 1) != 1) ::_exit(98);
    }
    /// 0 if the other side is gone.
    [[nodiscard]] char hear() const {
        char what = 0;
        return ::read(hear_, &what, 1) == 1 ? what : '\0';
    }

private:
    static void close_end(int& end) {
        ::close(end);
        end = -1;
    }
    int to_child_[2] = {-1, -1};
    int to_parent_[2] = {-1, -1};
    int say_ = -1;
    int hear_ = -1;
};

/// A forked process with a line to its parent, that runs a function and exits with what it returns. It is killed at the end,
/// and by an alarm should it hang.
class TalkingChild {
public:
    template <class Body>
    explicit TalkingChild(Body body) {
        pid_ = ::fork();
        if (pid_ != 0) {
            line_.be_parent();
            return;
        }
        ::signal(SIGALRM, SIG_DFL);
        ::alarm(120);
        line_.be_child();
        int result = 99;
        try {
            result = body(line_);
        } catch (...) {
            result = 99;
        }
        ::_exit(result);
    }
    ~TalkingChild() {
        if (pid_ <= 0) return;
        ::kill(pid_, SIGKILL);
        static_cast<void>(wait());
    }
    TalkingChild(const TalkingChild&) = delete;
    TalkingChild& operator=(const TalkingChild&) = delete;

    [[nodiscard]] pid_t pid() const { return pid_; }
    [[nodiscard]] Line& line() { return line_; }
    void signal(int number) const { ::kill(pid_, number); }
    /// Exit code, or minus the signal that killed it.
    int wait() {
        int status = 0;
        if (pid_ <= 0 || ::waitpid(std::exchange(pid_, 0), &status, 0) < 0) return 97;
        return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
    }
    int kill() {
        signal(SIGKILL);
        return wait();
    }

private:
    Line line_;
    pid_t pid_ = 0;
};

#if defined(DUMMYCACHE_KILL_POINTS)
inline int kill_points_to_pass = 0;

/// From now on the n-th kill point that this process meets kills it.
inline void kill_at(int nth) {
    kill_points_to_pass = nth;
    ipc::kill_point_hook = [](const char*) {
        if (--kill_points_to_pass == 0) ::raise(SIGKILL);
    };
}

/// Runs `body` in children that die at the first, the second, ... kill point, until one lives to its
/// end. After each death calls `after(n)`. Returns the number of deaths.
template <class Body, class After>
int die_at_every_point(Body body, After after) {
    for (int nth = 1; nth < 1000; ++nth) {
        TalkingChild child([&](Line&) {
            kill_at(nth);
            body();
            return 0;
        });
        const int result = child.wait();
        if (result == 0) return nth - 1;
        if (result != -SIGKILL) return -result;
        after(nth);
    }
    return -1;
}
#endif

inline std::uint64_t hits_of(const layout::ProcessSlot& slot) {
    std::uint64_t sum = 0;
    for (const auto& counters : slot.counters) sum += counters.hits.load();
    return sum;
}

[[nodiscard]] inline std::string content_of(const std::string& path) {
    std::ifstream file(path);
    return {std::istreambuf_iterator<char>(file), {}};
}

[[nodiscard]] inline std::size_t files_in(const TestFolder& folder) {
    return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator(folder.path()),
                                                  std::filesystem::directory_iterator()));
}

}  // namespace dummycache::test
