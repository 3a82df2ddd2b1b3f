#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# run.sh FUZZER CORPUS WORK_DIRECTORY [LIBFUZZER_OPTION...]: fuzzes for DUMMYCACHE_TEST_FUZZ_SECONDS (60),
# beginning with the corpus. New inputs go to WORK_DIRECTORY/corpus; one that does harm stays in
# WORK_DIRECTORY/findings.
set -euo pipefail
fuzzer=$1
corpus=$2
work=$3
shift 3
mkdir -p "$work/corpus" "$work/findings"

export ASAN_OPTIONS=${ASAN_OPTIONS:-detect_leaks=0:handle_abort=1}
export UBSAN_OPTIONS=${UBSAN_OPTIONS:-print_stacktrace=1}
status=0
"$fuzzer" -max_total_time="${DUMMYCACHE_TEST_FUZZ_SECONDS:-60}" -timeout=60 -print_final_stats=1 \
    -artifact_prefix="$work/findings/" "$@" "$work/corpus" "$corpus" >"$work/log" 2>&1 &
pid=$!
wait "$pid" || status=$?
# A fuzzer that dies leaves its objects.
rm -f /dev/shm/*dummycache-fuzz-"$pid" /dev/shm/dummycache-fuzz-"$pid".*

grep -E 'INITED|cov: |^fuzz: |^stat::number_of_executed_units' "$work/log" | tail -n 4
[ "$status" -eq 0 ] && exit 0
tail -n 60 "$work/log"
echo "$(basename "$fuzzer"): exit code $status; the input that did it lies in $work/findings; run it again with"
echo "    ASAN_OPTIONS=$ASAN_OPTIONS $fuzzer $work/findings/FILE"
exit 1
