#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Tests check.sh: a clean tree passes, and each rule finds the one place that breaks it.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT
failures=0
cases=0

make_clean_tree() {
    rm -rf "${tree:?}"/*
    mkdir -p "$tree"/{ipc,store/include/dummycache,tools/cli,tests/unit}
    printf '# A cache\n' >"$tree/README.md"
    cat >"$tree/ipc/lock.cpp" <<'CODE'
// SPDX-License-Identifier: MIT
// A lock.
#include <sys/mman.h>

#include <atomic>

#include <boost/interprocess/mapped_region.hpp>
#include <fmt/format.h>

#include "ipc/lock.hpp"

const char* kText = "exit(1) { std::cout";  // abort() { in a comment
const char* kRaw = R"(exit(1) { ")";
int exit_code(int a) { return a + 1'000; }
CODE
    cat >"$tree/store/cache.cpp" <<'CODE'
// SPDX-License-Identifier: MIT
// The cache.
#include <fmt/format.h>
#include <xxhash.h>

#include "dummycache/cache.hpp"
#include "ipc/lock.hpp"
CODE
    cat >"$tree/store/include/dummycache/typed.hpp" <<'CODE'
// SPDX-License-Identifier: MIT
// Typed values.
#include <cereal/types/map.hpp>
#include <map>
CODE
    printf '// SPDX-License-Identifier: MIT\n// The tool.\n#include <hiredis/hiredis.h>\n#include <dummycache/cache.hpp>\n' \
        >"$tree/tools/cli/main.cpp"
    printf '# No exceptions.\n' >"$tree/.exceptions"
}

check() { DUMMYCACHE_TIDY_EXCEPTIONS=$tree/.exceptions "$here/check.sh" "$tree" 2>&1; }

# expect WHAT PATTERN: check.sh complains in exactly one line, and it matches PATTERN.
expect() {
    local output
    cases=$((cases + 1))
    if output=$(check) || [ "$(wc -l <<<"$output")" != 1 ] || ! grep -qE "$2" <<<"$output"; then
        printf 'not ok: %s: expected one line with /%s/, got:\n%s\n' "$1" "$2" "$output"
        failures=$((failures + 1))
    fi
    make_clean_tree
}

append() { printf '%s\n' "$2" >>"$tree/$1"; }

# A function of `$1` lines, with a constructor's braced initialiser before its body.
long_function() {
    printf 'Lock::Lock() : word_{1}, other_{2} {\n'
    for ((i = 2; i < $1; i++)); do printf '    step();\n'; done
    printf '}\n'
}

make_clean_tree
cases=$((cases + 1))
if ! output=$(check); then
    printf 'not ok: a clean tree passes, got:\n%s\n' "$output"
    failures=$((failures + 1))
fi

append ipc/lock.cpp '#include "store/layout.hpp"'
expect 'ipc includes store' '^ipc/lock.cpp:15: ipc may not include'
append ipc/lock.cpp '#include <dummycache/cache.hpp>'
expect 'ipc includes a public header' 'ipc may not include'
append ipc/lock.cpp '#include <cereal/cereal.hpp>'
expect 'ipc includes cereal' 'ipc may not include'
append store/cache.cpp '#include "tools/cli/output.hpp"'
expect 'store includes tools' '^store/cache.cpp:8: store may not include'
append store/cache.cpp '#include <cereal/cereal.hpp>'
expect 'store includes cereal' 'store may not include'
append store/cache.cpp '#include <boost/container/map.hpp>'
expect 'store includes Boost' 'store may not include'
append store/cache.cpp '#include <boost/sort/sort.hpp>'
expect 'store sorts with Boost outside of snapshot' 'store may not include'
append store/cache.cpp '#include <unistd.h>'
expect 'store includes POSIX' 'store may not include'
append store/include/dummycache/typed.hpp '#include "ipc/lock.hpp"'
expect 'public includes ipc' 'a public header may not include'
append store/include/dummycache/cache.hpp $'// SPDX-License-Identifier: MIT\n#include <cereal/cereal.hpp>'
expect 'a public header other than those of typed values includes cereal' 'a public header may not'
append store/include/dummycache/typed.hpp '#include <boost/version.hpp>'
expect 'public includes Boost' 'a public header may not'
append store/include/dummycache/typed.hpp '#include <fmt/core.h>'
expect 'public includes fmt' 'a public header may not'
append tools/cli/main.cpp '#include "store/engine.hpp"'
expect 'a tool includes store' '^tools/cli/main.cpp:5: a tool may not include'
append tools/cli/main.cpp '#  include "../../ipc/lock.hpp"'
expect 'a tool includes ipc by path' 'a tool may not include'

append ipc/lock.cpp 'void f() { std::abort(); }'
expect 'ipc aborts' '^ipc/lock.cpp:15: .* never ends its process'
append store/cache.cpp 'void f() { exit(1); }'
expect 'store exits' 'never ends its process'
append store/cache.cpp 'void f() { ::_exit(1); }'
expect 'store _exits' 'never ends its process'
append store/cache.cpp 'void f() { std::cout << 1; }'
expect 'store prints' 'never prints'
append ipc/lock.cpp 'void f() { std::fprintf(stderr, ""); }'; expect 'ipc prints' 'never prints'

append ipc/lock.cpp '// TODO: more'
expect 'a TODO' '^ipc/lock.cpp:15: a word'
append tests/unit/a.sh '# SPDX-License-Identifier: MIT'
append tests/unit/a.sh '# fixme later'
expect 'a FIXME' '^tests/unit/a.sh:2: a word'
append README.md 'See issue #12.'
expect 'an issue number' '^README.md:2: a word'
append README.md 'Read shared/NOTES first.'
expect 'a folder that nobody has' 'a word'
append store/cache.cpp '// As PROTOCOL.md says.'
expect 'a page that nobody has' 'a word'
append store/cache.cpp '// Written in an earlier session.'
expect 'the story of the work' 'a word'

sed -i 1d "$tree/ipc/lock.cpp"
expect 'no licence line' '^ipc/lock.cpp:1: .*licence'
append tests/unit/run.sh '#!/bin/sh'
append tests/unit/run.sh 'true'
expect 'a script without licence line' '^tests/unit/run.sh:1: .*licence'
append notes.txt 'x'
expect 'a file at the top' '^notes.txt:1: the top level'
mkdir "$tree/src"
expect 'a folder at the top' '^src:1: the top level'

long_function 61 >>"$tree/ipc/lock.cpp"
expect 'a long function' '^ipc/lock.cpp:1: function ipc/lock.cpp Lock::Lock has 61'
printf '//\n%.0s' {1..290} >>"$tree/ipc/lock.cpp"
expect 'a long file' '^ipc/lock.cpp:1: file ipc/lock.cpp has 304'
long_function 61 >>"$tree/ipc/lock.cpp"; append .exceptions 'function ipc/lock.cpp Lock::Lock 60'
expect 'an exception that grew' 'grew from 60 to 61'
long_function 61 >>"$tree/ipc/lock.cpp"; append .exceptions 'function ipc/lock.cpp Lock::Lock 70'
expect 'an exception that shrank' 'has 61 lines now'
append .exceptions 'file ipc/lock.cpp 400'
expect 'an exception that is over' 'delete its line'

long_function 60 >>"$tree/ipc/lock.cpp"
cases=$((cases + 1))
if ! output=$(check); then
    printf 'not ok: a function at the limit passes, got:\n%s\n' "$output"
    failures=$((failures + 1))
fi

echo "tidy self-test: $cases cases, $failures failed"
[ "$failures" = 0 ]
