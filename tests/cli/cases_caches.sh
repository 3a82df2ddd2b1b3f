# SPDX-License-Identifier: MIT
# caches, create, info, check, rm, and which cache a command works on.

create_makes_a_cache_once() {
    gives 0 create "$DUMMYCACHE" --capacity 64M
    is_silent
    gives 0 info --json
    equal "$(field capacity_bytes)" $((64 << 20))
    gives 1 create "$DUMMYCACHE" --capacity 32M
    complains 'already'
    gives 1 create -q "$DUMMYCACHE"
    is_silent
    gives 0 info --json
    equal "$(field capacity_bytes)" $((64 << 20))
}

create_says_how_the_cache_that_exists_differs() {
    gives 0 create "$DUMMYCACHE" --capacity 2M
    gives 1 create "$DUMMYCACHE" --capacity 64M
    complains "there is a cache '$DUMMYCACHE' already, with --capacity 2MiB, not 64MiB; 'dummycache rm "
    gives 1 create "$DUMMYCACHE" --capacity 2097153
    complains 'already, with --capacity 2097152B, not 2097153B;'
    gives 1 create "$DUMMYCACHE" --mode 660 --when-full refuse
    complains 'already, with --when-full evict, not refuse and --mode 0600, not 0660;'
    gives 1 create "$DUMMYCACHE" --capacity 2M
    complains "already; 'dummycache rm "
    gives 1 create "$DUMMYCACHE"
    complains "already; 'dummycache rm "
    gives 0 create ./file --capacity 2M
    gives 1 create ./file --capacity 4M
    complains "'./file' already, with --capacity 2MiB, not 4MiB;"
}

sizes_have_units() {
    local size bytes
    while read -r size bytes; do
        gives 0 create "$DUMMYCACHE" --capacity "$size"
        gives 0 info --json
        equal "$(field capacity_bytes)" "$bytes"
        gives 0 rm "$DUMMYCACHE"
    done <<'END'
2097152 2097152
2097152B 2097152
2048K 2097152
2048KiB 2097152
2m 2097152
2MB 2097152
2mb 2097152
2Mi 2097152
1.5MiB 1572864
1G 1073741824
1GB 1073741824
1MB 1048576
END
}

sizes_that_are_none_are_refused() {
    local bad
    for bad in '' M 1X 1MM -1M 10min nan 1e6 1.2.3M 99999999T 5K; do
        gives 2 create "$DUMMYCACHE" --capacity "$bad"
        complains ''
    done
    gives 2 create "$DUMMYCACHE" --mode 888
    complains "'888' is not a file mode"
    gives 2 create "$DUMMYCACHE" --mode 1600
    complains "'1600' is not a file mode"
    gives 2 create "$DUMMYCACHE" --when-full explode
    complains "'explode' is not a way to be full"
    gives 3 info
}

a_cache_may_refuse_when_it_is_full() {
    local i code=0
    gives 0 create "$DUMMYCACHE" --capacity 2M --when-full refuse
    head -c 100000 /dev/zero >zeros
    for ((i = 0; i < 100 && code == 0; i++)); do dc set "k$i" @zeros >.out 2>.err || code=$?; done
    equal "$code" 4
    complains ''
    gives 0 get k0
    cmp -s zeros .out || fail "an entry has changed"
    gives 0 clear
    gives 0 set k0 @zeros
}

a_cache_may_drop_when_it_is_full() {
    local i
    gives 0 create "$DUMMYCACHE" --capacity 2M --when-full evict
    head -c 100000 /dev/zero >zeros
    for ((i = 0; i < 100; i++)); do gives 0 set "k$i" @zeros; done
    gives 0 get k99
}

info_prints_facts() {
    gives 0 create "$DUMMYCACHE" --capacity 8M --when-full refuse --mode 640
    gives 0 info
    mentions "^name +$DUMMYCACHE$"
    mentions '^kind +shared$'
    mentions '^capacity +8MiB$'
    mentions '^mode +0640$'
    mentions '^when full +refuse$'
    mentions '^created +2[0-9]{3}-[0-9]{2}-[0-9]{2}T[0-9:]{8}Z$'
    mentions '^process +[0-9]+ .*\(this command\)$'
    gives 0 info --json
    equal "$(wc -l <.out)" 1
    mentions '"mode":"0640","when_full":"refuse","created":"2.*","processes":\[\{"slot":[0-9]+,"pid":[0-9]+,"name":'
}

caches_lists_what_there_is() {
    gives 0 create "$DUMMYCACHE" --capacity 8M
    gives 0 set k v
    gives 0 caches
    mentions "^$DUMMYCACHE +8MiB +[0-9.]+[KM]iB +1 +0$"
    gives 0 caches --json
    mentions "^\{\"name\":\"$DUMMYCACHE\",\"path\":\"[^\"]+\",\"capacity_bytes\":8388608,\"committed_bytes\":[0-9]+,\"entries\":1,\"processes\":0\}$"
}

check_of_a_sound_cache_is_silent() {
    gives 0 set k v
    gives 0 check
    is_silent
    gives 0 check --json
    is_silent
}

rm_removes_a_cache() {
    gives 0 set k v
    gives 0 rm "$DUMMYCACHE"
    is_silent
    gives 1 get k
    gives 3 rm "$DUMMYCACHE"
    complains 'no cache'
}

those_who_look_want_a_cache() {
    local command
    for command in ls 'show k' stats info clear 'clear --match *' check; do
        set -f
        # shellcheck disable=SC2086
        gives 3 $command
        set +f
        complains ''
    done
}

the_cache_is_named_by_option_or_environment() {
    gives 0 set k one
    gives 0 -c "$DUMMYCACHE-b" set k two
    gives 0 get k -c "$DUMMYCACHE-b"
    says two
    gives 0 --cache="$DUMMYCACHE-b" get k
    says two
    gives 0 get k
    says one
    DUMMYCACHE=$DUMMYCACHE-b gives 0 get k
    says two
    gives 0 rm "$DUMMYCACHE-b"
}

a_name_may_hold_the_id_of_the_test_worker() {
    local name=$DUMMYCACHE
    export DUMMYCACHE=$name-%w
    unset PYTEST_XDIST_WORKER TEST_ENV_NUMBER
    PYTEST_XDIST_WORKER=gw0 gives 0 set k zero
    PYTEST_XDIST_WORKER=gw1 gives 0 set k one
    TEST_ENV_NUMBER=gw0 gives 0 get k
    says zero
    gives 0 get k -c "$name-gw1"
    says one
    PYTEST_XDIST_WORKER=gw1 gives 0 rm "$DUMMYCACHE"
    gives 3 rm "$name-gw1"
    PYTEST_XDIST_WORKER=../x gives 2 set k v
    complains 'PYTEST_XDIST_WORKER'
    gives 0 -c "$name-100%%w" set k v
    gives 0 caches
    mentions "^$name-100%w +.* 1 +0$"
    gives 0 rm "$name-100%%w"
    gives 2 -c "$name-%x" set k v
    complains '%% for one percent sign'
    gives 0 rm "$name-gw0"
}

a_name_without_a_worker_is_noted_once() {
    local note="^dummycache: %w in the cache's name '$DUMMYCACHE-a%w' stands for nothing: .*set DUMMYCACHE_WORKER"
    no_worker
    dc -c "$DUMMYCACHE-a%w" set k v 2>.err || fail 'set'
    grep -q "$note" .err || fail 'there is no note'
    dc fork "$DUMMYCACHE-a%w" "$DUMMYCACHE-b%w" 2>.err || fail 'fork'
    equal "$(wc -l <.err)" 1
    gives 0 -q -c "$DUMMYCACHE-a%w" get k
    DUMMYCACHE_WORKER='' gives 0 -c "$DUMMYCACHE-a%w" get k
    TEST_ENV_NUMBER='' gives 0 -c "$DUMMYCACHE-a%w" get k
    gives 0 -c "$DUMMYCACHE-a%%w" set k v
    gives 0 rm "$DUMMYCACHE-a%%w"
    gives 0 rm "$DUMMYCACHE-a"
    gives 0 rm "$DUMMYCACHE-b"
}

a_name_may_hold_the_id_of_the_run() {
    local name names
    needs setsid
    unset PYTEST_XDIST_TESTRUNUID
    DUMMYCACHE_RUN=7 gives 0 -c "$DUMMYCACHE-%r" set k v
    gives 0 rm "$DUMMYCACHE-7"
    unset DUMMYCACHE_RUN
    # In each session two processes meet in one cache, and no other one does.
    for _ in 1 2; do
        setsid --wait bash -c '"$0" -c "$1-%r" incr k && "$0" -c "$1-%r" incr k; true' "$binary" "$DUMMYCACHE" >.out
        lists 1 2
    done
    names=$(dc caches | cut -d ' ' -f 1 | grep -e "^$DUMMYCACHE-[0-9]*-")
    equal "$(wc -l <<<"$names")" 2
    for name in $names; do gives 0 rm "$name"; done
}

bad_names_are_refused() {
    local bad
    for bad in '' a/b $'a\nb' "$(head -c 201 /dev/zero | tr '\0' n)"; do
        gives 2 -c "$bad" set k v
        complains ''
    done
}

a_cache_may_be_a_file() {
    gives 0 create ./file.cache --capacity 4M
    gives 0 -c ./file.cache set k v
    gives 0 -c "$PWD/file.cache" get k
    says v
    gives 0 -c ./file.cache info
    mentions '^kind +file$'
    gives 0 rm ./file.cache
    gives 1 -c ./file.cache get k
    gives 3 -c ./missing/file.cache set k v
    complains ''
}

a_file_that_is_no_cache_is_bad_data_and_stays() {
    printf 'precious' >file
    gives 5 -c ./file get k
    complains ''
    gives 5 -c ./file set k v
    gives 5 -c ./file ls
    equal "$(<file)" precious
}

a_cache_of_somebody_else_is_out_of_reach() {
    [[ $(id -u) -eq 0 ]] || skip "only root can be two users"
    needs setpriv
    gives 0 create ./file.cache --capacity 4M
    cp "$binary" ./other
    chmod 755 ./other
    local code=0
    setpriv --reuid 65534 --regid 65534 --clear-groups ./other -c ./file.cache get k >.out 2>.err || code=$?
    equal "$code" 3
    complains ''
}

more_processes_than_places_can_read() {
    gives 0 create "$DUMMYCACHE" --capacity 1M
    gives 0 set k v
    take_all_places
    gives 0 caches
    mentions "^$DUMMYCACHE +1MiB +[^ ]+ +1 +128$"
    gives 0 get k
    says v
    gives 0 exists k
    gives 0 ttl k
    gives 4 set k w
    complains 'all 128 places of the cache .* are taken'
    leave_places
    gives 0 set k w
}
