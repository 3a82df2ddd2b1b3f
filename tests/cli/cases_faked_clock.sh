# SPDX-License-Identifier: MIT
# A process whose own clock is not the machine's: the cache has one time for all.

a_key_set_under_a_faked_clock_lives_as_long_as_it_was_told() {
    local fake
    needs_fake_clock
    for fake in 1800000000 -1000000 stopped; do
        faked "$fake" "$binary" set k v --ttl 60 || fail 'set'
        complains "the clock of this process is faked, it is [0-9.]+ s (ahead of|behind) the machine's; the cache goes by"
        lives_at_most 60 k
        faked "$fake" "$binary" add a v --ttl 60 || fail 'add'
        lives_at_most 60 a
        faked "$fake" "$binary" touch a 30 || fail 'touch'
        lives_at_most 30 a
        gives 0 clear
    done
}

a_process_with_a_faked_clock_sees_what_all_see() {
    local fake
    needs_fake_clock
    for fake in 1800000000 -1000000 stopped; do
        gives 0 set k v --ttl 1h
        faked "$fake" "$binary" get k || fail 'it has expired'
        says v
        [[ ! -s .err ]] || fail 'get takes no time, and complains'
        faked "$fake" "$binary" ttl k || fail 'it has expired'
        grep -Eq '^3[56][0-9][0-9]\.' .out || fail 'another time to live'
        : >.out
        complains 'faked'
        faked "$fake" "$binary" -q ttl k
        [[ ! -s .err ]] || fail '-q is not quiet'
        faked "$fake" "$binary" set other v
        gives 0 clock advance 2h
        ! faked "$fake" "$binary" get k || fail 'it has not expired'
    done
}

a_cache_made_under_a_faked_clock_has_the_time_of_all() {
    local fake name
    needs_fake_clock
    for fake in 1800000000 -1000000 stopped; do
        for name in "$DUMMYCACHE-c" ./cache; do
            faked "$fake" "$binary" create "$name" --capacity 1M || fail 'create'
            gives 0 -c "$name" clock --json
            (($(field time | cut -d . -f 1) < 600)) || fail 'the time of a new cache'
            faked "$fake" "$binary" -q -c "$name" clock freeze
            faked "$fake" "$binary" -q -c "$name" clock resume
            gives 0 -c "$name" clock --json
            (($(field time | cut -d . -f 1) < 600)) || fail 'the time after freeze and resume'
            [[ $("$binary" -c "$name" info) == *"created"*"$(date +%Y)"* ]] || fail 'it was made in another year'
            gives 0 rm "$name"
        done
    done
}

a_cache_is_as_old_as_the_machine_says() {
    local fake
    needs_fake_clock
    gives 0 set k v
    make_old "$DUMMYCACHE"
    for fake in 1800000000 -1000000 stopped; do
        faked "$fake" "$binary" gc --match "$DUMMYCACHE" --older-than 3h --dry-run || fail 'gc'
        is_silent
        faked "$fake" "$binary" gc --match "$DUMMYCACHE" --older-than 1h --dry-run || fail 'gc'
        mentions '  unused for 72[0-9]{2} s$'
    done
}

waits_end_though_the_clock_of_the_process_stands_still() {
    local code=0 holder
    needs_fake_clock
    gives 0 set k v
    faked stopped timeout 60 "$binary" wait k --gone --timeout 0.2 || code=$?
    equal "$code" 124
    : >"/dev/shm/dummycache-lock.$(id -u).$DUMMYCACHE-c"
    needs python3
    python3 - "/dev/shm/dummycache-lock.$(id -u).$DUMMYCACHE-c" <<'END' &
import fcntl, os, struct, sys, time
file = os.open(sys.argv[1], os.O_RDWR)
fcntl.fcntl(file, 37, struct.pack("hhqqi", fcntl.F_WRLCK, 0, 0, 1, 0))  # F_OFD_SETLK
open("ready", "w").close()
time.sleep(300)
END
    holder=$!
    until_there_is ready
    code=0
    faked stopped timeout 60 "$binary" create "$DUMMYCACHE-c" || code=$?
    kill -KILL "$holder"
    wait "$holder" 2>/dev/null
    rm -f "/dev/shm/dummycache-lock.$(id -u).$DUMMYCACHE-c"
    equal "$code" 4
    complains 'another process is creating or removing'
}

a_write_without_a_place_ends_though_the_clock_of_the_process_stands_still() {
    local code=0
    needs_fake_clock
    gives 0 create "$DUMMYCACHE" --capacity 1M
    take_all_places
    faked stopped timeout 60 "$binary" set k v || code=$?
    leave_places
    equal "$code" 4
    complains 'all 128 places of the cache .* are taken'
}

faketime_does_not_move_the_cache() {
    needs faketime
    needs_no_sanitizer  # its allocator asks for the time, and libfaketime allocates for the answer: both wait
    gives 0 set old v --ttl 1h
    faketime '2090-01-01' "$binary" set k v --ttl 60 >.out 2>.err || fail 'set'
    complains 'faked'
    lives_at_most 60 k
    equal "$(faketime '2090-01-01' "$binary" get old)" v
    equal "$(faketime -f '+30d x100' "$binary" get old)" v
    equal "$(faketime -f '2001-01-01 10:00:00' "$binary" -q get k)" v
}

a_time_namespace_does_not_move_the_cache() {
    unshare -T -f --boottime 864000 true 2>/dev/null || skip 'this user cannot make a time namespace'
    gives 0 set old v --ttl 1h
    unshare -T -f --boottime 864000 "$binary" set k v --ttl 60 >.out 2>.err || fail 'set'
    complains 'it is 864[0-9]{3}(\.[0-9]+)? s ahead of'
    lives_at_most 60 k
    equal "$(unshare -T -f --boottime 864000 "$binary" get old)" v
}
