// SPDX-License-Identifier: MIT
// What a forked child must not keep of its parent.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <mutex>

namespace dummycache::ipc {

/// How many forks lie between the first process and this one. It changes only in a child, before fork() returns.
extern std::atomic<std::uint32_t> fork_count;

/// Member of an object whose destructor changes something that processes share: tells the process that made the object
/// from its forked children, which have a copy of it. Any thread may ask; one load.
class Creator {
public:
    [[nodiscard]] bool is_this_process() const noexcept {
        return forks_ == fork_count.load(std::memory_order_relaxed);
    }

private:
    std::uint32_t forks_ = fork_count.load(std::memory_order_relaxed);
};

/// A descriptor that a forked child closes before fork() returns in it. A lock of an open file description lives
/// as long as any copy of the descriptor. A child that kept a copy would let a killed parent look alive.
///
/// The host program may close descriptors that it does not know (closefrom). A number that leads to another file
/// by then is left alone.
///
/// Threads may make and destroy objects of this class at the same time; one object is for one thread at a time.
class PrivateDescriptor {
public:
    PrivateDescriptor() = default;
    /// `open` returns a descriptor, or -1 with errno. fork() in another thread waits until it has returned. Throws
    /// std::bad_alloc.
    explicit PrivateDescriptor(const std::function<int()>& open);
    PrivateDescriptor(PrivateDescriptor&& other) noexcept;
    PrivateDescriptor& operator=(PrivateDescriptor&& other) noexcept;
    /// Closes the descriptor and keeps errno. In a child that was forked since, it is closed already.
    ~PrivateDescriptor();

    [[nodiscard]] int get() const noexcept { return descriptor_; }
    [[nodiscard]] bool valid() const noexcept { return descriptor_ >= 0; }

private:
    int descriptor_ = -1;
    Creator creator_;  ///< of the descriptor
};

/// Held while a process joins a segment. fork() waits for it, so a child never inherits half a registration, nor
/// a lock whose owner does not exist in the child. Do not fork while holding it.
[[nodiscard]] std::unique_lock<std::mutex> lock_registration();

/// Held while a handle goes on to another segment. fork() waits for it, too. Taken before lock_registration. Do not
/// fork while holding it.
[[nodiscard]] std::unique_lock<std::mutex> lock_reopening();
/// The same without waiting; check the result.
[[nodiscard]] std::unique_lock<std::mutex> try_lock_reopening();

}  // namespace dummycache::ipc
