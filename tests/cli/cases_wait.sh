# SPDX-License-Identifier: MIT
# wait.

wait_returns_at_once_if_it_is_so_already() {
    gives 0 set k v
    gives 0 wait k
    is_silent
    gives 0 wait k --equals v --timeout 0
    gives 0 wait nobody --gone --timeout 0
    gives 0 wait k --timeout forever
    is_silent
}

wait_wakes_up_when_the_key_is_set() {
    (sleep 0.3; dc set k v) &
    gives 0 wait k --timeout 60
    is_silent
    gives 0 exists k
    wait
}

wait_wakes_up_when_the_key_has_the_value() {
    gives 0 set k 0
    (for i in 1 2 3; do sleep 0.1; dc incr k >/dev/null; done) &
    gives 0 wait k --equals 3 --timeout 60
    gives 0 get k
    says 3
    wait
}

wait_wakes_up_when_the_key_is_gone() {
    gives 0 set k v
    (sleep 0.3; dc del k) &
    gives 0 wait k --gone --timeout 60
    wait
    gives 0 set k v --ttl 300ms
    gives 0 wait k --gone --timeout 60
    gives 1 exists k
}

wait_gives_up_with_exit_code_124() {
    gives 124 wait nobody --timeout 50ms
    is_silent
    gives 0 set k v
    gives 124 wait k --equals w --timeout 50ms
    gives 124 wait k --gone --timeout 0
}

wait_refuses_what_it_cannot_wait_for() {
    gives 2 wait k --gone --equals v
    complains 'exclude each other'
    gives 2 wait k --timeout nan
    complains ''
    gives 2 wait k --timeout soon
    complains "'soon' is not a timeout"
    gives 2 wait k --timeout -1
    complains "'-1' is not a timeout"
    gives 2 wait k --timeout=
    gives 2 wait
    gives 3 info
}

wait_ends_with_its_cache() {
    local waiter code=0 i
    gives 0 set k v
    "$binary" wait k --gone >waited.out 2>waited.err &
    waiter=$!
    for ((i = 0; i < 500; i++)); do
        if "$binary" info --json | grep -q "\"pid\":$waiter"; then break; fi
    done
    gives 0 rm "$DUMMYCACHE"
    wait "$waiter" || code=$?
    equal "$code" 4
    cp waited.out .out
    cp waited.err .err
    complains "wait: cache '$DUMMYCACHE' was removed"
}

ctrl_c_ends_a_wait() {
    local code=0
    timeout --preserve-status -s INT 0.5 env --default-signal=INT "$binary" wait nobody >.out 2>.err || code=$?
    equal "$code" 130
    is_silent
}
