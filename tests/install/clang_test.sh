#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# clang_test.sh CMAKE ROOT: which compiler ROOT/tools/packaging/clang.cmake takes, among some that say their version
# and cannot compile, or can.
set -euo pipefail
cmake=$(command -v "$1")
root=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failures=0
unset CXX
mkdir "$work/bin"
# shellcheck disable=SC2016  # CMake expands it
printf 'include("%s/tools/packaging/clang.cmake")\nmessage("${CMAKE_CXX_COMPILER}")\n' "$root" >"$work/ask.cmake"

# a_compiler NAME VERSION CODE: CODE is its exit code when it compiles.
a_compiler() {
    # shellcheck disable=SC2016  # the compiler expands it
    printf '#!/bin/sh\n[ "$1" != -dumpversion ] || { echo %s; exit 0; }\nexit %s\n' "$2" "$3" >"$work/bin/$1"
    chmod +x "$work/bin/$1"
}

# takes NAME [ARGUMENT...]
takes() {
    local expected=$1 answer
    shift
    answer=$(cd "$work" && PATH=$work/bin:$PATH "$cmake" "$@" -P ask.cmake 2>&1) || true
    [[ $answer == *"$expected" ]] && return
    echo "line ${BASH_LINENO[0]}: '$answer' instead of '$expected'"
    failures=$((failures + 1))
}

# CMake searches the folders of the system too: what may be there is too old here.
for name in clang++ clang++-{14..36}; do a_compiler "$name" 13.0.1 0; done
a_compiler clang++-39 39.0.1 1
a_compiler clang++-38 38.1.0 1
takes /bin/clang++-39
a_compiler clang++-37 37.0.0 0
a_compiler clang++-36 36.0.0 0
takes /bin/clang++-37
a_compiler clang++ 36.0.0 1
takes /bin/clang++-37
a_compiler clang++ 36.0.0 0
takes "$work/bin/clang++"
takes other-clang++ -DCMAKE_CXX_COMPILER=other-clang++
export CXX=clang++-36
takes clang++-36
export CXX=g++
takes "$work/bin/clang++"

echo "clang_test.sh: $failures failures"
[ "$failures" -eq 0 ]
