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
struct World {
    const char* file_system;  ///< tmpfs or ext4
    int mebibytes;
    Kind kind;

    /// Of the one cache of this world.
    [[nodiscard]] std::string cache_name() const {
        return kind == Kind::file ? "/dev/shm/cache" : "small-world";
    }
    [[nodiscard]] std::string label() const {
        return std::to_string(mebibytes) + " MiB of " + file_system +
               (kind == Kind::file ? " with a file" : " as shared memory");
    }
};

inline std::ostream& operator<<(std::ostream& out, const World& world) { return out << world.label(); }

inline constexpr World kSmallWorlds[] = {{"tmpfs", 8, Kind::shared},
                                         {"tmpfs", 16, Kind::shared},
                                         {"tmpfs", 64, Kind::shared},
                                         {"tmpfs", 6, Kind::file},
                                         {"ext4", 12, Kind::file}};

inline constexpr const char* kRoom = "/dev/shm";
inline constexpr std::uint64_t kBlock = 4096;

/// In a child: makes a world of which nobody else knows. `options` are more options of a tmpfs.
[[nodiscard]] bool make_world(const World& world, const std::string& options = "");

/// In a world of ext4: unmounts its disk and mounts it again, so that all of it comes from the disk.
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

/// Runs `body` in a child in that world; says so if the system does not allow it.
template <class Body>
void in_world(const World& world, Body body, const std::string& options = "") {
    BOOST_TEST_CONTEXT(world.label()) {
        Child child([&] {
            if (!make_world(world, options)) return kCannotMount;
            body();
            return 0;
        });
        check_mounted_child(child);
    }
}

}  // namespace dummycache::test
