// SPDX-License-Identifier: MIT
// The library's version. CMakeLists.txt reads it from here.
#pragma once

#define DUMMYCACHE_VERSION_MAJOR 0
#define DUMMYCACHE_VERSION_MINOR 1
#define DUMMYCACHE_VERSION_PATCH 0
#define DUMMYCACHE_VERSION "0.1.0"
