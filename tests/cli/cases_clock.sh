# SPDX-License-Identifier: MIT
# clock.

clock_show_prints_time_state_and_offset() {
    local time
    gives 0 set k v
    gives 0 clock
    mentions '^time    1?[0-9]\.[0-9]+$'
    mentions '^state   running$'
    mentions '^offset  -[0-9]+\.[0-9]+$'
    gives 0 clock freeze
    is_silent
    gives 0 clock show
    mentions '^state   frozen$'
    time=$(sed -n 's/^time *//p' .out)
    gives 0 clock --json
    mentions "^\{\"time\":$time,\"frozen\":true,\"offset\":-[0-9.]+\}$"
}

a_frozen_clock_lets_nothing_expire_and_says_so() {
    gives 0 create "$DUMMYCACHE"
    gives 0 clock freeze
    gives 0 set k v --ttl 50ms
    sleep 0.1
    gives 0 get k
    says v
    local command
    for command in 'ttl k' ls stats 'ls --json' doctor; do
        # shellcheck disable=SC2086
        dc $command >.out 2>.err || fail "$command failed"
        [[ -s .out && $(wc -l <.err) -eq 1 ]] || fail "$command does not say it in one line"
        grep -q '^dummycache: the clock is frozen at [0-9.]* s; ' .err || fail "$command does not say it"
        # shellcheck disable=SC2086
        gives 0 $command -q
    done
    gives 0 stats --json -q
    mentions '"frozen":true'
    gives 0 clock resume
    sleep 0.1
    gives 1 get k
    gives 0 stats --json
    mentions '"frozen":false'
}

advance_moves_a_running_and_a_frozen_clock() {
    gives 0 set k v --ttl 2h
    gives 0 clock advance 1h
    is_silent
    gives 0 ttl k
    mentions '^3[0-9]{3}'
    gives 0 clock freeze
    gives 0 set k v --ttl 0.57
    gives 0 clock advance 569999us
    gives 0 ttl k -q
    lists 0.000001
    gives 0 clock advance 1us
    gives 1 exists k
    gives 0 clock advance 0
}

set_takes_what_show_prints_and_goes_back_only_by_force() {
    local time=12345.678901
    gives 0 set k v
    gives 0 clock freeze
    gives 0 clock set "$time"
    gives 0 clock --json
    equal "$(field time)" "$time"
    gives 0 clock set "$time"
    gives 2 clock set 12345.6789
    complains 'clock: 12345\.6789 s is in the past, it is 12345\.678901 s; --force goes back$'
    gives 0 clock set 1h --force
    gives 0 clock --json
    equal "$(field time)" 3600
    mentions '"frozen":true'
}

clock_refuses_what_is_no_time_and_no_word() {
    gives 0 set k v
    local bad
    for bad in -1 nan inf forever soon ''; do
        gives 2 clock advance "$bad"
        complains "'$bad' is not a step forward"
        gives 2 clock set "$bad"
        complains "'$bad' is not a time of the clock"
    done
    gives 2 clock stop
    complains "'stop' is nothing to do; give show, freeze, advance S, set T or resume"
    gives 2 clock advance
    complains 'advance needs a time'
    gives 2 clock freeze 1
    complains 'freeze takes nothing'
    gives 2 clock advance 1 2
    gives 2 clock resume --force
    complains 'with set only'
}

a_step_past_the_latest_time_is_refused_and_moves_nothing() {
    local bad
    gives 0 set k v --ttl 1h
    gives 0 clock freeze
    gives 0 clock set 100
    for bad in 1000000d 1e18 9e300 99999999w; do
        gives 2 clock advance "$bad"
        complains "'$bad' is not a step forward .*less than 1,000 years"
        gives 2 clock set "$bad"
        complains "'$bad' is not a time of the clock.*less than 1,000 years"
    done
    gives 0 clock advance 10m
    gives 0 clock advance 50000w
    gives 2 clock advance 50000w
    complains 'past the latest time of a cache'
    gives 0 clock --json
    equal "$(field time)" 30240000700
    gives 1 exists k
}

clock_wants_a_cache() {
    gives 3 clock
    complains ''
    gives 3 clock freeze
    gives 3 clock advance 1
    gives 2 clock advance soon
    complains "'soon' is not a step forward"
    gives 2 clock set -1
    gives 2 clock stop
    gives 2 clock freeze 1
}

a_clock_is_of_its_cache_alone() {
    gives 0 set k v --ttl 1h
    gives 0 -c "$DUMMYCACHE-b" set k v --ttl 1h
    gives 0 clock advance 2h
    gives 1 exists k
    gives 0 -c "$DUMMYCACHE-b" exists k
    gives 0 rm "$DUMMYCACHE-b"
}

wait_wakes_up_when_the_clock_is_moved() {
    gives 0 set k v --ttl 1h
    (sleep 0.3; dc clock advance 1h) &
    gives 0 wait k --gone --timeout 60
    wait
}
