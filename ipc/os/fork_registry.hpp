// SPDX-License-Identifier: MIT
// What a forked child must not keep of its parent.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <mutex>

namespace dummycache::ipc {

/// A descriptor that a forked child closes before fork() returns in it. A lock of an open file
/// description lives as long as any copy of the descriptor: a child that kept one would keep a
/// parent that was killed "alive".
///
/// The host program may close descriptors it does not know (closefrom); a number that leads to
/// another file by then is left alone.
class PrivateDescriptor {
public:
    PrivateDescriptor() = default;
    /// `open` returns a descriptor or -1, and errno. No fork happens while it runs.
    explicit PrivateDescriptor(const std::function<int()>& open);
    PrivateDescriptor(PrivateDescriptor&& other) noexcept;
    PrivateDescriptor& operator=(PrivateDescriptor&& other) noexcept;
    /// In a child that was forked since, the descriptor is closed already and left alone.
    ~PrivateDescriptor();

    [[nodiscard]] int get() const noexcept { return descriptor_; }
    [[nodiscard]] bool valid() const noexcept { return descriptor_ >= 0; }

private:
    int descriptor_ = -1;
    std::uint32_t forks_ = 0;
};

/// How many forks lie between the first process and this one. Changes in a child, before it runs.
extern std::atomic<std::uint32_t> fork_count;

/// Held while a membership registers. fork() waits for it, so that a child never inherits half a
/// registration or a lock that nobody is left to open.
[[nodiscard]] std::unique_lock<std::mutex> lock_registration();

}  // namespace dummycache::ipc
