// SPDX-License-Identifier: MIT
// Named places where a torture test may kill the process. Nothing in a release build.
#pragma once

#if defined(DUMMYCACHE_KILL_POINTS)
namespace dummycache::ipc {
/// Called at each kill point, by the thread that reaches it. Null: nothing happens. A test sets it before
/// threads start. The function may count, pause, or never return.
extern void (*kill_point_hook)(const char* name);
inline void kill_point(const char* name) {
    if (kill_point_hook != nullptr) kill_point_hook(name);
}
}  // namespace dummycache::ipc
#define DUMMYCACHE_KILL_POINT(name) ::dummycache::ipc::kill_point(name)
#else
#define DUMMYCACHE_KILL_POINT(name) static_cast<void>(0)
#endif
