# SPDX-License-Identifier: MIT
# bench. What it measures is no matter here, so the caches are small.

bench_prints_a_line_for_each_workload() {
    local workload
    gives 0 bench --entries 500 --repeat 1
    equal "$(wc -l <.out)" 12
    for workload in $bench_workloads; do mentions "^$workload +[0-9.]+ +[0-9.]+  (ns|us|bytes)$"; done
}

bench_has_headings_on_a_terminal() {
    needs_terminal
    on_terminal "$binary bench --workload incr --entries 500 --repeat 1" >.out
    mentions 'workload +median +least +unit'
}

bench_prints_json_that_programs_can_read() {
    needs python3
    gives 0 bench --entries 500 --repeat 2 --json
    python3 -c '
import json, sys
rows = [json.loads(line) for line in sys.stdin]
assert [row["workload"] for row in rows] == sys.argv[1].split(), rows
for row in rows:
    assert set(row) == {"workload", "ours", "ours_min", "unit"}, row
    assert 0 < row["ours_min"] <= row["ours"], row
    units = {"attach": "us", "bytes_per_entry": "bytes"}
    assert row["unit"] == units.get(row["workload"], "ns"), row
' "$bench_workloads" <.out 2>.err || fail 'the JSON is not as it should be'
}

bench_measures_what_is_chosen() {
    gives 0 bench --entries 500 --repeat 1 --workload set,get_hot,set
    equal "$(cut -d ' ' -f 1 .out | tr '\n' ' ')" 'get_hot set '
    gives 0 bench --entries 1 --value-bytes 1 --repeat 1
    gives 0 bench --entries 100 --value-bytes 10000 --repeat 1 --workload bytes_per_entry --json
    (($(field ours | cut -d . -f 1) > 10000)) || fail 'an entry takes less than its value'
}

bench_refuses_what_it_cannot_measure() {
    local option value
    for option in entries value-bytes repeat; do
        for value in 0 -5 many 1.5 '' 99999999999999999999; do
            gives 2 bench "--$option=$value"
            complains "--$option"
        done
    done
    gives 2 bench --entries 10000001
    complains "bench: '10000001' is not a number from 1 to 10000000, which --entries takes"
    gives 2 bench --entries 10000000 --value-bytes 1048576
    complains 'bench: 10000000 entries with values of 1MiB are more than a cache can hold'
    gives 2 bench --workload get_hit
    complains "bench: unknown workload 'get_hit'; did you mean 'get_hot'\?"
    gives 2 bench --workload get_hot,
    complains "bench: unknown workload ''"
    gives 2 -c "$DUMMYCACHE" bench
    complains 'bench: -c has no meaning here'
    gives 2 bench more
    complains "unexpected argument 'more'"
    DUMMYCACHE=redis://127.0.0.1:1 gives 0 bench --workload incr --entries 1 --repeat 1
}

bench_removes_its_cache() {
    local signal code bench object
    # cache_is there|gone: waits for it. One whose bench was killed takes a moment to go.
    cache_is() {
        local i state
        for ((i = 0; i < 500; i++)); do
            state=gone
            [[ -n $object ]] || object=$(grep -o -m 1 "/dev/shm/dummycache\\.[0-9]*\\.bench-[0-9a-f]*$" "/proc/$bench/maps")
            [[ -z $object || ! -e $object ]] || state=there
            [[ $state != "$1" ]] || return 0
            sleep 0.02
        done
        kill -KILL "$bench" 2>/dev/null
        fail "the cache of bench is $state"
    }
    for signal in INT TERM KILL; do
        object=
        env --default-signal=INT "$binary" bench --entries 20000 --repeat 1000 >.out 2>.err &
        bench=$!
        cache_is there
        kill -s "$signal" "$bench"
        code=0
        wait "$bench" 2>/dev/null || code=$?
        equal "$code" $((128 + $(kill -l "$signal")))
        is_silent
        cache_is gone
    done
}

# In a /dev/shm of its own.
bench_fits_into_64_mib_and_says_if_there_is_no_room() {
    unshare -m true 2>/dev/null || skip "this user cannot mount a file system"
    binary=$binary unshare -m bash -eu <<'END' || fail "bench without room, line by line above"
mount -t tmpfs -o size=64m none /dev/shm
"$binary" bench --repeat 1 >/dev/null
[[ -z $(ls /dev/shm) ]]
mount -t tmpfs -o size=8m none /dev/shm
code=0
"$binary" bench >.out 2>.err || code=$?
[[ $code -eq 4 && ! -s .out && $(wc -l <.err) -eq 1 && $(<.err) == *'is /dev/shm full?'* ]]
[[ -z $(ls /dev/shm) ]]
END
}
