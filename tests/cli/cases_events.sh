# SPDX-License-Identifier: MIT
# monitor, log, journal and record: the events of calls.

monitor_shows_each_call_with_its_outcome_and_its_client() {
    watch_with
    gives 0 set user:7 hello
    gives 0 get user:7
    gives 1 get user:8
    gives 1 add user:7 x
    gives 1 set zero 1 --ttl 0
    gives 0 del user:7
    DUMMYCACHE_CLIENT=gw1 gives 0 clear
    until_seen 'clear'
    local time='^[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}  '
    local line
    for line in 'set      stored    user:7 5B  by dummycache\[set\] [0-9]+$' 'get      hit       user:7 5B  by ' 'get      miss      user:8  by ' \
        'add      refused   user:7  by dummycache\[add\]' 'set      timed_out zero  by ' 'erase    deleted   user:7  by ' \
        'clear    cleared .* by dummycache\[gw1\] [0-9]+$'; do
        grep -Eq "$time$line" seen || fail "no line $line in $(cat seen)"
    done
}

monitor_filters() {
    watch_with --match 'user:*' --op get,set --outcome miss,stored --client w1
    DUMMYCACHE_CLIENT=w1 gives 0 set user:1 1
    DUMMYCACHE_CLIENT=w2 gives 0 set user:2 1
    DUMMYCACHE_CLIENT=w1 gives 0 set other 1
    DUMMYCACHE_CLIENT=w1 gives 0 get user:1
    DUMMYCACHE_CLIENT=w1 gives 0 incr user:3
    DUMMYCACHE_CLIENT=w1 gives 1 get user:9
    until_seen 'user:9'
    equal "$(awk '{ print $2, $3, $4 }' seen | tr '\n' ,)" 'set stored user:1,get miss user:9,'
}

monitor_shows_values_and_json() {
    watch_with --values
    gives 0 set k "a b\\$(printf '\001')"
    until_seen '= a b\\\\\\x01  by '
    watch_with --json
    gives 0 set k 12345
    until_seen '^\{"time":[0-9]+\.[0-9]{6},"call":"set","outcome":"stored","key":"k","key_bytes":1,"key_hash":"[0-9a-f]{16}","value_bytes":5,"client":\{"program":"dummycache","name":"set","pid":[0-9]+\}\}$'
}

monitor_ends_with_its_reader_and_on_ctrl_c() {
    (sleep 0.5; for i in 1 2 3 4 5 6 7 8 9; do dc set k "$i"; sleep 0.05; done) &
    timeout 30 "$binary" monitor -q | head -n 1 >first
    equal "${PIPESTATUS[0]}" 0
    grep -q stored first || fail "the first line is $(cat first)"
    wait
    timeout -s INT 1 bash -c 'trap - INT; exec "$0" monitor -q' "$binary"
    equal $? 124
}

a_killed_or_stopped_watcher_ends_the_noting() {
    gives 0 set k 1
    watch_with
    kill -9 "$watcher"
    wait "$watcher" 2>/dev/null
    sleep 2.2
    gives 0 get k
    gives 0 journal
    mentions '^journal off$'
    watch_with
    kill -STOP "$watcher"
    sleep 2.2
    gives 0 get k
    gives 0 journal
    kill -9 "$watcher"
    mentions '^journal off$'
}

the_log_has_the_last_events_while_the_journal_is_on() {
    gives 0 set k 1
    gives 0 log -q
    says ''
    gives 0 journal on
    for i in 1 2 3; do gives 0 set "k$i" 1; done
    gives 0 log
    equal "$(awk '{ print $4 }' .out | tr '\n' ,)" 'k1,k2,k3,'
    gives 0 log --last 2
    equal "$(awk '{ print $4 }' .out | tr '\n' ,)" 'k2,k3,'
    gives 0 log --match k1 --json
    mentions '"key":"k1"'
    gives 0 journal --json
    mentions '^\{"state":"on","room":[0-9]+,"noted":3,"memory":[0-9]+\}$'
    gives 0 journal off
    gives 0 set k4 1
    gives 0 journal
    mentions '^journal off$'
}

record_writes_all_events_of_a_command() {
    gives 3 record events.jsonl -- sh -c "'$binary' set a 1 && '$binary' get a >/dev/null; '$binary' get b; exit 3"
    complains 'events.jsonl has 3 events; 0 were lost'
    equal "$(grep -o '"outcome":"[a-z]*"' events.jsonl | tr '\n' ,)" '"outcome":"stored","outcome":"hit","outcome":"miss",'
    equal "$(tail -n 1 events.jsonl)" '{"events":3,"lost":0}'
    gives 0 exec -q --rollback --record more.jsonl -- "$binary" incr n
    equal "$(grep -c incr more.jsonl)" 1
    gives 1 exists n
    gives 127 record f.jsonl -- no-such-command
    gives 3 record no/such/folder -- true
    complains "cannot write the recording 'no/such/folder'"
    gives 2 record f.jsonl --
    complains 'there is no command'
}

events_refuse_what_makes_no_sense() {
    gives 2 monitor --op gett
    complains "did you mean 'get'"
    gives 2 monitor --outcome never
    gives 2 monitor --pid none
    gives 2 journal maybe
    complains "'maybe' is neither on nor off"
    gives 2 log --last none
    gives 3 log -c "$DUMMYCACHE-none"
    gives 3 journal -c "$DUMMYCACHE-none"
}

a_cache_may_note_events_from_the_beginning() {
    DUMMYCACHE_JOURNAL=on gives 0 set k 1
    gives 0 log
    mentions 'set      stored    k 1B'
    gives 0 get k
    gives 0 log --last 1
    mentions 'get      hit       k 1B'
}

stats_by_client_tells_who_did_what_and_why_reads_missed() {
    gives 4 stats --by-client -c "$(dc create "$DUMMYCACHE" && echo "$DUMMYCACHE")"
    complains 'no events are noted; switch them on \(dummycache journal on\)'
    gives 0 journal on
    export DUMMYCACHE_CLIENT=w1
    gives 0 set k 1
    gives 0 get k
    gives 0 set soon 1 --ttl 10ms
    gives 0 set gone 1
    gives 0 del gone
    sleep 0.1
    for key in never soon gone later; do gives 1 get "$key"; done
    gives 0 set later 1
    unset DUMMYCACHE_CLIENT
    gives 0 stats --by-client
    mentions '^dummycache\[w1\] \(10 processes\) +5 +20% +4 +4 +0 +1 +0 +0$'
    mentions '^misses: 1 deleted, 1 expired, 1 never written, 1 set since$'
    gives 0 stats --by-client --json
    mentions '^\{"client":null,"hits":1,"misses":4,"stored":4,"refused":0,"deleted":1,"evicted":0,"expired":0,"misses_by_reason":\{"deleted":1,"expired":1,"never written":1,"set since":1\}\}$'
    gives 0 stats --by-client --since 0
    mentions '^all +0 +- '
    gives 2 stats --since 3s
    gives 2 stats --watch --by-client --since 3s
}

stats_watch_prints_a_line_a_second() {
    gives 0 set k 1
    "$binary" stats --watch --json >seen &
    watcher=$!
    for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15; do
        gives 0 get k
        sleep 0.1
    done
    until_seen '^\{"time":[0-9]+,"hits":[1-9][0-9]*,"misses":0,"stored":0,.*"entries":1,"live_bytes":[0-9]+\}$'
}

record_loses_no_file() {
    echo precious >old.jsonl
    gives 127 record old.jsonl -- no-such-command
    gives 2 record - -- true
    equal "$(cat old.jsonl)" precious
    "$binary" record -q old.jsonl -- sleep 60 &
    local recorder=$!
    until [[ -s old.jsonl.part ]]; do sleep 0.02; done
    gives 4 record old.jsonl -- true
    complains "another recording into 'old.jsonl' goes on"
    kill -9 "$recorder"
    wait "$recorder" 2>/dev/null
    equal "$(cat old.jsonl)" precious
    gives 0 report old.jsonl.part
    mentions 'its recorder was killed'
    until gives_now 0 record -q old.jsonl -- "$binary" set k 1; do sleep 0.05; done
    gives 0 report old.jsonl
    gives 0 set -c ./own.cache k 1
    gives 2 record ./own.cache -- true
    complains "'./own.cache' holds a cache"
    gives 0 get -c ./own.cache k
    gives 0 rm ./own.cache
    mkfifo pipe
    gives 3 record pipe -- true
    complains "nobody reads the pipe 'pipe'"
}

record_and_monitor_say_that_the_cache_was_removed() {
    gives 4 record r.jsonl -- sh -c "'$binary' set k 1; '$binary' rm '$DUMMYCACHE'; sleep 0.5"
    complains "the recording 'r.jsonl' has a part only: .* was removed"
    watch_with
    gives 0 rm "$DUMMYCACHE"
    wait "$watcher"
    equal $? 4
    grep -q 'was removed' said || fail "the monitor says $(cat said)"
}

a_monitor_that_was_stopped_says_what_it_missed() {
    watch_with
    gives 0 set before 1
    sleep 0.3
    kill -STOP "$watcher"
    sleep 2.3
    gives 0 set meanwhile 1
    kill -CONT "$watcher"
    sleep 0.3
    gives 0 set after 1
    until_seen 'after'
    grep -Eq '^-- for [0-9.]+m?s nothing was noted: this program was stopped --$' seen || fail "it does not say so: $(cat seen)"
    ! grep -q meanwhile seen || fail 'it was noted'
}

events_of_long_and_unknown_keys() {
    gives 0 journal on
    gives 0 set "a$(printf '\303\274%.0s' $(seq 60))" v
    gives 0 log --json
    mentions '"key":"a(ü){39}","key_cut":true,"key_bytes":121'
    gives 0 set word abc
    gives 4 incr word
    gives 0 log --last 1
    mentions 'incr     refused   word  by '
    DUMMYCACHE_JOURNAL=maybe gives 2 create other-$DUMMYCACHE
    complains "DUMMYCACHE_JOURNAL is 'maybe'"
}

report_reads_a_recording() {
    gives 0 record -q r.jsonl -- sh -c "for i in 1 2 3; do '$binary' get user:\$i; '$binary' set user:\$i abc; '$binary' get user:\$i; '$binary' set tmp:550e8400-e29b-41d4-a716-44665544000\$i x
        '$binary' get flag; done; '$binary' del user:1; '$binary' get user:1; '$binary' clear; '$binary' get user:2; exit 0"
    gives 0 report r.jsonl
    mentions "^cache $DUMMYCACHE: 19 events in [0-9.]+m?s, 0 lost$"
    mentions '^11 reads \(27% hits\), 6 stored, 0 refused, 1 deleted, 0 evicted$'
    mentions '^misses: 1 cleared, 1 deleted, 6 not seen before$'
    mentions '^user:\* +3 +8 +38% +3 +0 +9B$'
    mentions '^written and never read: tmp:\*$'
    mentions '^read and never found: flag$'
    mentions '^dummycache\[get\] \(11 processes\): 11 reads \(27% hits\), 0 stored$'
    gives 0 report r.jsonl --json
    mentions '^\{"pattern":"tmp:\*","keys":3,"hits":0,"misses":0,"stored":3,'
    head -n 4 r.jsonl >cut.jsonl
    gives 0 report cut.jsonl
    mentions 'the recording has no end: its recorder was killed'
    echo '{"a":1}' >other.jsonl
    gives 5 report other.jsonl
    complains 'other.jsonl:1 does not begin as a recording'
    gives 3 report none.jsonl
    gives 2 report
}

report_makes_patterns_of_keys() {
    {
        echo '{"dummycache_events":1,"cache":"x"}'
        for key in user:7 user:81:avatar page7 0123abcd session.9f86d081884c7d65 token_AbCdEfGhIjKlMnOpQrSt1 deadbeef \
            a-550e8400-e29b-41d4-a716-446655440000-b 550e8400-e29b-41d4-a716-4466554400001; do
            echo "{\"time\":1.5,\"call\":\"get\",\"outcome\":\"miss\",\"key\":\"$key\",\"key_bytes\":${#key},\"key_hash\":\"$(printf '%s' "$key" | cksum | cut -d ' ' -f 1)\",\"value_bytes\":0,\"client\":null}"
        done
        echo '{"events":9,"lost":2}'
    } >keys.jsonl
    gives 0 report keys.jsonl --json
    equal "$(grep -o '"pattern":"[^"]*"' .out | cut -d '"' -f 4 | sort | tr '\n' ' ')" '* *-e*b-*d*-a*-* a-*-b deadbeef page* session.* token_* user:* user:*:avatar '
    gives 0 report keys.jsonl
    mentions '^cache x: 9 events in 0us, 2 lost$'
    mentions '^\?: 9 reads \(0% hits\), 0 stored$'
}
