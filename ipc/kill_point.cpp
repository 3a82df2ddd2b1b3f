// SPDX-License-Identifier: MIT
// The hook behind the kill points.
#include "ipc/kill_point.hpp"

#if defined(DUMMYCACHE_KILL_POINTS)
namespace dummycache::ipc {
void (*kill_point_hook)(const char* name) = nullptr;
}  // namespace dummycache::ipc
#endif
