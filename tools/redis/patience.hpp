// SPDX-License-Identifier: MIT
// What a command does when another process holds a lock of the cache that it needs for a write.
//
//   first `lock-timeout`, 5 ms:                        the server's thread waits, as every process does
//   then, if nothing was done yet:                     the client waits, the thread goes on (waiting_calls)
//   or, if the client cannot wait or a part was done:  the thread waits on, up to a second (patiently)
//   then:                                              the reply is BUSY
//
// A local process that keeps a lock for so long has lost its processor in a write, is stopped, or loads a large snapshot.
#pragma once

#include <chrono>

#include <dummycache/error.hpp>

namespace dummycache::redis {

/// How long the server's thread waits for a lock at most.
inline constexpr std::chrono::seconds kLongestPatience{1};

/// Repeats a write that ends with ErrorCode::busy, for a second. A write that ends so has done nothing.
template <class Write>
decltype(auto) patiently(Write&& write) {
    const auto end = std::chrono::steady_clock::now() + kLongestPatience;
    for (;;) {
        try {
            return write();
        } catch (const Error& error) {
            if (error.code() != ErrorCode::busy || std::chrono::steady_clock::now() >= end) throw;
        }
    }
}

}  // namespace dummycache::redis
