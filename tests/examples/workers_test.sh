#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# workers_test.sh CMAKE GENERATOR CTEST ROOT SANDBOX: README's test suite (SANDBOX) under `ctest -j`, each case by
# itself, by the two functions of the package file: each test is a worker of its own, and each run of ctest has an id of
# its own.
set -euo pipefail
cmake=$1 generator=$2 ctest=$3 root=$4 sandbox=$(realpath "$5")
work=$(mktemp -d)
trap 'kill $(jobs -p) 2>/dev/null || true; wait; rm -rf "$work"' EXIT
unset CTEST_PARALLEL_LEVEL CTEST_OUTPUT_ON_FAILURE DUMMYCACHE_RUN DUMMYCACHE_WORKER
for variable in PYTEST_XDIST_WORKER TEST_ENV_NUMBER TEST_WORKER_INDEX JEST_WORKER_ID VITEST_POOL_ID MOCHA_WORKER_ID \
    TEST_SHARD_INDEX GTEST_SHARD_INDEX; do unset "$variable"; done

fail() {
    echo "line ${BASH_LINENO[0]}: $1"
    [ ! -e "$work/out" ] || tail -n 40 "$work/out"
    exit 1
}

# A suite that only lists its cases, as Boost.Test does, and says what it is told.
cat >"$work/fake" <<'END'
#!/bin/sh
case $1 in
    --list*)
        printf 'alone*\nsuite*: with; [brackets]\n    first*\n    inner*\n        deep<int>*\n        off\n' >&2
        printf '    second*: a: b\nlast*\n' >&2 ;;
    *) echo "ran $1 of run $DUMMYCACHE_RUN as worker $DUMMYCACHE_WORKER" ;;
esac
END
chmod +x "$work/fake"
cat >"$work/CMakeLists.txt" <<END
cmake_minimum_required(VERSION 3.25)
project(workers LANGUAGES NONE)
enable_testing()
include("$root/tools/packaging/dummycacheTests.cmake")
foreach(name sandbox fake missing)
    add_executable(\${name} IMPORTED)
endforeach()
set_property(TARGET sandbox PROPERTY IMPORTED_LOCATION "$sandbox")
set_property(TARGET fake PROPERTY IMPORTED_LOCATION "$work/fake")
set_property(TARGET missing PROPERTY IMPORTED_LOCATION "$work/missing")
dummycache_discover_tests(sandbox)
dummycache_discover_tests(fake PREFIX fake: PROPERTIES TIMEOUT 77)
dummycache_discover_tests(missing)
dummycache_separate_tests()
foreach(case a_session_ends_after_half_an_hour a_session_lasts_29_minutes)
    add_test(NAME by-hand.\${case} COMMAND sandbox --run_test=\${case})
endforeach()
add_test(NAME fake:by/hand COMMAND fake by-hand)
END
for build in one two; do "$cmake" -S "$work" -B "$work/$build" -G "$generator" >"$work/out" || fail "it is not configured"; done

echo "== README's suite, each case by itself, in two builds at the same time"
for build in one two; do
    "$ctest" --test-dir "$work/$build" -R 'sandbox|by-hand\.' -j4 --repeat until-fail:10 --output-on-failure \
        >"$work/out.$build" 2>&1 &
done
for job in $(jobs -p); do
    wait "$job" || { cat "$work"/out.*; fail "cases disturb one another"; }
done
grep -q '100% tests passed, 0 tests failed out of 4' "$work/out.one" || fail "there are not four cases"

# runs_of BUILD: the lines of the fake suite of one run of ctest.
runs_of() {
    "$ctest" --test-dir "$work/$1" -R fake -j4 -V >"$work/out" 2>&1 || fail "ctest failed"
    grep -o 'ran .*' "$work/out" | sort
}

echo "== what a test is told"
first=$(runs_of one)
cases='by-hand --run_test=alone --run_test=last --run_test=suite/first --run_test=suite/inner/deep<int> --run_test=suite/second'
[ "$(cut -d ' ' -f 2 <<<"$first" | sort | xargs)" = "$(tr ' ' '\n' <<<"$cases" | sort | xargs)" ] || fail "other cases: $first"
[ "$(cut -d ' ' -f 5 <<<"$first" | sort -u | wc -l)" = 1 ] || fail "a run has two ids: $first"
[ "$(cut -d ' ' -f 8 <<<"$first" | sort -u | wc -l)" = 6 ] || fail "tests share a worker: $first"
grep -q 'fake:suite.inner.off.*Disabled' "$work/out" || fail "a disabled case runs"
"$ctest" --test-dir "$work/one" --show-only=json-v1 -R 'fake:alone' >"$work/out"
grep -q '"value" : 77' "$work/out" || fail "a property is lost"

again=$(runs_of one)
[ "$(cut -d ' ' -f 5 <<<"$first$again" | sort -u | wc -l)" -gt 1 ] || fail "two runs have one id"
[ "$(cut -d ' ' -f 8 <<<"$first")" = "$(cut -d ' ' -f 8 <<<"$again")" ] || fail "a test is another worker in each run"
other=$(runs_of two)
[ -z "$(comm -12 <(cut -d ' ' -f 8 <<<"$first" | sort) <(cut -d ' ' -f 8 <<<"$other" | sort))" ] ||
    fail "two builds share a worker"
[ "$(DUMMYCACHE_RUN=mine runs_of one | cut -d ' ' -f 5 | sort -u)" = mine ] || fail "a given id is not kept"

echo "== a suite that is not built fails"
! "$ctest" --test-dir "$work/one" -R missing >"$work/out" 2>&1 || fail "nothing failed"
grep -q 'missing.cannot_list_its_cases' "$work/out" || fail "it is not said"
