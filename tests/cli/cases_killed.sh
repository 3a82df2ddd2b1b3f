# SPDX-License-Identifier: MIT
# What commands leave that are killed with all their processes, as with a container, and who clears it away.

killed_exec_is_undone_by_the_next_one() {
    local where
    for where in "$DUMMYCACHE" ./cache; do
        gives 0 -c "$where" set k old
        begin -c "$where" exec --rollback --freeze -- "'$binary' set k new; '$binary' set other x"
        kill_all "$begun"
        gives 0 -c "$where" checkpoints
        mentions '^exec-[0-9a-f]{12}  2 changes since, left by a command that was killed$'
        "$binary" -c "$where" exec --rollback -- "$binary" get k >.out 2>.err || fail 'the next one'
        says old
        : >.out
        complains "exec: took the cache .* back to the checkpoint 'exec-[0-9a-f]{12}', which a command that was killed had left"
        gives 0 -c "$where" get k
        says old
        gives 1 -c "$where" exists other
        gives 0 -c "$where" clock --json
        mentions '"frozen":false'
        gives 0 -c "$where" checkpoints
        is_silent
        gives 0 -c "$where" exec --rollback -- "$binary" get k
    done
    gives 0 rm ./cache
}

killed_exec_is_seen_by_doctor_and_cleared_by_its_repair() {
    local name
    gives 0 set k old
    begin exec --rollback -- "'$binary' set k new"
    gives 0 doctor
    mentions '^sound$'
    kill_all "$begun"
    name=$("$binary" checkpoints | cut -d ' ' -f 1)
    gives 1 doctor
    mentions "^checkpoint $name: left by a command that was killed; .*'release $name' keeps what was done since$"
    mentions "^not sound: 'doctor --repair' mends it$"
    gives 1 doctor --json
    mentions "\"abandoned_checkpoints\":\\[\"$name\"\\]"
    gives 0 doctor --repair
    mentions "^repaired: took the cache '$DUMMYCACHE' back to the checkpoint '$name'"
    gives 0 get k
    says old
    gives 0 doctor
}

what_a_killed_exec_did_can_be_kept() {
    gives 0 set k old
    begin exec --rollback -- "'$binary' set k new"
    kill_all "$begun"
    gives 0 release "$("$binary" checkpoints | cut -d ' ' -f 1)"
    gives 0 exec --rollback -- true
    gives 0 get k
    says new
}

killed_exec_is_only_released_while_others_use_the_cache() {
    gives 0 set k old
    begin exec --rollback -- "'$binary' set k new"
    kill_all "$begun"
    gives 0 checkpoint mine
    dc exec --rollback -- true >.out 2>.err || fail 'the next one'
    complains "exec: released the checkpoint 'exec-.*others use the cache, so the entries stay as they are"
    gives 0 get k
    says new
    gives 0 checkpoints
    mentions '^mine'
    equal "$(wc -l <.out)" 1
    gives 0 release mine
    begin exec --rollback -- "'$binary' set k newer"
    kill_all "$begun"
    hold "$DUMMYCACHE"
    dc exec --rollback -- true >.out 2>.err || fail 'the next one'
    complains 'others use the cache'
    let_go
    gives 0 get k
    says newer
}

killed_exec_that_made_the_cache_leaves_an_empty_one() {
    local option
    for option in --rollback --fork; do
        begin exec "$option" -- "'$binary' set k 1"
        kill_all "$begun"
        gives 0 get k
        gives 1 doctor
        gives 0 doctor --repair
        gives 1 get k
        gives 0 rm "$DUMMYCACHE"
    done
}

a_fork_of_a_killed_exec_is_removed_by_the_next_one() {
    local where object
    for where in "$DUMMYCACHE" ./cache; do
        object=./cache
        [[ $where == ./* ]] || object=/dev/shm/dummycache.$(id -u).$where
        gives 0 -c "$where" set k old
        begin -c "$where" exec --fork -- "'$binary' set k new"
        # A living one is left alone.
        gives 0 -c "$where" exec --fork -- true
        equal "$(echo "$object".exec-*)" "$(realpath -s "$object".exec-* | sed "s|^$PWD/|./|")"
        kill_all "$begun"
        dc -c "$where" exec --fork -- "$binary" get k >.out 2>.err || fail 'the next one'
        says old
        : >.out
        complains "exec: removed the cache '.*\\.exec-[0-9a-f]{12}', which a command that was killed had left"
        equal "$(echo "$object"*)" "$object"
    done
    # What a creator leaves that is killed before the fork has its name.
    touch ./cache.exec-0123456789ab.dummycache-{tmp,lock} ./cache.exec-more ./cache.exec-0123456789ab.x
    gives 0 -c ./cache exec --fork -- true
    equal "$(echo ./cache*)" './cache ./cache.exec-0123456789ab.x ./cache.exec-more'
    gives 0 rm ./cache
}

# As process 1 of a container each, on one cache in a file.
killed_containers_leave_the_next_start_and_each_other_alone() {
    unshare -p -f true 2>/dev/null || skip "this user cannot make a pid namespace"
    local start='echo $$ >pid.$1; "$binary" set $1 1; touch ready.$1; while [ ! -e go.$1 ]; do sleep 0.02; done'
    local option a b i
    export binary
    gives 0 -c ./cache set k old
    for option in --rollback --fork; do
        rm -f ready.* go.*
        unshare -p -f "$binary" -c ./cache exec "$option" -- sh -c "$start" . b >b.out 2>&1 &
        b=$!
        until_there_is ready.b
        for i in 1 2 3; do
            rm -f ready.a
            unshare -p -f "$binary" -c ./cache exec "$option" -- sh -c "$start" . a >a.out 2>&1 &
            a=$!
            until_there_is ready.a
            kill -KILL "$(</proc/$a/task/$a/children)"
            wait "$a" 2>/dev/null
        done
        touch go.a
        unshare -p -f "$binary" -c ./cache exec "$option" -- sh -c "$start" . a >a.out 2>&1 ||
            fail "the next start fails: $(<a.out)"
        kill -0 "$b" || fail 'the other container has ended'
        touch go.b
        wait "$b" || fail "the other one's exec fails: $(<b.out)"
        gives 0 -c ./cache ls
        says $'k\n'
        gives 0 -c ./cache checkpoints
        is_silent
        equal "$(echo ./cache*)" ./cache
    done
    gives 0 rm ./cache
}

a_fork_by_hand_has_no_checkpoint_of_exec() {
    gives 0 set k old
    gives 0 checkpoint mine
    gives 0 exec --rollback -- sh -c "'$binary' set k new && '$binary' fork $DUMMYCACHE $DUMMYCACHE-b"
    gives 0 -c "$DUMMYCACHE-b" checkpoints
    mentions '^mine'
    equal "$(wc -l <.out)" 1
    gives 0 -c "$DUMMYCACHE-b" exec --rollback -- true
    gives 0 -c "$DUMMYCACHE-b" get k
    says new
    gives 0 -c "$DUMMYCACHE-b" check
    gives 0 -c "$DUMMYCACHE-b" rollback mine
    gives 0 -c "$DUMMYCACHE-b" get k
    says old
    gives 0 rm "$DUMMYCACHE-b"
}

exec_forks_a_cache_with_the_longest_name() {
    local name
    name=$DUMMYCACHE-$(printf 'x%.0s' {1..200})
    name=${name:0:200}
    gives 0 -c "$name" set k v
    gives 0 -c "$name" exec --fork -- "$binary" get k
    says v
    gives 0 rm "$name"
    gives 0 -c "./$name" set k v
    gives 0 -c "./$name" exec --fork -- "$binary" get k
    says v
}

a_cache_in_use_is_never_said_to_be_in_the_way() {
    gives 0 set k v
    gives 0 -c "$DUMMYCACHE-b" set k v
    hold "$DUMMYCACHE-b"
    gives 4 fork "$DUMMYCACHE" "$DUMMYCACHE-b"
    complains "there is a cache '$DUMMYCACHE-b' already, and a process uses it; choose another name$"
    let_go
    gives 0 rm "$DUMMYCACHE-b"
}

# In a /dev/shm of its own: gc takes every empty cache of the user.
gc_clears_up_after_killed_commands() {
    unshare -m true 2>/dev/null || skip "this user cannot mount a file system"
    declare -f kill_all until_there_is begin >functions
    binary=$binary unshare -m bash -eu <<'END' || fail "gc, line by line above"
mount -t tmpfs -o size=64m none /dev/shm
source ./functions
export DUMMYCACHE=main
"$binary" set k old
begin exec --fork -- "'$binary' set k new"; fork=$begun
begin exec --rollback -- "'$binary' set k new"; rollback=$begun
begin -c made exec --rollback -- "'$binary' set k new"; made=$begun
"$binary" bench --entries 100000 --repeat 1000 >/dev/null 2>&1 &
bench=$!
while ! "$binary" caches | grep -q '^bench-'; do sleep 0.02; done
# Nothing of the living is touched.
[[ -z $("$binary" gc | grep -v '^bench') && $("$binary" caches | grep -c .) -eq 4 ]]
kill_all $fork; kill_all $rollback; kill_all $made; kill_all $bench
"$binary" gc --dry-run >dry
grep -q "^main  the checkpoint 'exec-[0-9a-f]*' was left by a command that was killed$" dry
[[ $("$binary" get k) == new ]]
"$binary" gc >out
grep -q "^main  took the cache 'main' back to the checkpoint 'exec-" out
grep -q '^main\.exec-[0-9a-f]*  left by a command that was killed$' out
grep -q '^bench-[0-9a-f]*  left by a command that was killed$' out
grep -q '^made  empty$' out
[[ $("$binary" caches | cut -d ' ' -f 1) == main && $("$binary" get k) == old && -z $("$binary" gc) ]]
[[ -z $(ls /dev/shm | grep -v '\.main$') ]]
END
}
