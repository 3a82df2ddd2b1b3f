# SPDX-License-Identifier: MIT
# Some keys of many: several by name, those of a pattern, and what is printed of them loaded again.

get_takes_several_keys() {
    local code=0
    gives 0 set a 1
    gives 0 set b 'two words'
    gives 0 set empty ''
    gives 0 get a
    says 1
    gives 0 get b a empty
    lists 'two words' 1 ''
    gives 0 get -0 b a
    cmp -s .out <(printf 'two words\0001\0') || fail "values do not end with NUL"
    dc get a none b >.out 2>.err || code=$?
    equal "$code" 1
    lists 1 'two words'
    equal "$(<.err)" "dummycache: get: there is no key 'none'"
    gives 1 get none
    is_silent
    gives 1 get -q none none
    is_silent
    gives 2 get
    gives 0 get a b --json
    equal "$(grep -c '"id"' .out)" 2
}

what_is_printed_as_json_can_be_loaded() {
    local key
    all_bytes >bytes
    printf '{"b": 1,\n"a":"é"}' >object
    gives 0 set text 'two
lines' --ttl 1h
    gives 0 set bytes @bytes
    gives 0 set json @object --codec json
    gives 0 set "$(printf 'k\xff*')" @bytes --codec pickle
    gives 0 incr n -- -7
    gives 0 set empty ''
    gives 0 ls --json
    cp .out ls.jsonl
    : >get.jsonl
    : >show.jsonl
    for key in text bytes json "$(printf 'k\xff*')" n empty; do
        gives 0 get "$key" --json
        cat .out >>get.jsonl
        gives 0 show "$key" --json
        cat .out >>show.jsonl
    done
    gives 0 get text bytes json "$(printf 'k\xff*')" n empty --json
    sed 's/"ttl":[0-9.]*//' .out >all
    sed 's/"ttl":[0-9.]*//' get.jsonl | cmp -s - all || fail "get of all keys is not get of each"
    for file in ls.jsonl get.jsonl show.jsonl; do
        gives 0 verify "$file"
        gives 0 diff "$file" --exact --slack 5m
        gives 0 -c "$DUMMYCACHE-b" load "$file"
        gives 0 diff "$DUMMYCACHE-b" --exact --slack 5m
        is_silent
        gives 0 rm "$DUMMYCACHE-b"
    done
    gives 0 take bytes --json
    cp .out take.jsonl
    gives 0 verify take.jsonl
    gives 0 incr n --json
    cp .out incr.jsonl
    gives 0 assert incr.jsonl --subset
    printf '%s\n' '{"key":"a","value":"v","ttl":null,"id":18446744073709551615,"size":0,"stored_size":8,"writer":2,"age":1.5}' >odd.jsonl
    gives 0 verify odd.jsonl
    for bad in '"ttl":true' '"id":null' '"id":"7"' '"id":1,"id":2' '"ttl":null,"ttl":1' '"size":[1]' '"age":[]' '"born":1'; do
        echo "{\"key\":\"a\",\"value\":\"v\",$bad}" >bad.jsonl
        gives 5 verify bad.jsonl
        complains 'bad\.jsonl:1:[0-9]+: '
    done
}

ls_takes_a_pattern_as_an_operand_or_with_match() {
    gives 0 set user:1 a
    gives 0 set user:2 b
    gives 0 set hits 1
    gives 0 ls 'user:*'
    cp .out found
    gives 0 ls --match 'user:*'
    cmp -s found .out || fail "--match is another pattern than the operand"
    lists user:1 user:2
    gives 0 dump 'user:*'
    equal "$(grep -c '"key"' .out)" 2
    cp .out dumped
    gives 0 dump --match 'user:*'
    cmp -s dumped .out || fail "--match is another pattern than the operand"
    gives 2 ls 'user:*' --match 'h*'
    complains 'two patterns'
    gives 2 ls --match ''
}

dump_takes_keys_and_patterns() {
    local key
    gives 0 set user:1 a
    gives 0 set user:2 b
    gives 0 set hits 1
    gives 0 dump hits user:1
    lists '{"dummycache":1}' '{"key":"hits","value":"1","codec":"text"}' '{"key":"user:1","value":"a","codec":"text"}'
    gives 0 dump hits hits -o one.jsonl
    gives 0 verify one.jsonl
    lists 'jsonl  1 entry  5B  one.jsonl'
    gives 0 dump 'user:*' hits
    equal "$(wc -l <.out)" 4
    gives 0 dump 'u*' --match '*2'
    equal "$(grep -c user:2 .out)" 1
    equal "$(wc -l <.out)" 2
    gives 0 dump hits user:2 --match '*2'
    equal "$(grep -c user:2 .out)" 1
    equal "$(wc -l <.out)" 2
    gives 0 dump 'nobody*'
    lists '{"dummycache":1}'
    gives 1 dump hits nobody -o one.jsonl
    complains "there is no key 'nobody'"
    gives 0 verify one.jsonl
    lists 'jsonl  1 entry  5B  one.jsonl'
    gives 2 dump ''
    complains "'' is no key"
    gives 3 -c "$DUMMYCACHE-none" dump hits
}

keys_with_characters_of_a_pattern_are_dumped_by_their_names() {
    local key
    for key in 'a*' ab 'a?' 'a[b]' '[ab]' '\*' 'a\' '!'; do
        gives 0 set "$key" v
    done
    for key in 'a*' ab 'a?' 'a[b]' '[ab]' '\*' 'a\' '!'; do
        gives 0 dump "$key" -o one.jsonl
        gives 0 verify one.jsonl
        mentions '  1 entry  '
        gives 0 -c "$DUMMYCACHE-b" load one.jsonl
        gives 0 -c "$DUMMYCACHE-b" get "$key"
        says v
        gives 0 rm "$DUMMYCACHE-b"
        gives 0 dump --literal -- "$key"
        equal "$(wc -l <.out)" 2
    done
    gives 0 dump 'a*' 'a[b]'
    equal "$(wc -l <.out)" 3
    gives 0 checkpoint before
    gives 0 del 'a*'
    gives 0 dump 'a*'
    equal "$(wc -l <.out)" 5
    gives 1 dump --literal 'a*'
    complains "there is no key 'a\*'"
    gives 0 dump --checkpoint before 'a*'
    equal "$(wc -l <.out)" 2
    gives 0 del ab
    gives 0 dump --checkpoint before ab
    equal "$(wc -l <.out)" 2
    gives 1 dump ab
    gives 1 dump --checkpoint before nobody
}

a_load_with_match_leaves_the_other_keys_alone() {
    cp "$here/users.jsonl" .
    gives 0 set user:2 old
    gives 0 set session mine
    gives 0 set hits 7
    gives 0 load users.jsonl --match 'user:*' --json
    lists '{"stored":1,"present":0,"unmatched":3}'
    gives 0 ls
    lists hits session user:1
    gives 0 get hits
    says 7
    gives 0 load users.jsonl --match 'nobody*'
    gives 0 ls
    lists hits session user:1
    gives 0 load users.jsonl --match 's*'
    gives 0 ls
    lists hits user:1
    gives 0 load users.jsonl --match '?*'
    gives 0 ls
    lists blob greeting hits user:1
    gives 0 check
}
