# SPDX-License-Identifier: MIT
# doctor and gc.

doctor_of_a_sound_cache_says_so() {
    gives 3 doctor
    complains 'no cache'
    gives 0 set k v
    gives 0 doctor
    mentions '^process [0-9]+ dummycache running \(this command\)$'
    mentions '^sound$'
    gives 0 doctor --json
    mentions '^\{"sound":true,"processes":\[.*\],"locks":\[\],"problems":\[\],"unchecked_shards":\[\],"orphaned_pages":0,"abandoned_checkpoints":\[\],"repaired":\[\]\}$'
    gives 0 doctor --repair
    mentions '^sound$'
    gives 0 get k
    says v
}

doctor_names_processes_that_wait() {
    local waiter
    gives 0 set k v
    "$binary" wait k --gone &
    waiter=$!
    for ((i = 0; i < 500; i++)); do
        gives 0 doctor
        if grep -q "^process $waiter " .out; then break; fi
    done
    mentions "^process $waiter dummycache (waiting|running)$"
    kill -KILL "$waiter"
    wait "$waiter" 2>/dev/null || true
}

doctor_notes_the_place_of_a_dead_process() {
    local waiters=() left i
    gives 0 set k v
    # A command takes the first free place, which may be that of a dead one. So there are several.
    for i in 1 2 3 4 5; do
        "$binary" wait k --gone &
        waiters+=($!)
    done
    for ((i = 0; i < 500; i++)); do
        gives 0 doctor
        [[ $(grep -c '^process' .out) -lt 6 ]] || break
    done
    kill -KILL "${waiters[@]}"
    wait "${waiters[@]}" 2>/dev/null || true
    gives 0 doctor
    mentions "^note: process ($(tr ' ' '|' <<<"${waiters[*]}")) dummycache dead; it left its place behind"
    left=$(grep -c 'it left its place behind' .out)
    mentions '^sound$'
    gives 0 doctor --repair
    mentions "^repaired: dead processes cleared up after: $left$"
    gives 0 doctor
    [[ $(grep -c process .out) -eq 1 ]] || fail 'it is still there'
}

# A load holds all locks while it stores. It runs step by step here, until it is stopped when it has them.
doctor_names_a_process_that_is_stopped_inside_a_shard() {
    local loader i lines=100000
    awk "BEGIN { for (i = 0; i < $lines; i++) printf \"{\\\"key\\\":\\\"k%d\\\",\\\"value\\\":\\\"v\\\"}\\n\", i }" >many.jsonl
    gives 0 create "$DUMMYCACHE" --capacity 64M
    for ((i = 0; i < 100; i++)); do
        "$binary" load many.jsonl >/dev/null 2>&1 &
        loader=$!
        while kill -STOP "$loader" 2>/dev/null; do
            dc doctor >.out 2>.err
            if grep -q "^lock shard 0: held by process $loader, stopped" .out; then break 2; fi
            kill -CONT "$loader"
            sleep 0.01
        done
        wait "$loader"
    done
    gives 1 doctor
    mentions "^lock all shards: held by process $loader, stopped; writers of it wait until it goes on or is ended$"
    mentions "^lock shard 0: held by process $loader, stopped"
    mentions '^shard 0 not checked: it is locked'
    mentions '^not known: look again when the shards are free$'
    gives 1 doctor --json
    mentions '^\{"sound":false,.*"lock":"shard 0","pid":'"$loader"',"alive":true,"state":"stopped"'
    gives 4 set another v
    complains "held by process $loader, which is stopped; let it go on"
    kill -CONT "$loader"
    wait "$loader" || fail 'the load did not go on'
    gives 0 doctor
    mentions '^sound$'
}

doctor_sees_and_mends_broken_bytes() {
    local object=$PWD/cache
    gives 0 create "$object" --capacity 1M
    for ((i = 0; i < 20; i++)); do gives 0 -c "$object" set "key$i" value; done
    # Nobody is attached: the key's first bytes become another key's.
    python3 - "$object" <<'END' || skip "there is no python3(1)"
import sys
with open(sys.argv[1], 'r+b') as file:
    bytes = file.read()
    file.seek(bytes.index(b'key7value'))
    file.write(b'KEY')
END
    gives 5 -c "$object" doctor
    mentions '^broken: shard 0: .*another key'
    mentions "^not sound: 'doctor --repair' mends it$"
    gives 0 -c "$object" doctor --repair
    mentions '^repaired: .*it had 20 entries and has 19$'
    mentions '^sound$'
    gives 0 -c "$object" check
    gives 1 -c "$object" get key7
    gives 0 -c "$object" get key8
}

# In a /dev/shm of its own: gc takes every empty cache of the user.
gc_removes_what_is_empty_or_damaged() {
    gives 2 gc extra
    gives 2 -c "$DUMMYCACHE" gc
    unshare -m true 2>/dev/null || skip "this user cannot mount a file system"
    binary=$binary unshare -m bash -eu <<'END' || fail "gc, line by line above"
mount -t tmpfs -o size=16m none /dev/shm
dc() { "$binary" "$@"; }
dc create empty
dc -c full set k v
echo rubbish >"/dev/shm/dummycache.$(id -u).broken"
[[ $(dc gc --dry-run) == *'broken  damaged: '*'empty  empty' ]]
[[ $(dc gc --dry-run --json) == *'"name":"empty"'*'"reason":"empty","removed":false}' ]]
[[ $(dc caches | wc -l) -eq 3 ]]
dc gc >/dev/null
[[ -z $(dc gc) && $(dc caches | cut -d ' ' -f 1) == full && $(dc -c full get k) == v ]]
END
}
