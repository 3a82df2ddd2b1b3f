# SPDX-License-Identifier: MIT
# fork, checkpoints, exec.

fork_makes_a_second_cache_that_begins_as_the_first_one_is() {
    local copy=$DUMMYCACHE-copy
    gives 0 create "$DUMMYCACHE" --capacity 8M --when-full refuse
    gives 0 set k v --ttl 1h
    gives 0 incr count 5
    gives 0 clock freeze
    gives 0 fork "$DUMMYCACHE" "$copy"
    is_silent
    gives 0 diff "$DUMMYCACHE" "$copy"
    gives 0 -c "$copy" clock --json
    mentions '"frozen":true'
    gives 0 -c "$copy" info
    mentions '^capacity +8MiB$'
    mentions '^when full +refuse$'
    gives 0 -c "$copy" check
    gives 0 -c "$copy" incr count
    gives 0 get count
    says 5
    gives 0 fork "$copy" ./file.cache
    gives 0 diff "$copy" ./file.cache
    gives 0 rm ./file.cache
    gives 0 rm "$copy"
}

fork_leaves_a_cache_that_is_there_alone() {
    gives 0 set k v
    gives 0 -c "$DUMMYCACHE-b" set k other
    gives 4 fork "$DUMMYCACHE" "$DUMMYCACHE-b"
    complains "there is a cache '$DUMMYCACHE-b' already"
    gives 4 fork "$DUMMYCACHE" "$DUMMYCACHE"
    gives 0 -c "$DUMMYCACHE-b" get k
    says other
    gives 0 rm "$DUMMYCACHE-b"
}

fork_wants_a_cache_and_two_names() {
    gives 3 fork "$DUMMYCACHE" "$DUMMYCACHE-b"
    complains 'there is no cache'
    gives 3 info -c "$DUMMYCACHE-b"
    gives 0 set k v
    gives 2 fork "$DUMMYCACHE"
    gives 2 fork "$DUMMYCACHE" a/b
    gives 2 fork -c "$DUMMYCACHE" x y
    complains '-c has no meaning'
    gives 3 fork "$DUMMYCACHE" ./missing/file.cache
    complains ''
}

rollback_goes_back_to_a_checkpoint() {
    gives 3 checkpoint before
    gives 0 set k old
    gives 0 set t x --ttl 1h
    gives 0 checkpoint before
    is_silent
    gives 0 set k new
    gives 0 clear
    gives 0 set other x
    gives 0 clock advance 2h
    gives 1 diff checkpoint:before
    mentions '^- k'
    mentions '^[+] other'
    gives 0 dump --checkpoint before --match k
    mentions '"key":"k","value":"old"'
    gives 0 checkpoints
    mentions '^before  2 changes since$'
    gives 0 rollback before
    is_silent
    gives 0 get k
    says old
    gives 0 exists t
    gives 1 exists other
    gives 0 check
    gives 0 release before
    gives 1 rollback before
    complains "holds no checkpoint 'before'"
    gives 1 dump --checkpoint before
    complains "holds no checkpoint 'before'"
}

a_checkpoint_without_a_name_gets_a_number() {
    gives 0 set k 1
    gives 0 checkpoint
    lists 1
    gives 0 checkpoint
    lists 2
    gives 4 checkpoint 1
    complains "holds one called '1' already"
    gives 0 release 1
    gives 0 checkpoint
    lists 1
    gives 0 checkpoints --json
    mentions '^\{"name":"2","changes":0,"taken":[0-9.]+,"lost":false,"abandoned":false\}$'
    gives 2 checkpoint ''
}

exec_undoes_what_a_command_did() {
    gives 0 set k old
    gives 0 exec --rollback -- "$binary" set k new
    gives 0 get k
    says old
    gives 5 exec --rollback -- sh -c "'$binary' del k; exit 5"
    gives 0 get k
    says old
    gives 0 checkpoints
    is_silent
}

exec_gives_a_command_a_fork() {
    gives 0 set k old
    gives 0 exec --fork -- sh -c "'$binary' get k; '$binary' set k new; echo \$DUMMYCACHE >name"
    says old
    gives 0 get k
    says old
    [[ $(cat name) != "$DUMMYCACHE" ]] || fail 'the command had the cache itself'
    gives 3 -c "$(cat name)" info
    gives 2 exec --fork --rollback -- true
}

exec_leaves_the_options_of_a_command_alone() {
    gives 0 set k v
    gives 0 exec --freeze printf '[%s]' --json -c x --rollback
    says '[--json][-c][x][--rollback]'
    gives 0 exec --freeze printf '[%s]' -- --fork
    says '[--][--fork]'
    gives 0 exec --freeze -- printf '[%s]' --help -- -q
    says '[--help][--][-q]'
    gives 0 exec --rollback "$binary" set k new --ttl 1h
    gives 0 get k
    says v
    gives 0 help exec
    mentions '^usage: dummycache exec \[OPTIONS\] \[--\] CMD'
    gives 2 exec --rolback true
    complains 'did you mean --rollback'
}

exec_names_the_same_cache_for_the_command() {
    local folder='./50%wide' option
    mkdir "$folder"
    gives 0 -c './50%%wide/100%%' set k v
    for option in --freeze --rollback --fork; do
        gives 0 -c './50%%wide/100%%' exec $option -- sh -c "cd / && '$binary' get k"
        says v
    done
    cd "$folder" || fail 'cd'
    gives 0 -c './100%%' exec --rollback -- sh -c "cd / && '$binary' get k"
    says v
    export PYTEST_XDIST_WORKER=gw1
    gives 0 -c "$DUMMYCACHE-gw1" set k mine
    gives 0 -c "$DUMMYCACHE-%w" exec --rollback -- env PYTEST_XDIST_WORKER=gw2 "$binary" get k
    says mine
    gives 0 rm "$DUMMYCACHE-gw1"
}

exec_makes_a_cache_and_removes_it() {
    gives 0 exec --rollback -- "$binary" set k 1
    gives 3 info
    gives 0 exec --fork -- "$binary" set k 1
    gives 3 info
}

exec_freezes_the_clock() {
    gives 0 set k v
    gives 0 exec --freeze -- "$binary" clock --json
    mentions '"frozen":true'
    gives 0 clock --json
    mentions '"frozen":false'
    gives 0 exec --freeze --rollback -- "$binary" clock advance 1h
    gives 0 clock --json
    mentions '"frozen":false'
}

exec_ends_as_its_command_does() {
    gives 0 set k v
    gives 127 exec --rollback -- ./there-is-no-such-thing
    complains "cannot run './there-is-no-such-thing'"
    gives 126 exec --fork -- /dev/null
    gives 143 exec --rollback -- sh -c 'kill -TERM $$'
    gives 2 exec
    "$binary" exec --rollback -- sh -c "'$binary' set k new; trap 'exit 9' TERM; touch ready; while :; do sleep 0.05; done" &
    local pid=$! code=0
    until_there_is ready
    kill -TERM "$pid"
    wait "$pid" || code=$?
    equal "$code" 9
    gives 0 get k
    says v
}

exec_says_so_if_another_one_undid_what_its_command_did() {
    local first second end code
    gives 0 set k old
    for end in 0 7; do
        rm -f ready* go*
        "$binary" exec --rollback -- sh -c "touch ready1; while [ ! -e go1 ]; do sleep 0.02; done" &
        first=$!
        until_there_is ready1
        "$binary" exec --rollback -- sh -c "'$binary' set k new; touch ready2
            while [ ! -e go2 ]; do sleep 0.02; done; exit $end" >.out 2>.err &
        second=$!
        until_there_is ready2
        touch go1
        wait "$first" || fail 'the first one failed'
        gives 0 get k
        says old
        : >.out
        touch go2
        code=0
        wait "$second" || code=$?
        equal "$code" $((end == 0 ? 4 : end))
        complains "exec: cache '$DUMMYCACHE' was taken back .* while the command ran.*another exec --rollback.*--fork.*%w"
    done
    gives 0 checkpoints
    is_silent
}

exec_says_so_if_its_cache_was_removed() {
    gives 0 set k v
    gives 4 exec --rollback -- "$binary" rm "$DUMMYCACHE"
    complains "exec: cache '$DUMMYCACHE' was taken back .*, or removed, while the command ran"
    gives 0 set k v
    gives 9 exec --rollback -- sh -c "'$binary' rm $DUMMYCACHE; exit 9"
}

exec_that_is_killed_leaves_nothing() {
    gives 0 set k old
    "$binary" exec --rollback --freeze -- sh -c "'$binary' set k new; touch ready; exec sleep 60" &
    local pid=$! i
    until_there_is ready
    kill -KILL "$pid"
    wait "$pid" || true
    for ((i = 0; i < 200; i++)); do
        [[ -n $("$binary" checkpoints) ]] || break
        sleep 0.02
    done
    gives 0 get k
    says old
    gives 0 clock --json
    mentions '"frozen":false'
}
