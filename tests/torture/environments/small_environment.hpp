// SPDX-License-Identifier: MIT
// File systems with little room, which only one child process sees, mounted over /dev/shm.
#pragma once

#include <boost/test/unit_test.hpp>

#include <iostream>
#include <string>
#include <vector>

#include "support/child.hpp"
#include "support/mounts.hpp"
#include "support/test_cache.hpp"

namespace dummycache::test {

/// Where the room is little, and what kind of cache lies there.
struct Environment {
    const char* file_system;  ///< tmpfs or ext4
    int mebibytes;
    Kind kind;

    /// Of the one cache of this environment.
    [[nodiscard]] std::string cache_name() const {
        return kind == Kind::file ? "/dev/shm/cache" : "small-cache";
    }
    [[nodiscard]] std::string label() const {
        return std::to_string(mebibytes) + " MiB of " + file_system +
               (kind == Kind::file ? " with a file" : " as shared memory");
    }
};

inline std::ostream& operator<<(std::ostream& out, const Environment& environment) {
    return out << environment.label();
}

inline constexpr Environment kSmallEnvironments[] = {{"tmpfs", 8, Kind::shared},
                                                     {"tmpfs", 16, Kind::shared},
                                                     {"tmpfs", 64, Kind::shared},
                                                     {"tmpfs", 6, Kind::file},
                                                     {"ext4", 12, Kind::file}};

inline constexpr const char* kRoom = "/dev/shm";
inline constexpr std::uint64_t kBlock = 4096;

/// In a child: makes a environment of which nobody else knows. `options` are more options of a tmpfs.
[[nodiscard]] bool make_environment(const Environment& environment, const std::string& options = "");

/// In a environment of ext4: unmounts its disk and mounts it again, so that all of it comes from the disk.
void mount_again();

/// Blocks that nobody has.
[[nodiscard]] std::uint64_t free_blocks();

/// Whether a file could get so many. A file system may keep some blocks to itself.
[[nodiscard]] bool has_room_for(std::uint64_t blocks);

/// Everything in the room but the filler, with its size.
[[nodiscard]] std::vector<std::string> files_in_room();

/// Another file, which takes what it finds and lets go what it is told to.
class Filler {
public:
    Filler();
    ~Filler();
    Filler(const Filler&) = delete;
    Filler& operator=(const Filler&) = delete;

    /// Takes everything but `blocks`.
    void leave(std::uint64_t blocks);
    /// Takes nothing any more.
    void let_go();

private:
    int file_;
};

/// Runs `body` in a child in that environment; says so if the system does not allow it.
template <class Body>
void in_environment(const Environment& environment, Body body, const std::string& options = "") {
    BOOST_TEST_CONTEXT(environment.label()) {
        Child child([&] {
            if (!make_environment(environment, options)) return kCannotMount;
            body();
            return 0;
        });
        check_mounted_child(child);
    }
}

}  // namespace dummycache::test
