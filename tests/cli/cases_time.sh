# SPDX-License-Identifier: MIT
# --ttl, ttl, touch, persist.

a_zero_or_negative_ttl_stores_nothing_and_deletes() {
    gives 0 set k v
    gives 1 set k w --ttl 0
    gives 1 exists k
    gives 0 set k v
    gives 1 set k w --ttl -1
    is_silent
    gives 1 exists k
    gives 1 add k w --ttl=-0.5
    gives 1 exists k
}

ttls_that_are_no_time_are_refused() {
    local bad
    for bad in nan inf -inf soon '' 5x 1h30 --5 1e999 '5 s' 10M 64MB; do
        gives 2 set k v --ttl "$bad"
        complains ''
    done
    gives 1 exists k
}

ttls_have_units() {
    local ttl least most
    while read -r ttl least most; do
        gives 0 set k v --ttl "$ttl"
        gives 0 ttl k
        awk -v least="$least" -v most="$most" '{ exit !($1 > least && $1 <= most) }' .out ||
            fail "a ttl of $ttl is not above $least and up to $most"
    done <<'END'
300 240 300
300.5 240 300.5
300000ms 240 300
300000000us 240 300
5m 240 300
2h 7140 7200
1h30m 5340 5400
1d 86340 86400
1w 604740 604800
10m 540 600
10min 540 600
2hours 7140 7200
END
}

an_expired_key_is_gone() {
    gives 0 set k v --ttl 50ms
    sleep 0.2
    gives 1 get k
    gives 1 ttl k
    gives 0 add k w
    gives 0 get k
    says w
}

a_key_without_ttl_lives_forever() {
    gives 0 set k v
    gives 0 ttl k
    lists forever
    gives 0 set k v --ttl forever
    gives 0 ttl k --json
    lists '{"key":"k","ttl":null}'
}

touch_and_persist_change_the_ttl_only() {
    gives 0 set k v --ttl 1h
    gives 0 touch k 100
    gives 0 ttl k
    mentions '^(100|9[0-9])'
    gives 0 persist k
    gives 0 ttl k
    lists forever
    gives 0 touch k forever
    gives 0 get k
    says v
    gives 0 touch k -1
    gives 1 exists k
    gives 2 touch k
}
