# SPDX-License-Identifier: MIT
# ls, show, stats, and what JSON and terminals get to see.

ls_sorts_by_the_bytes_of_the_keys() {
    local key
    for key in b a B é aa Z $'\xff'; do gives 0 set "$key" v; done
    gives 0 ls
    lists B Z a aa b é '\xff'
}

ls_takes_a_glob() {
    local key
    for key in user:1 user:22 group:1; do gives 0 set "$key" v; done
    gives 0 ls 'user:*'
    lists user:1 user:22
    gives 0 ls '*:?'
    lists group:1 user:1
    gives 0 ls '[!u]*'
    lists group:1
    gives 0 ls nobody
    says ''
}

one_entry_is_one_line_whatever_its_key() {
    gives 0 set $'a\nb\tc\\d\x1b[31m\x7f\xc2\x9b\xff' v
    gives 0 ls
    lists 'a\nb\tc\\d\x1b[31m\x7f\xc2\x9b\xff'
    gives 0 ls -l
    equal "$(wc -l <.out)" 1
}

ls_gives_whole_keys_to_xargs() {
    gives 0 set $'a\nb' v
    gives 0 set 'c d\' v
    dc ls -0 >keys
    cmp -s <(printf 'a\nb\0c d\\\0') keys || fail "the keys are not whole"
    xargs -0 "$binary" del <keys || fail "the keys were not found"
    gives 0 ls
    says ''
}

ls_sorts_by_size_ttl_and_age() {
    gives 0 set large 12345678 --ttl 2h
    gives 0 set small 1 --ttl 3h
    gives 0 set medium 1234 --ttl 1h
    gives 0 set forever ''
    gives 0 ls --sort size
    lists large medium small forever
    gives 0 ls --sort ttl
    lists medium large small forever
    gives 0 ls --sort age
    equal "$(sort .out | tr '\n' ' ')" 'forever large medium small '
    gives 2 ls --sort colour
    complains "cannot sort by 'colour'"
}

ls_is_long_on_request() {
    gives 0 set zeros --codec bytes < <(head -c 1536 /dev/zero)
    gives 0 set word abc --ttl 90m
    gives 0 ls -l
    mentions '^ +3B +1h(30|29)m  text +[0-9.]+m?s  dummycache\[set\] [0-9]+  word$'
    mentions '^1\.5KiB  forever  bytes +[0-9.]+m?s  dummycache\[set\] [0-9]+  zeros$'
}

ls_rounds_a_size_to_the_unit_that_it_fills() {
    local size
    for size in 0 1023 1024 1075 1076 1048524 1048525 1048570 1048576; do
        head -c "$size" /dev/zero >value
        gives 0 set "size$size" @value
    done
    gives 0 ls -l
    local -A shown=([0]=0B [1023]=1023B [1024]=1KiB [1075]=1KiB [1076]=1.1KiB [1048524]=1023.9KiB [1048525]=1MiB
        [1048570]=1MiB [1048576]=1MiB)
    for size in "${!shown[@]}"; do mentions "^ *${shown[$size]} +forever .* size$size$"; done
}

ls_shows_a_time_in_the_units_that_it_fills() {
    local -A shown=([999us]=999us [1ms]=1ms [999999us]=999ms [1s]=1.0s [59999ms]=59.9s [1m]=1m00s [3599s]=59m59s [1h]=1h00m
        [86399s]=23h59m [1d]=1d00h)
    local time
    gives 0 create "$DUMMYCACHE"
    gives 0 clock freeze
    for time in "${!shown[@]}"; do gives 0 set "$time" v --ttl "$time"; done
    gives 0 ls -l -q
    for time in "${!shown[@]}"; do mentions "^ *1B +${shown[$time]//./\\.} +text .* $time$"; done
}

ls_in_json_has_a_line_for_each_entry() {
    gives 0 set a 1234
    gives 0 set $'\xff' v
    gives 0 ls --json
    equal "$(wc -l <.out)" 2
    mentions '^\{"key":"a","value":"1234","codec":"text","size":4,"stored_size":[0-9]+,"ttl":null,"id":[0-9]+,"age":[0-9.]+,"writer":\{"program":"dummycache","name":"set","pid":[0-9]+\}\}$'
    mentions '^\{"key_base64":"/w==",'
}

json_loses_nothing() {
    local key
    key=$(printf 'k\xff')
    all_bytes >bytes
    gives 0 set "$key" @bytes
    gives 0 get "$key" --json
    sed -n 's/.*,"base64":"\([^"]*\)".*/\1/p' .out | base64 -d >decoded
    cmp -s bytes decoded || fail "the value has changed"
    equal "$(sed -n 's/.*"key_base64":"\([^"]*\)".*/\1/p' .out | base64 -d)" "$key"
    for length in 1 2 3 4 5; do
        tail -c "$length" bytes >part
        gives 0 set k @part
        gives 0 show k --json
        cmp -s part <(sed -n 's/.*,"base64":"\([^"]*\)".*/\1/p' .out | base64 -d) || fail "$length bytes have changed"
    done
}

json_escapes_what_it_must() {
    gives 0 set k < <(printf '"\\\n\r\t\b\0\x1f\x7f\xc2\x85é/\xf0\x9f\x98\x80')
    gives 0 get k --json
    mentions '"value":"\\"\\\\\\n\\r\\t\\b\\u0000\\u001f\\u007f\\u0085é/😀"'
}

bytes_that_only_look_like_utf8_are_base64() {
    local bytes
    for bytes in '\xc0\x80' '\xe0\x80\x80' '\xed\xa0\x80' '\xf4\x90\x80\x80' '\xc3' '\x80' '\xf5\x80\x80\x80'; do
        gives 0 set k < <(printf '%b' "a$bytes")
        gives 0 get k --json
        mentions ',"base64":'
    done
}

show_prints_text_as_text() {
    gives 0 set k --ttl 2h < <(printf 'one\ntwo\x1b[2J')
    gives 0 show k
    mentions '^key +k$'
    mentions '^codec +text$'
    mentions '^size +11B, stored in [0-9]+B$'
    mentions '^ttl +(2h00m|1h59m)$'
    mentions '^id +[0-9]+$'
    mentions '^set +[0-9.]+m?s ago by dummycache\[set\] [0-9]+$'
    equal "$(tail -n 2 .out)" $'one\ntwo\\x1b[2J'
}

show_dumps_bytes_in_the_width_of_the_terminal() {
    gives 0 set k < <(all_bytes)
    gives 0 show k
    mentions '^00000040  40 41 42 43 44 45 46 47  48 49 4a 4b 4c 4d 4e 4f  \|@ABCDEFGHIJKLMNO\|$'
    COLUMNS=50 gives 0 show k
    mentions '^00000040  40 41 42 43 44 45 46 47  \|@ABCDEFG\|$'
    COLUMNS=200 gives 0 show k
    mentions '^00000040  40 .* 5f  \|@ABCDEFGHIJKLMNOPQRSTUVWXYZ\[\\]\^_\|$'
}

show_cuts_a_long_dump() {
    gives 0 set k --codec bytes < <(head -c 10240 /dev/zero)
    gives 0 append k < <(printf '\xff')
    gives 0 show k
    mentions '^\.\.\. and 6KiB more'
}

show_names_what_it_cannot_read() {
    gives 0 set k --codec pickle < <(printf '\x80\x04N.')
    gives 0 show k
    equal "$(tail -n 2 .out)" $'pickle, protocol 4, 4B\n00000000  80 04 4e 2e                                       |..N.|'
    gives 0 set k 'I1' --codec pickle
    gives 0 show k
    mentions '^pickle, 2B$'
    gives 0 set k --codec cereal < <(printf '\x01\x23\x45\x67\x89\xab\xcd\xefrest')
    gives 0 show k
    mentions '^cereal, type mark 0123456789abcdef, 12B$'
    gives 0 set k short --codec cereal
    gives 0 show k
    mentions '^cereal, 5B$'
    mentions '^00000000  73 68'
    gives 0 set k --codec bytes < <(printf '\x1f ~\x7f\x80\xff')
    gives 0 show k
    equal "$(tail -n 1 .out | cut -d '|' -f 2)" '. ~...'
}

show_lays_out_json_and_keeps_its_tokens() {
    gives 0 set k --codec json '{"a":1.50e+2,"b" : [ ],"c":{},"d":["é\u00e9",{"e":null}], "f":{"g":true}}'
    gives 0 show k
    cmp -s <(tail -n +8 .out) - <<'END' || fail "this is not how it should be laid out"
{
  "a": 1.50e+2,
  "b": [],
  "c": {},
  "d": [
    "é\u00e9",
    {
      "e": null
    }
  ],
  "f": {
    "g": true
  }
}
END
    gives 0 set k --codec json ' -12 '
    gives 0 show k
    equal "$(tail -n 1 .out)" -12
}

show_leaves_what_is_no_json_as_it_is() {
    local bad
    for bad in '' '{' '[1,]' '{"a"}' '{"a":1,}' '{1:2}' '01' '1.' '.5' '+1' '1e' '-' 'nul' '"a' '"\x"' '"\u12g4"' '1 2' '[1] x' '{"a" 1}'; do
        gives 0 set k --codec json --literal "$bad"
        gives 0 show k
        equal "$(tail -n 1 .out)" "$bad"
    done
    head -c 100000 /dev/zero | tr '\0' '[' >deep
    gives 0 set k --codec json @deep
    gives 0 show k
    cmp -s <(tail -n 1 .out | tr -d '\n') deep || fail "the brackets have changed"
    # It is JSON, but RapidJSON takes neither.
    for bad in '[1e999]' '["\ud83d"]'; do
        gives 0 set k --codec json "$bad"
        gives 0 show k
        equal "$(tail -n 1 .out)" "$bad"
    done
    for bad in '1\0' '[1\0]' '\xef\xbb\xbf1'; do
        gives 0 set k --codec json < <(printf "$bad")
        gives 0 show k
        cmp -s <(tail -n 1 .out) <(printf "$bad" | sed 's/\x00/\\x00/; s/\xef\xbb\xbf/\\ufeff/'; echo) || fail "it has changed: $bad"
    done
    gives 0 set k --codec json '[[12345678901234567890123456789,-0.10E-5],"\/\ud83d\ude00"]'
    gives 0 show k
    equal "$(tail -n 7 .out | tr -d ' \n')" '[[12345678901234567890123456789,-0.10E-5],"\/\ud83d\ude00"]'
    gives 0 set k --codec json < <(printf '"a\tb\xff"')
    gives 0 show k
    equal "$(tail -n 1 .out)" $'"a\tb\\xff"'
}

show_of_a_missing_key_is_a_note() {
    gives 0 set other v
    gives 1 show k
    complains "no key 'k'"
    gives 1 show -q k
    is_silent
}

stats_count() {
    gives 0 set a 1
    gives 0 set b 2
    gives 0 get a
    gives 1 get nobody
    gives 0 stats --json
    equal "$(field entries) $(field hits) $(field misses) $(field sets)" '2 1 1 2'
    equal "$(wc -l <.out)" 1
    gives 0 stats
    mentions '^entries +2$'
    mentions '^hits +1$'
}

looking_changes_no_counter() {
    gives 0 set a 1
    gives 0 stats --json
    cp .out stats
    gives 0 ls
    gives 0 ls -l --sort age
    gives 0 show a
    gives 1 show nobody
    gives 0 ttl a
    gives 0 info
    gives 0 stats --json
    cmp -s stats .out || fail "the counters have changed"
}

get_ends_the_line_on_a_terminal_only() {
    needs_terminal
    gives 0 set k v
    equal "$(on_terminal "'$binary' get k"; echo .)" $'v\n.'
    gives 0 get k
    says v
}

heads_and_colours_are_for_terminals() {
    local head='size ttl codec age writer key' && needs_terminal
    gives 0 set k v
    equal "$(on_terminal "'$binary' ls -l" | head -n 1 | tr -s ' ')" $'\e[1m'"$head"$'\e[0m'
    equal "$(on_terminal "NO_COLOR=1 '$binary' ls -l" | head -n 1 | tr -s ' ')" "$head"
    equal "$(on_terminal "'$binary' ls -l --color never" | head -n 1 | tr -s ' ')" "$head"
    gives 0 show k --color always
    mentions $'^\e\\[2mcodec'
    gives 0 show k
    mentions '^codec'
}

a_case_is_skipped_where_there_is_no_pseudo_terminal() {
    local code=0
    script() { return 1; }
    (needs_terminal) 3>said || code=$?
    equal "$code $(<said)" '77 there is no pseudo-terminal'
}

input_from_a_terminal_is_announced() {
    needs_terminal
    equal "$(on_terminal "printf '' | '$binary' set k")" ''
    printf 'v\n\004' | script -qec "'$binary' set k" /dev/null >said
    grep -q 'Ctrl-D ends it' said || fail "there is no note"
    gives 0 get k
    says $'v\n'
}
