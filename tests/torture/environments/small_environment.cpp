// SPDX-License-Identifier: MIT
#include "small_environment.hpp"

#include <cstdlib>
#include <filesystem>

#include <fcntl.h>
#include <sys/mount.h>
#include <sys/statvfs.h>
#include <unistd.h>

namespace dummycache::test {

namespace {

constexpr const char* kFiller = "filler";

/// The image lies in a tmpfs of its own, which goes with the child.
constexpr const char* kImageFolder = "/mnt";
constexpr const char* kImage = "/mnt/image";

bool run(const std::string& command) { return std::system((command + " >/dev/null 2>&1").c_str()) == 0; }

bool mount_image() { return run(std::string("mount -o loop ") + kImage + " " + kRoom); }

}  // namespace

bool make_environment(const Environment& environment, const std::string& options) {
    const std::string size = std::to_string(environment.mebibytes) + "M";
    if (std::string(environment.file_system) == "tmpfs")
        return mount_on(kRoom, "tmpfs", "size=" + size + options);
    if (!mount_on(kImageFolder, "tmpfs")) return false;
    return run("truncate -s " + size + " " + kImage) && run(std::string("mkfs.ext4 -q -F ") + kImage) &&
           mount_image();
}

void mount_again() {
    require(::umount(kRoom) == 0, "cannot unmount the disk");
    require(mount_image(), "cannot mount the disk again");
}

std::uint64_t free_blocks() {
    struct statvfs room {};
    require(::statvfs(kRoom, &room) == 0, "statvfs failed");
    return room.f_bfree * room.f_frsize / kBlock;
}

bool has_room_for(std::uint64_t blocks) {
    const std::string path = std::string(kRoom) + "/probe";
    const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    require(file >= 0, "cannot make a file to see whether there is room");
    const bool room = ::fallocate(file, 0, 0, static_cast<off_t>(blocks * kBlock)) == 0;
    ::unlink(path.c_str());
    ::close(file);
    return room;
}

std::vector<std::string> files_in_room() {
    std::vector<std::string> found;
    for (const auto& entry : std::filesystem::directory_iterator(kRoom)) {
        const std::string name = entry.path().filename().string();
        if (name == kFiller || entry.is_directory()) continue;
        found.push_back(name + " (" + std::to_string(entry.file_size()) + " bytes)");
    }
    return found;
}

Filler::Filler()
    : file_(::open((std::string(kRoom) + "/" + kFiller).c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600)) {
    require(file_ >= 0, "cannot make the file that takes the room");
}

Filler::~Filler() { ::close(file_); }

void Filler::leave(std::uint64_t blocks) {
    off_t taken = ::lseek(file_, 0, SEEK_END);
    for (off_t step = off_t{1} << 24; step >= static_cast<off_t>(kBlock);) {
        if (::fallocate(file_, 0, taken, step) == 0) {
            taken += step;
        } else {
            step /= 2;
        }
    }
    const auto released = static_cast<off_t>(blocks * kBlock);
    require(released <= taken && ::ftruncate(file_, taken - released) == 0, "there is less room than that");
}

void Filler::let_go() { require(::ftruncate(file_, 0) == 0, "ftruncate failed"); }

}  // namespace dummycache::test
