#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# mistakes_test.sh COMPILER ROOT: a mistake of a user gives one error that says what to do.
set -euo pipefail
compiler=$1 root=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failures=0
headers=(-I"$root/store/include" -I"$root/tools/remote/include")

# says TEXT ERRORS ARGUMENT...: the program on standard input does not compile; there are ERRORS errors, and one has TEXT.
says() {
    local text=$1 errors=$2
    shift 2
    cat >"$work/program.cpp"
    if "$compiler" -fsyntax-only "$@" "${headers[@]}" "$work/program.cpp" >"$work/out" 2>&1; then
        echo "line ${BASH_LINENO[0]}: it compiles"
    elif ! grep -q "error: .*$text" "$work/out"; then
        echo "line ${BASH_LINENO[0]}: no error has '$text'"
    elif [ "$(grep -c 'error: ' "$work/out")" != "$errors" ]; then
        echo "line ${BASH_LINENO[0]}: there are not $errors errors"
    else
        return 0
    fi
    head -n 30 "$work/out"
    failures=$((failures + 1))
}

# A file that is missing ends the compilation: the second error.
for path in "$root"/store/include/dummycache/*.hpp "$root"/tools/remote/include/dummycache/*.hpp; do
    header=${path##*/}
    [ "$header" != version.hpp ] || continue
    says 'dummycache needs C++20: compile with -std=c++20' 2 -std=c++17 <<END
#include <dummycache/$header>
int main() { return dummycache::Cache::open("x").get("k").has_value(); }
END
done

for call in 'cache.fetch<std::vector<int>>("k")' 'cache.put("k", 7)' 'cache.fetch<int>("k").value_or(3)'; do
    says 'put<T> and fetch<T> need #include <dummycache/typed.hpp>' 1 -std=c++20 <<END
#include <dummycache/cache.hpp>
void use(dummycache::Cache& cache) { static_cast<void>($call); }
END
done

# Where cereal is missing, as far as a header can ask.
for header in typed.hpp typed_archive.hpp; do
    says 'typed values need the headers of cereal' 1 -std=c++20 -Wno-builtin-macro-redefined \
        '-D__has_include(file)=0' <<END
#include <dummycache/$header>
END
done

echo "mistakes_test.sh: $failures failures"
[ "$failures" -eq 0 ]
