// SPDX-License-Identifier: MIT
// Says which library is missing before the compiler names one of its files.
#pragma once

#if !__has_include(<cereal/cereal.hpp>)
#error typed values need the headers of cereal 1.3 (Debian: libcereal-dev); without them use get and set of dummycache/cache.hpp
#endif
