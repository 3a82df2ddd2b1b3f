#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Tests check.sh: a clean tree passes, and each rule finds the one place that breaks it.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT
failures=0
cases=0

# In the store two floors: layout/ and text/ side by side, index/ above them.
make_rooms() {
    local file
    printf '%s: %s\n' ipc 'lock , os/' store/include dummycache/ \
        store 'cache , layout/ text/ , index/' tools/cli 'format/ , . , commands/ , main' >"$tree/.rooms"
    for file in ipc/os/futex.hpp store/layout/word.hpp store/text/utf8.hpp store/index/slot.hpp store/index/find.hpp \
        store/index/find.cpp tools/cli/format/json.hpp tools/cli/call.hpp tools/cli/commands/get.cpp \
        tests/unit/store/index/find_test.cpp tests/unit/store/cache_test.cpp tests/unit/store/fixtures.hpp; do
        mkdir -p "$tree/${file%/*}"
        printf '// SPDX-License-Identifier: MIT\n' >"$tree/$file"
    done
    append store/index/find.hpp '#include "store/layout/word.hpp"'
    append store/index/find.cpp '#include "store/index/find.hpp"'
    append tools/cli/commands/get.cpp '#include "tools/cli/call.hpp"'
    append tools/cli/main.cpp '#include "tools/cli/call.hpp"'
}

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
    make_rooms
}

check() {
    DUMMYCACHE_TIDY_EXCEPTIONS=$tree/.exceptions DUMMYCACHE_TIDY_ROOMS=$tree/.rooms "$here/check.sh" "$tree" 2>&1
}

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
expect 'a tool includes store' '^tools/cli/main.cpp:6: a tool may not include'
append tools/cli/main.cpp '#  include "../../ipc/lock.hpp"'
expect 'a tool includes ipc by path' 'a tool may not include'

append store/layout/word.hpp '#include "store/index/slot.hpp"'
expect 'an include goes up' '^store/layout/word.hpp:2: it may not include store/index/slot.hpp: .* lies above store/layout/'
append store/layout/word.hpp '#include "store/text/utf8.hpp"'
expect 'an include goes to the side' '^store/layout/word.hpp:2: .* store/text/ stands beside store/layout/'
append ipc/lock.cpp '#include "ipc/os/futex.hpp"'
expect 'an include goes up from a single file' '^ipc/lock.cpp:15: .* ipc/os/ lies above ipc/lock'
append tools/cli/format/json.hpp '#include "../call.hpp"'
expect 'an include goes up by a relative path' '^tools/cli/format/json.hpp:2: .* tools/cli/. lies above tools/cli/format/'
append store/index/slot.hpp '#include "store/index/find.hpp"'
append store/index/find.cpp '#include "store/index/slot.hpp"'
expect 'a circle through a source and its header' \
    '^store/index/find.cpp:3: .*: store/index/find -> store/index/slot -> store/index/find$'
for name in a b c; do append "tests/unit/store/index/$name.hpp" '// SPDX-License-Identifier: MIT'; done
append tests/unit/store/index/a.hpp '#include "b.hpp"'
append tests/unit/store/index/b.hpp '#include "unit/store/index/c.hpp"'
append tests/unit/store/index/c.hpp '#include "tests/unit/store/index/a.hpp"'
append tests/unit/store/index/find_test.cpp '#include "a.hpp"'
expect 'a circle in the tests' '^tests/unit/store/index/a.hpp:2: .*/a -> .*/b -> .*/c -> .*/a$'
append store/engine.cpp '// SPDX-License-Identifier: MIT'
expect 'a source at the top of store' '^store/engine.cpp:1: it lies in no room'
mkdir "$tree/store/misc"
append store/misc/word.hpp '// SPDX-License-Identifier: MIT'
expect 'a folder that the table does not know' '^store/misc/word.hpp:1: it lies in no room'
append ipc/futex.cpp '// SPDX-License-Identifier: MIT'
expect 'a source beside the rooms of ipc' '^ipc/futex.cpp:1: it lies in no room'
mkdir "$tree/tests/unit/store/entry"
append tests/unit/store/entry/read_test.cpp '// SPDX-License-Identifier: MIT'
expect 'a unit test of no room' '^tests/unit/store/entry/read_test.cpp:1: it mirrors no room'
append tests/unit/cache_test.cpp '// SPDX-License-Identifier: MIT'
expect 'a unit test of no part' '^tests/unit/cache_test.cpp:1: it mirrors no room'
append tests/unit/store/index/find_more.cpp '// SPDX-License-Identifier: MIT'
expect 'a unit test with another name' '^tests/unit/store/index/find_more.cpp:1: .*ends in _test.cpp'
append .rooms 'tools/redis: .'
expect 'a room that is not there' '^tests/tidy/rooms.txt:5: there is no room tools/redis/\.'

append ipc/lock.cpp 'void f() { std::abort(); }'
expect 'ipc aborts' '^ipc/lock.cpp:15: .* never ends its process'
append store/cache.cpp 'void f() { exit(1); }'
expect 'store exits' 'never ends its process'
append store/cache.cpp 'void f() { ::_exit(1); }'
expect 'store _exits' 'never ends its process'
append store/cache.cpp 'void f() { std::cout << 1; }'
expect 'store prints' 'never prints'
append ipc/lock.cpp 'void f() { std::fprintf(stderr, ""); }'; expect 'ipc prints' 'never prints'
append ipc/lock.cpp 'auto f() { return std::chrono::steady_clock::now(); }'
expect 'ipc reads a clock' '^ipc/lock.cpp:15: .*ask ipc/machine_clock.hpp'
append store/cache.cpp 'void f() { ::clock_gettime(CLOCK_MONOTONIC, &now); }'
expect 'store reads a clock' 'ask ipc/machine_clock.hpp'
append ipc/lock.cpp 'auto f() { return std::filesystem::canonical("."); }'
expect 'memory of the C library' '^ipc/lock.cpp:15: .*give it a buffer'

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
