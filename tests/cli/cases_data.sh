# SPDX-License-Identifier: MIT
# get, set, add, replace, append, del, take, exists, incr, decr, clear.

get_gives_what_set_stored() {
    gives 0 set greeting 'good morning'
    is_silent
    gives 0 get greeting
    says 'good morning'
}

a_second_set_replaces_the_first() {
    gives 0 set k one
    gives 0 set k two
    gives 0 get k
    says two
}

a_missing_key_gives_exit_code_1_without_a_word() {
    gives 0 set other v
    for command in get take exists ttl; do
        gives 1 "$command" nobody
        is_silent
    done
    gives 1 del nobody
    is_silent
    gives 1 touch nobody 10
    gives 1 persist nobody
    gives 1 replace nobody v
    is_silent
}

a_missing_cache_is_an_empty_one_for_those_who_ask_and_is_not_made() {
    gives 1 get k
    is_silent
    gives 1 take k
    gives 1 exists k
    gives 1 ttl k
    gives 1 touch k 10
    gives 1 persist k
    gives 1 replace k v
    gives 1 del k
    is_silent
    gives 3 info
}

those_who_write_make_the_cache() {
    local command
    for command in 'set k v' 'add k v' 'append k v' 'incr k' 'decr k'; do
        # shellcheck disable=SC2086
        gives 0 $command
        gives 0 exists k
        gives 0 rm "$DUMMYCACHE"
    done
}

a_mistake_in_the_arguments_makes_no_cache() {
    gives 2 set k v --ttl soon
    gives 3 set k @missing
    gives 2 set k v --codec none
    gives 2 incr k much
    gives 2 incr k +-5
    gives 2 incr k ++5
    gives 3 info
}

any_bytes_come_back_through_standard_input() {
    all_bytes >bytes
    gives 0 set k <bytes
    gives 0 get k
    cmp -s bytes .out || fail "the value has changed"
    gives 0 set k - <bytes
    gives 0 get k
    cmp -s bytes .out || fail "the value has changed"
}

a_file_is_named_after_an_at_sign() {
    all_bytes >bytes
    gives 0 set k @bytes
    gives 0 get k
    cmp -s bytes .out || fail "the value has changed"
    gives 3 set k @missing
    complains "cannot read 'missing': No such file"
}

a_large_value_comes_back() {
    head -c 3000000 /dev/urandom >bytes
    gives 0 set k @bytes
    gives 0 get k
    cmp -s bytes .out || fail "the value has changed"
}

an_empty_value_is_a_value() {
    gives 0 set k ''
    gives 0 get k
    says ''
    gives 0 exists k
    gives 0 set from-stdin </dev/null
    gives 0 get from-stdin
    says ''
}

a_literal_value_may_begin_with_anything() {
    gives 0 set --literal k @v
    gives 0 get k
    says @v
    gives 0 set --literal k -
    gives 0 get k
    says -
    gives 0 set --literal -- --key --value
    gives 0 get -- --key
    says --value
}

operands_are_taken_as_they_are() {
    local odd
    for odd in '[a,b]' '{}' '%%' '"q"' "it's" ' ' $'\n' '*' '\' $'\xff\xfe' '++' '/x' '-5' 'true' 'Grüße'; do
        gives 0 set "$odd" "$odd"
        gives 0 get "$odd"
        says "$odd"
        gives 0 del "$odd" '[no,nobody]'
        gives 1 exists "$odd"
    done
}

keys_have_1_to_65535_bytes() {
    local longest
    longest=$(head -c 65535 /dev/zero | tr '\0' k)
    gives 2 set '' v
    complains ''
    gives 0 set "$longest" v
    gives 0 get "$longest"
    says v
    gives 2 set "${longest}k" v
    complains ''
}

add_keeps_what_is_there() {
    gives 0 add k one
    gives 1 add k two
    is_silent
    gives 1 add k two --ttl 0
    gives 0 get k
    says one
}

replace_wants_a_key_that_is_there() {
    gives 0 set k one
    gives 0 replace k two
    gives 0 get k
    says two
}

append_adds_to_the_end() {
    gives 0 append k ab
    is_silent
    gives 0 append k --json cd
    lists '{"key":"k","size":4}'
    gives 0 append k < <(printf '\0')
    gives 0 get k --json
    mentions '"value":"abcd\\u0000"'
}

del_says_by_its_exit_code_whether_any_key_was_there() {
    gives 0 set a 1
    gives 0 set b 2
    gives 0 set c 3
    gives 0 del --json a b nobody
    lists '{"deleted":2}'
    gives 0 del c nobody
    gives 1 del a b c
    is_silent
}

take_gives_a_value_once() {
    gives 0 set k v
    gives 0 take k
    says v
    gives 1 take k
    gives 0 set k v
    gives 0 take --json k
    lists '{"key":"k","value":"v"}'
}

exists_answers_in_json_too() {
    gives 0 set k v
    gives 0 exists k --json
    lists '{"key":"k","exists":true}'
    gives 1 exists nobody --json
    lists '{"key":"nobody","exists":false}'
}

incr_and_decr_count() {
    gives 0 incr n
    lists 1
    gives 0 incr n 41
    lists 42
    gives 0 incr n -50
    lists -8
    gives 0 decr n
    lists -9
    gives 0 decr n -10
    lists 1
    gives 0 incr n -2
    lists -1
    gives 0 decr n -9223372036854775808
    lists 9223372036854775807
    gives 0 set n 1
    gives 0 incr n +2 --json
    lists '{"key":"n","value":"3"}'
    gives 0 get n
    says 3
}

incr_refuses_what_is_no_number() {
    gives 0 set k word
    gives 4 incr k
    complains ''
    gives 0 set k 9223372036854775807
    gives 4 incr k
    complains ''
    gives 0 get k
    says 9223372036854775807
    gives 2 incr k 9223372036854775808
    gives 2 incr k 1.5
    gives 2 incr k 0x10
    complains "'0x10' is not an integer"
}

two_processes_may_count_at_once() {
    local worker
    for worker in 1 2 3; do
        (for ((i = 0; i < 100; i++)); do dc incr n >/dev/null || exit 1; done) &
    done
    wait
    gives 0 get n
    says 300
}

of_two_processes_that_add_one_stores() {
    local round
    for ((round = 0; round < 20; round++)); do
        (dc add "k$round" a && echo a >>winners) &
        (dc add "k$round" b && echo b >>winners) &
        wait
    done
    equal "$(wc -l <winners)" 20
}

clear_deletes_everything_or_what_matches() {
    for key in user:1 user:2 group:1; do gives 0 set "$key" v; done
    gives 0 clear --match 'user:*' --json
    lists '{"deleted":2}'
    gives 0 ls
    lists group:1
    gives 0 clear --match nobody
    is_silent
    gives 2 clear --match ''
    gives 0 exists group:1
    gives 0 clear
    is_silent
    gives 0 ls
    says ''
    gives 2 clear user:1
    complains "unexpected argument 'user:1'"
}

codecs_are_guessed_or_given() {
    gives 0 set k 'Grüße'
    gives 0 get k --json
    mentions '"codec":"text"'
    gives 0 set k $'\xff'
    gives 0 get k --json
    mentions '"codec":"bytes"'
    gives 0 set k '{"a":1}' --codec json
    gives 0 get k --json
    mentions '"codec":"json"'
    gives 2 set k v --codec yaml
    complains "'yaml' is not a codec"
}
