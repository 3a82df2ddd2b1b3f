// SPDX-License-Identifier: MIT
// A memory barrier that one side pays for both: membarrier(2).
//
// Two sides have to see each other: each stores its own word and then loads the other's. One of the two must see
// what the other stored. A full barrier between store and load costs some 20 cycles on each side. If one side is rare,
// it can pay for both:
//
//   the frequent side   store A;  (the compiler keeps the order)   load B
//   the rare side       store B;  barrier_in_all_threads();        load A
//
// The kernel makes every running thread execute a full barrier; one that does not run has executed it in the kernel.
#pragma once

namespace dummycache::ipc {

/// Whether barrier_in_all_threads() works. False with a kernel below 4.14, in a container that forbids the call, and
/// under ThreadSanitizer, which does not know of it. Any thread; asks the kernel at its first call.
[[nodiscard]] bool has_barrier_in_all_threads() noexcept;

/// Every thread of this process executes a full barrier before this returns. False: it failed, and nothing is promised.
/// Any thread, a forked child too; a few microseconds.
[[nodiscard]] bool barrier_in_all_threads() noexcept;

}  // namespace dummycache::ipc
