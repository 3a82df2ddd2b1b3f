#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# run.sh CMAKE BUILD_DIR COMPILER WORK_DIR LIBDIR GENERATOR: installs BUILD_DIR, moves the result, builds
# ./project against it in each way a stranger may, and runs what came out.
set -euo pipefail
cmake=$1 build_dir=$2 compiler=$3 work_dir=$4 libdir=$5 generator=$6
project=$(cd "$(dirname "${BASH_SOURCE[0]}")/project" && pwd)

rm -rf "$work_dir"
mkdir -p "$work_dir"
"$cmake" --install "$build_dir" --prefix "$work_dir/first" >"$work_dir/install.log"
prefix=$work_dir/moved
mv "$work_dir/first" "$prefix"

expect_file() {
    [ -e "$prefix/$1" ] || { echo "not installed: $1" >&2; exit 1; }
}
expect_file include/dummycache/cache.hpp
expect_file include/dummycache/detail/views.hpp
expect_file "$libdir/libdummycache.so"
expect_file "$libdir/libdummycache.a"
expect_file "$libdir/cmake/dummycache/dummycacheConfig.cmake"
expect_file "$libdir/cmake/dummycache/dummycacheConfigVersion.cmake"
expect_file "$libdir/cmake/dummycache/dummycacheTargets.cmake"
expect_file "$libdir/pkgconfig/dummycache.pc"
expect_file lib/redis/modules/dummycache.so
[ -x "$prefix/lib/redis/modules/dummycache.so" ] || { echo "a server loads no module without the x bit" >&2; exit 1; }
expect_file share/doc/dummycache/LICENSE
(cd "$prefix/share/doc/dummycache" && "$project/../../examples/check_links.sh" . README.md tools/guide/*.md)

# Nothing that a build or a user reads may name the folder it was built in.
source_dir=$(cd "$project/../../.." && pwd)
if grep -rlF -e "$source_dir" -e "$work_dir/first" \
    "$prefix/include" "$prefix/$libdir/cmake" "$prefix/$libdir/pkgconfig"; then
    echo "the files above name the build machine's folders" >&2
    exit 1
fi

# fmt is used inside the library alone.
if nm -DC "$prefix/$libdir/libdummycache.so" | grep 'fmt::' ||
    ldd "$prefix/$libdir/libdummycache.so" | grep libfmt ||
    nm -uC "$prefix/$libdir/libdummycache.a" 2>/dev/null | grep 'fmt::' ||
    grep -rl 'fmt' "$prefix/include" "$prefix/$libdir/cmake" "$prefix/$libdir/pkgconfig"; then
    echo "the installed library needs or shows fmt, as above" >&2
    exit 1
fi

echo "== CMake: shared and static"
"$cmake" -S "$project" -B "$work_dir/by-cmake" -G "$generator" -DCMAKE_CXX_COMPILER="$compiler" \
    -DCMAKE_PREFIX_PATH="$prefix" >"$work_dir/configure.log" || { cat "$work_dir/configure.log"; exit 1; }
"$cmake" --build "$work_dir/by-cmake"
"$work_dir/by-cmake/stranger_shared"
"$work_dir/by-cmake/stranger_static"

if [ -e "$prefix/$libdir/libdummycache_remote.a" ]; then
    echo "== CMake: the component remote"
    "$cmake" -S "$project/../remote_project" -B "$work_dir/remote" -G "$generator" -DCMAKE_CXX_COMPILER="$compiler" \
        -DCMAKE_PREFIX_PATH="$prefix" >"$work_dir/configure.log" || { cat "$work_dir/configure.log"; exit 1; }
    "$cmake" --build "$work_dir/remote"
    "$work_dir/remote/stranger_remote"
    "$work_dir/remote/stranger_with_both"
fi

echo "== pkg-config: shared and static"
export PKG_CONFIG_PATH=$prefix/$libdir/pkgconfig
read -ra cflags <<<"$(pkg-config --cflags dummycache)"
read -ra libs <<<"$(pkg-config --libs dummycache)"
"$compiler" -std=c++20 "${cflags[@]}" "$project/main.cpp" "${libs[@]}" -o "$work_dir/by-pkg-config"
LD_LIBRARY_PATH=$prefix/$libdir "$work_dir/by-pkg-config"
"$compiler" -std=c++20 "${cflags[@]}" "$project/main.cpp" "$prefix/$libdir/libdummycache.a" -pthread \
    -o "$work_dir/by-pkg-config-static"
"$work_dir/by-pkg-config-static"

echo "== without cereal"
"$compiler" -std=c++20 -DWITHOUT_CEREAL "${cflags[@]}" "$project/main.cpp" "${libs[@]}" -MD -MF "$work_dir/untyped.d" \
    -o "$work_dir/untyped"
LD_LIBRARY_PATH=$prefix/$libdir "$work_dir/untyped"
if grep cereal "$work_dir/untyped.d"; then
    echo "a header other than typed.hpp includes cereal" >&2
    exit 1
fi

echo "== components that there are not"
# asks COMPONENTS: what find_package says.
asks() {
    mkdir -p "$work_dir/asks"
    printf 'cmake_minimum_required(VERSION 3.22)\nproject(asks LANGUAGES CXX)\nfind_package(dummycache %s)\n' "$1" \
        >"$work_dir/asks/CMakeLists.txt"
    # shellcheck disable=SC2016  # CMake expands it
    printf 'message("found: ${dummycache_FOUND}")\n' >>"$work_dir/asks/CMakeLists.txt"
    "$cmake" -S "$work_dir/asks" -B "$work_dir/asks/build" -G "$generator" -DCMAKE_CXX_COMPILER="$compiler" \
        -DCMAKE_PREFIX_PATH="$prefix" 2>&1 | tr -s ' \n' ' ' || true
}
# expect_answer COMPONENTS TEXT
expect_answer() {
    local answer
    answer=$(asks "$1")
    [[ $answer == *"$2"* ]] || { echo "find_package(dummycache $1) does not say '$2': $answer" >&2; exit 1; }
}
expect_answer 'REQUIRED COMPONENTS redis' 'the module for Redis is loaded by a server and not linked'
expect_answer 'REQUIRED COMPONENTS cache' "there is no component 'cache' of dummycache; there is 'remote'"
expect_answer 'COMPONENTS redis' 'found: 0'
expect_answer 'OPTIONAL_COMPONENTS redis' 'found: 1'
expect_answer 'OPTIONAL_COMPONENTS redis' 'without the component redis: the module for Redis is loaded'

if [ -x "$prefix/bin/dummycache" ]; then
    echo "== the installed command line"
    "$prefix/bin/dummycache" --version
fi
rm -rf "$work_dir"
