// SPDX-License-Identifier: MIT
// The handlers around fork().
#include "ipc/os/fork_registry.hpp"

#include <cerrno>
#include <utility>
#include <vector>

#include <pthread.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ipc/os/file_descriptor.hpp"

namespace dummycache::ipc {

std::atomic<std::uint32_t> fork_count{0};

namespace {

struct OpenDescriptor {
    int number;
    FileIdentity file;
};

/// Order of the locks: as they stand here.
struct Registry {
    std::mutex reopening;
    std::mutex registration;
    std::mutex descriptors_mutex;
    std::vector<OpenDescriptor> descriptors;
};

void before_fork();
void after_fork_in_parent();
void after_fork_in_child();

Registry& registry() {
    // Never destroyed: a static object elsewhere may own a descriptor and be destroyed later than this file's.
    static Registry* const instance = [] {
        auto* made = new Registry;
        pthread_atfork(before_fork, after_fork_in_parent, after_fork_in_child);
        return made;
    }();
    return *instance;
}

void close_if_still_ours(const OpenDescriptor& descriptor) noexcept {
    if (is_file(descriptor.number, descriptor.file)) ::close(descriptor.number);
}

void before_fork() {
    registry().reopening.lock();
    registry().registration.lock();
    registry().descriptors_mutex.lock();
}

void after_fork_in_parent() {
    registry().descriptors_mutex.unlock();
    registry().registration.unlock();
    registry().reopening.unlock();
}

void after_fork_in_child() {
    for (const OpenDescriptor& descriptor : registry().descriptors) close_if_still_ours(descriptor);
    registry().descriptors.clear();
    fork_count.fetch_add(1, std::memory_order_relaxed);
    after_fork_in_parent();
}

}  // namespace

PrivateDescriptor::PrivateDescriptor(const std::function<int()>& open) {
    Registry& all = registry();
    const std::scoped_lock lock(all.descriptors_mutex);
    all.descriptors.reserve(all.descriptors.size() + 1);
    descriptor_ = open();
    struct stat status {};
    if (descriptor_ < 0 || ::fstat(descriptor_, &status) != 0) return;
    all.descriptors.push_back({descriptor_, identity_of(status)});
}

PrivateDescriptor::PrivateDescriptor(PrivateDescriptor&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)), creator_(other.creator_) {}

PrivateDescriptor& PrivateDescriptor::operator=(PrivateDescriptor&& other) noexcept {
    std::swap(descriptor_, other.descriptor_);
    std::swap(creator_, other.creator_);
    return *this;
}

PrivateDescriptor::~PrivateDescriptor() {
    if (descriptor_ < 0) return;
    const int error = errno;
    Registry& all = registry();
    const std::scoped_lock lock(all.descriptors_mutex);
    if (!creator_.is_this_process()) return;
    for (auto entry = all.descriptors.begin(); entry != all.descriptors.end(); ++entry) {
        if (entry->number != descriptor_) continue;
        close_if_still_ours(*entry);
        all.descriptors.erase(entry);
        break;
    }
    errno = error;
}

std::unique_lock<std::mutex> lock_registration() { return std::unique_lock(registry().registration); }
std::unique_lock<std::mutex> lock_reopening() { return std::unique_lock(registry().reopening); }
std::unique_lock<std::mutex> try_lock_reopening() {
    return std::unique_lock(registry().reopening, std::try_to_lock);
}

}  // namespace dummycache::ipc
