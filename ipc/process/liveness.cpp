// SPDX-License-Identifier: MIT
// What /proc, kill and the liveness byte say about a process.
#include "ipc/process/liveness.hpp"

#include <cerrno>
#include <charconv>
#include <csignal>
#include <fstream>
#include <optional>
#include <sstream>
#include <string>

#include <sys/stat.h>
#include <unistd.h>

#include <fmt/format.h>

#include "ipc/os/file_descriptor.hpp"

namespace dummycache::ipc {

namespace {

std::string proc_path(std::uint32_t pid, const char* file) { return fmt::format("/proc/{}/{}", pid, file); }

struct ProcessStat {
    char state = 0;
    std::uint64_t start_time = 0;
};

/// Fields 3 and 22 of /proc/PID/stat. The second is the command in brackets, and may hold any byte.
std::optional<ProcessStat> stat_of(const std::string& path) {
    std::ifstream file(path);
    std::stringstream text;
    text << file.rdbuf();
    const std::string all = text.str();
    const std::size_t bracket = all.rfind(')');
    if (bracket == std::string::npos) return std::nullopt;
    std::istringstream fields(all.substr(bracket + 1));
    ProcessStat result;
    std::string skipped;
    fields >> result.state;
    for (int field = 4; field < 22; ++field) fields >> skipped;
    fields >> result.start_time;
    if (!fields) return std::nullopt;
    return result;
}

/// Inode of a namespace; 0 if it cannot be read.
std::uint64_t namespace_of(const std::string& path) {
    struct stat status {};
    return ::stat(path.c_str(), &status) == 0 ? status.st_ino : 0;
}

/// A /proc that was mounted for another pid namespace shows other processes under our numbers.
bool proc_shows_our_namespace() {
    char target[32] = {};
    const ssize_t length = ::readlink("/proc/self", target, sizeof target - 1);
    return length > 0 && fmt::to_string(::getpid()) == target;
}

/// /proc shows start times relative to the reader's time namespace. They can be compared only within one.
bool in_our_time_namespace(std::uint32_t pid) {
    const std::uint64_t own = namespace_of("/proc/self/ns/time");
    return own != 0 && own == namespace_of(proc_path(pid, "ns/time"));
}

/// One line of /proc/PID/maps: the addresses, and "device inode" as one text.
struct MappedFile {
    std::uint64_t begin = 0;
    std::uint64_t end = 0;
    std::string file;
};

std::optional<MappedFile> parse_mapping(const std::string& line) {
    std::istringstream fields(line);
    std::string range;
    std::string permissions;
    std::string offset;
    std::string device;
    std::string inode;
    if (!(fields >> range >> permissions >> offset >> device >> inode)) return std::nullopt;
    MappedFile result;
    const char* const last = range.data() + range.size();
    const auto begin = std::from_chars(range.data(), last, result.begin, 16);
    if (begin.ptr == last || *begin.ptr != '-') return std::nullopt;
    std::from_chars(begin.ptr + 1, last, result.end, 16);
    result.file = device + " " + inode;
    return result;
}

/// "device inode" of the file that is mapped at an address of this process, as /proc shows it. fstat shows other
/// numbers on overlay and btrfs.
std::string file_mapped_at(const void* address) {
    const auto position = reinterpret_cast<std::uintptr_t>(address);
    std::ifstream maps("/proc/self/maps");
    for (std::string line; std::getline(maps, line);) {
        const auto mapping = parse_mapping(line);
        if (mapping && mapping->begin <= position && position < mapping->end) return mapping->file;
    }
    return {};
}

/// False in doubt.
bool certainly_not_mapped(std::uint32_t pid, const Segment& segment) {
    const std::string wanted = file_mapped_at(segment.base());
    std::ifstream maps(proc_path(pid, "maps"));
    if (wanted.empty() || !maps) return false;
    for (std::string line; std::getline(maps, line);) {
        const auto mapping = parse_mapping(line);
        if (mapping && mapping->file == wanted) return false;
    }
    return !maps.bad();
}

bool byte_is_free(const Segment& segment, std::uint32_t slot) {
    return segment.with_descriptor(
        [slot](int file) { return state_of_byte(file, layout::kLivenessBase + slot) == ByteState::free; });
}

}  // namespace

ProcessIdentity own_identity() {
    ProcessIdentity own;
    own.pid = static_cast<std::uint32_t>(::getpid());
    own.pid_namespace = namespace_of("/proc/self/ns/pid");
    if (const auto stat = stat_of("/proc/self/stat")) own.start_time = stat->start_time;
    return own;
}

ProcessIdentity session_leader() {
    ProcessIdentity leader;
    const pid_t session = ::getsid(0);
    leader.pid = session > 0 ? static_cast<std::uint32_t>(session) : 1;
    leader.pid_namespace = namespace_of("/proc/self/ns/pid");
    if (!proc_shows_our_namespace()) return leader;
    if (const auto stat = stat_of(proc_path(leader.pid, "stat"))) leader.start_time = stat->start_time;
    return leader;
}

bool is_first_pid_namespace(std::uint64_t pid_namespace) noexcept {
    constexpr std::uint64_t kFirst = 0xeffffffc;  // PROC_PID_INIT_INO of the kernel: it never changes
    return pid_namespace == kFirst;
}

std::string activity_of(const ProcessIdentity& process) {
    const std::uint64_t own_namespace = namespace_of("/proc/self/ns/pid");
    if (own_namespace == 0 || own_namespace != process.pid_namespace || !proc_shows_our_namespace())
        return "unknown";
    const auto stat = stat_of(proc_path(process.pid, "stat"));
    if (!stat) return ::kill(static_cast<pid_t>(process.pid), 0) != 0 && errno == ESRCH ? "dead" : "unknown";
    if (process.start_time != 0 && stat->start_time != process.start_time) return "dead";
    switch (stat->state) {
        case 'R': return "running";
        case 'T':
        case 't': return "stopped";
        case 'Z':
        case 'X': return "zombie";
        default: return "waiting";
    }
}

bool process_is_dead(const Segment& segment, std::uint32_t slot, const ProcessIdentity& claimed) {
    const std::uint64_t own_namespace = namespace_of("/proc/self/ns/pid");
    if (own_namespace == 0 || own_namespace != claimed.pid_namespace) return byte_is_free(segment, slot);
    if (::kill(static_cast<pid_t>(claimed.pid), 0) != 0 && errno == ESRCH) return true;
    if (!proc_shows_our_namespace()) return false;
    const auto stat = stat_of(proc_path(claimed.pid, "stat"));
    if (!stat) return false;
    if (claimed.start_time != 0 && stat->start_time != claimed.start_time) {
        return in_our_time_namespace(claimed.pid) || byte_is_free(segment, slot);
    }
    if (!byte_is_free(segment, slot)) return false;
    if (stat->state == 'Z' || stat->state == 'X') return true;
    return certainly_not_mapped(claimed.pid, segment);
}

}  // namespace dummycache::ipc
