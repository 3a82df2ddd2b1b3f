// SPDX-License-Identifier: MIT
// Named places where a torture test may kill the process. Nothing in a release build.
#pragma once

#if defined(DUMMYCACHE_KILL_POINTS)
namespace dummycache::ipc {
/// Called at each kill point; a test replaces it. It may count, pause, or never return.
/// Set it before threads start. Null: nothing happens.
extern void (*kill_point_hook)(const char* name);
inline void kill_point(const char* name) {
    if (kill_point_hook != nullptr) kill_point_hook(name);
}
}  // namespace dummycache::ipc
#define DUMMYCACHE_KILL_POINT(name) ::dummycache::ipc::kill_point(name)
#else
#define DUMMYCACHE_KILL_POINT(name) static_cast<void>(0)
#endif
