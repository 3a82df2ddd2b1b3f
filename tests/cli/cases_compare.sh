# SPDX-License-Identifier: MIT
# diff and assert.

diff_tells_what_has_to_be_done() {
    cp "$here/state.jsonl" .
    gives 3 diff state.jsonl
    complains 'no cache'
    gives 0 load state.jsonl
    gives 0 diff state.jsonl
    is_silent
    gives 0 load "$here/later.jsonl"
    gives 1 diff state.jsonl
    forget_history
    lists '- gone = was here (1m30s)' '~ hits' '  - 41 (forever)' '  + 42 (forever)' '+ new = a\nb\xff (forever)'
    gives 1 diff state.jsonl --match 'h*'
    forget_history
    lists '~ hits' '  - 41 (forever)' '  + 42 (forever)'
    gives 0 diff state.jsonl --match 'user:*'
    is_silent
}

diff_in_json_loses_nothing() {
    cp "$here/state.jsonl" .
    gives 0 load "$here/later.jsonl"
    gives 1 diff state.jsonl --json
    forget_history
    lists '{"key":"gone","change":"removed","before":{"value":"was here","codec":"bytes","ttl":90},"after":null}' \
        '{"key":"hits","change":"changed","before":{"value":"41","codec":"int64","ttl":null},"after":{"value":"42","codec":"int64","ttl":null}}' \
        '{"key":"new","change":"added","before":null,"after":{"base64":"YQpi/w==","codec":"bytes","ttl":null}}'
}

both_sides_may_be_files_caches_or_standard_input() {
    local other=$DUMMYCACHE-b side
    cp "$here/state.jsonl" .
    mkdir folder
    cp state.jsonl folder/state
    gives 0 load state.jsonl
    gives 0 -c "$other" load state.jsonl
    gives 0 -c ./cache load state.jsonl
    for side in state.jsonl ./folder/state folder/state "$PWD/folder/state" "$other" ./cache "$PWD/cache" - /dev/stdin; do
        gives 0 diff "$side" "$DUMMYCACHE" <state.jsonl
        is_silent
        gives 0 diff state.jsonl "$side" <state.jsonl
        is_silent
    done
    gives 0 diff - "$other" < <(dc dump)
    gives 0 diff <(dc dump) <(dc dump --format binary) --ignore-ttl
    gives 0 -c "$other" set same other --codec bytes
    gives 1 diff "$other"
    forget_history
    lists '~ same' '  - other (forever)' '  + v (forever)'
    gives 0 rm "$other"
    gives 3 diff "$other"
    complains 'no cache'
    gives 3 diff ./missing
    gives 3 diff missing.jsonl
    complains "cannot read 'missing\.jsonl'"
    cp state.jsonl state
    gives 3 diff state
    complains "the file of that name is './state'"
    gives 2 diff
    gives 2 diff a b c
}

times_count_as_they_are_asked_to() {
    cp "$here/state.jsonl" .
    sed 's/3600/3599.5/' state.jsonl >other.jsonl
    gives 1 diff state.jsonl other.jsonl
    forget_history
    lists '~ user:1' '  - {"name":"Ann"} (1h00m)' '  + {"name":"Ann"} (59m59s)'
    gives 0 diff state.jsonl other.jsonl --ignore-ttl
    gives 0 diff state.jsonl other.jsonl --slack 500ms
    gives 0 diff state.jsonl other.jsonl --slack 1 --exact-ttl
    gives 1 diff state.jsonl other.jsonl --slack 0.4
    forget_history
    sed 's/3600/3600.000001/' state.jsonl >other.jsonl
    gives 1 diff state.jsonl other.jsonl
    forget_history
    lists '~ user:1' '  - {"name":"Ann"} (3600s)' '  + {"name":"Ann"} (3600.000001s)'
    gives 0 load state.jsonl
    gives 0 diff state.jsonl
    gives 1 diff state.jsonl --exact-ttl
    forget_history
    gives 0 diff state.jsonl --slack 1m
    gives 1 diff state.jsonl --slack 0.001
    forget_history
    gives 0 persist user:1
    gives 1 diff state.jsonl
    forget_history
    gives 0 diff state.jsonl --ignore-ttl
    gives 2 diff state.jsonl --ignore-ttl --exact-ttl
    complains 'excludes'
    for bad in '' -1 soon forever nan 1e999; do
        gives 2 diff state.jsonl --slack "$bad"
        complains 'is not a slack'
    done
}

codecs_are_named_where_they_tell_something() {
    printf '%s\n' '{"key":"k","value":"1","codec":"json"}' '{"key":"p","base64":"gAQ=","codec":"pickle"}' >file.jsonl
    gives 0 set k 1
    gives 1 diff file.jsonl --exact
    forget_history
    lists '~ k' '  - 1 (json, forever)' '  + 1 (text, forever)' '- p = \x80\x04 (pickle, forever)'
}

long_values_are_cut_near_the_place_that_matters() {
    local long
    long=$(head -c 3000 /dev/zero | tr '\0' x)
    printf '%s\n' "{\"key\":\"k\",\"value\":\"${long}1\"}" "{\"key\":\"l\",\"value\":\"é$long\"}" >a.jsonl
    printf '%s\n' "{\"key\":\"k\",\"value\":\"${long}2$long\"}" >b.jsonl
    COLUMNS=50 gives 1 diff a.jsonl b.jsonl
    lists '~ k' '  - ...xxxxxxxxxx1 (2.9KiB, forever)' '  + ...xxxxxxxxxx2xxxxxxxxxxx... (5.9KiB, forever)' \
        '- l = éxxxxxxxxxxxxxxxxxxxxxx... (2.9KiB, forever)'
    COLUMNS=1 gives 1 diff a.jsonl b.jsonl
    mentions '^- l = éx{16}\.\.\. '
    gives 1 diff a.jsonl b.jsonl --json
    forget_history
    equal "$(tr -cd x <.out | wc -c)" 12000
}

bytes_that_take_four_columns_each_are_cut_so_that_the_difference_is_seen() {
    printf '{"key":"k","base64":"%s"}\n' "$(printf '\xff%.0s' {1..17} | base64)" >a.jsonl
    printf '{"key":"k","base64":"%s"}\n' "$(printf '\xff%.0s' {1..16} | base64)" >b.jsonl
    gives 1 diff a.jsonl b.jsonl
    forget_history
    mentions '^  - \.\.\.(\\xff){11} \(17B, forever\)$'
    mentions '^  \+ \.\.\.(\\xff){10} \(16B, forever\)$'
}

differences_are_coloured_on_request() {
    cp "$here/state.jsonl" .
    gives 0 load "$here/later.jsonl"
    gives 1 diff state.jsonl --color always
    forget_history
    mentions $'^\e\\[31m- gone = .*\e\\[0m$'
    mentions $'^\e\\[33m~ hits\e\\[0m$'
    mentions $'^\e\\[32m  \\+ 42 .*\e\\[0m$'
}

assert_compares_the_cache_with_a_file() {
    local code=0
    cp "$here/state.jsonl" .
    gives 3 assert state.jsonl
    complains 'no cache'
    gives 0 load state.jsonl
    gives 0 assert state.jsonl
    is_silent
    gives 0 load "$here/later.jsonl"
    dc assert state.jsonl >.out 2>.err || code=$?
    equal "$code" 1
    forget_history
    lists '- gone = was here (1m30s)' '~ hits' '  - 41 (forever)' '  + 42 (forever)' '+ new = a\nb\xff (forever)'
    equal "$(<.err)" \
        "dummycache: assert: the cache '$DUMMYCACHE' is not as 'state.jsonl' says: 1 missing (-), 1 unexpected (+), 1 changed (~)"
    gives 1 assert -q state.jsonl --match gone --json
    forget_history
    lists '{"key":"gone","change":"removed","before":{"value":"was here","codec":"bytes","ttl":90},"after":null}'
    equal "$(<.err)" ''
    gives 0 assert - --match 'user:*' <state.jsonl
    gives 2 assert
    gives 3 assert missing.jsonl
    echo '{"key":"k",}' >bad.jsonl
    gives 5 assert bad.jsonl
    complains 'bad\.jsonl:1:12: '
}

a_subset_may_leave_keys_out() {
    cp "$here/state.jsonl" .
    gives 0 load state.jsonl
    gives 0 set new v
    gives 1 assert state.jsonl
    forget_history
    gives 0 assert state.jsonl --subset
    is_silent
    gives 0 incr hits
    gives 1 assert -q state.jsonl --subset
    forget_history
    lists '~ hits' '  - 41 (forever)' '  + 42 (forever)'
    gives 0 assert state.jsonl --subset --match '[!h]*' --slack 1m
    gives 1 assert state.jsonl --subset --match '[!h]*' --exact-ttl
    forget_history
}

what_another_door_stored_equals_the_fixture_that_means_the_same() {
    printf '%s\n' '{"key":"n","value":7}' '{"key":"user:ann","json":{"name":"Ann","admin":false}}' >users.jsonl
    gives 0 set user:ann '{ "admin": false, "name": "\u0041nn" }'
    gives 0 set n 7
    gives 0 assert users.jsonl
    is_silent
    gives 0 diff users.jsonl
    is_silent
    gives 0 set user:ann - < <(printf '{"name":"Ann",\n "admin":false}\n')
    gives 0 assert users.jsonl
    gives 1 assert -q users.jsonl --exact
    forget_history
    mentions '^~ n$'
    mentions '^~ user:ann$'
    gives 1 diff users.jsonl --exact
    forget_history
    gives 0 set n 8
    gives 1 assert -q users.jsonl
    forget_history
    lists '~ n' '  - 7 (int64, forever)' '  + 8 (text, forever)'
    gives 0 load users.jsonl
    gives 0 assert users.jsonl --exact
    gives 0 dump
    lists '{"dummycache":1}' "$(head -n 1 users.jsonl)" "$(tail -n 1 users.jsonl)"
}
