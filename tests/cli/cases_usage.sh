# SPDX-License-Identifier: MIT
# Help, wrong command lines, pipes, full disks and Ctrl-C.

help_goes_to_standard_output() {
    local command
    gives 0 help
    mentions '^usage: dummycache '
    cp .out overview
    gives 0 --help
    cmp -s overview .out || fail "--help is not help"
    for command in get set add replace append del take exists ttl touch persist incr decr clear wait ls show stats caches \
        dump load diff assert sum verify create info check doctor gc rm bench help completion; do
        grep -q "^  $command " overview || fail "help does not list $command"
        gives 0 help "$command"
        mentions "^usage: dummycache $command"
        equal "$(grep -A 1 '^example' .out | grep -c "dummycache.* $command")" 1
        cp .out help
        gives 0 "$command" --help
        cmp -s help .out || fail "$command --help is not help $command"
    done
}

the_version_is_printed() {
    gives 0 --version
    mentions '^dummycache [0-9]+\.[0-9]+\.[0-9]+$'
    gives 0 get --version
    mentions '^dummycache [0-9]+\.[0-9]+\.[0-9]+$'
}

wrong_command_lines_give_exit_code_2_and_one_line() {
    gives 2
    complains 'no command'
    gives 2 get
    complains 'get: too few arguments.*usage: dummycache get K.*dummycache help get'
    gives 2 create other --capacity 1K
    complains 'options: a capacity of 1024 bytes is not between 1 MiB and 512 GiB$'
    gives 2 gc a
    complains "gc: unexpected argument 'a'; usage: dummycache gc \(see 'dummycache help gc'\)\$"
    gives 2 -c other caches
    complains "caches: -c has no meaning here; usage: dummycache caches \(see"
    gives 2 take a b
    complains "take: unexpected argument 'b'"
    gives 2 set k v w
    complains "unexpected argument 'w'"
    gives 2 set k v --ttl
    complains 'option --ttl needs a value'
    # An empty variable after = must not swallow the next word.
    gives 2 set k v --ttl= 5
    complains 'option --ttl needs a value'
    gives 2 clear --match= -q
    complains 'option --match needs a value'
    gives 2 --cache= get k
    complains 'option --cache needs a value'
    gives 0 set --ttl=5 -- k --ttl=
    gives 2 get -x k
    complains "unknown option '-x'"
    gives 2 set k --tll 5
    complains 'did you mean --ttl'
    gives 2 --frobnicate get k
    complains "unknown option '--frobnicate'"
    gives 2 get -qx k
    complains "unknown option '-x'"
    gives 2 get $'-\xc3\xa9' k
    complains "unknown option '-é'"
    gives 2 get k --json=true
    complains 'option --json takes no value'
    gives 2 get k --json=
    complains 'option --json takes no value'
    gives 2 -c
    complains 'option --cache needs a value'
    gives 2 get k --color sometimes
    complains "'sometimes'"
    gives 2 help nobody
    complains "unknown command 'nobody'"
}

an_unknown_command_is_answered_with_the_nearest() {
    gives 2 gte k
    complains "unknown command 'gte'; did you mean 'get'\?"
    gives 2 dell k
    complains "did you mean 'del'\?"
    gives 2 frobnicate
    complains "see 'dummycache help'"
    gives 2 $'get\n\e[2J'
    complains 'unknown command .get.n.x1b'
}

commands_on_whole_caches_take_the_name_as_an_argument() {
    gives 2 rm -c "$DUMMYCACHE" x
    complains 'rm: -c has no meaning here'
    gives 2 -c "$DUMMYCACHE" create x
    complains 'create: -c'
    gives 2 rm
    complains 'too few arguments'
}

what_is_wrong_with_an_argument_is_told_with_the_command() {
    local wrong words
    for wrong in 'incr k x' 'set k v --ttl x' 'add k v --codec x' 'touch k x' 'clock advance x' 'clock x' 'bench x' \
        'bench --entries 0' 'create x --capacity x' 'load a --merge --replace' 'wait k --gone --equals v' \
        'ls --sort x' 'completion x' 'dump --format x' 'rm redis://localhost' 'diff a b --exact-ttl --ignore-ttl'; do
        read -ra words <<<"$wrong"
        gives 2 "${words[@]}"
        grep -q "^dummycache: ${words[0]}: " .err || fail "it does not name the command"
        ! grep -q "${words[0]}: ${words[0]}:" .err || fail 'it names the command twice'
    done
}

options_may_stand_anywhere() {
    gives 0 --json set --ttl 1h k v
    gives 0 ttl --json k
    mentions '"ttl":3[56]'
    gives 0 -q --json -c "$DUMMYCACHE" exists k
    lists '{"key":"k","exists":true}'
    gives 0 ls -l0 --sort=key
}

a_part_of_an_option_is_none() {
    gives 2 get k --jso
    complains "unknown option '--jso'; did you mean --json\?"
    gives 2 set k v --tt 5
    complains "unknown option '--tt'; did you mean --ttl\?"
    gives 2 set k v --tt=5
    complains "unknown option '--tt=5'; did you mean --ttl\?"
    gives 2 set k v --t
    complains "unknown option '--t'"
}

operands_are_any_bytes() {
    local value
    gives 0 set '[a,b]' '{x}'
    gives 0 get '[a,b]'
    says '{x}'
    for value in -5 -1.5 '- milk' --- '---- title' - '' '%w' '++json' '!x' $'-\nx'; do
        gives 0 set k "$value" </dev/null
        gives 0 get k
        [[ $value == - ]] || says "$value"
    done
    gives 0 set -- --json --
    gives 0 get -- --json
    says --
    # What a shell sets for other programs changes nothing.
    POSIXLY_CORRECT=1 gives 0 set k v --ttl 5
    POSIXLY_CORRECT=1 gives 0 get k --json
    mentions '"ttl":[45]'
}

the_last_of_an_option_given_twice_holds() {
    gives 0 set k v --ttl 5 --ttl 1h
    gives 0 ttl k
    mentions '^3[56]'
}

a_closed_pipe_is_no_error() {
    local key statuses
    gives 0 set k < <(head -c 1000000 /dev/zero)
    dc get k 2>.err | head -c 1 >/dev/null
    statuses=${PIPESTATUS[*]}
    equal "$statuses" '0 0'
    for key in {1..8}; do gives 0 set "$key$(head -c 30000 /dev/zero | tr '\0' k)" v; done
    dc ls 2>>.err | head -n 1 >/dev/null
    equal "${PIPESTATUS[*]}" '0 0'
    equal "$(<.err)" ''
}

a_full_disk_is_an_error() {
    local code=0
    [[ -e /dev/full ]] || skip "there is no /dev/full"
    gives 0 set k v
    : >.out
    dc get k >/dev/full 2>.err || code=$?
    equal "$code" 4
    complains 'cannot write to standard output: No space left'
}

closed_descriptors_are_not_taken_for_a_cache() {
    local code=0
    # More than is buffered, so that it is written while the cache is open.
    head -c 1000000 /dev/urandom >bytes
    gives 0 set k @bytes
    : >.out
    dc get k >&- 2>.err || code=$?
    equal "$code" 4
    complains 'cannot write to standard output'
    dc get k >&- 2>&- <&-
    dc set k <&- 2>.err && fail "a closed standard input was read"
    gives 0 get k
    cmp -s bytes .out || fail "the value has changed"
    gives 0 check
}

ctrl_c_while_waiting_for_input_gives_130_and_no_word() {
    local code=0
    mkfifo pipe
    sleep 60 >pipe &
    # timeout sends the signal when the time is over, which is when dummycache waits.
    timeout --preserve-status -s INT 1 env --default-signal=INT "$binary" set k <pipe >.out 2>.err || code=$?
    kill $!
    equal "$code" 130
    is_silent
    gives 1 exists k
}

an_ignored_ctrl_c_stays_ignored() {
    local code=0
    mkfifo pipe
    (sleep 1.5; echo v) >pipe &
    timeout --preserve-status -s INT 0.5 env --ignore-signal=INT "$binary" set k <pipe || code=$?
    wait
    equal "$code" 0
    gives 0 exists k
}

completion_completes() {
    gives 0 set k v
    gives 0 completion bash
    bash -n .out || fail "the completion is no bash"
    complete_words() {
        PATH=$PWD/bin:$PATH bash -c 'source .out; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _dummycache
            printf "%s\n" "${COMPREPLY[@]}"' bash x "$@"
    }
    mkdir bin && ln -s "$binary" bin/dummycache
    equal "$(complete_words dummycache pers)" persist
    equal "$(complete_words dummycache set --tt)" --ttl
    equal "$(complete_words dummycache -c x ls --so)" --sort
    equal "$(complete_words dummycache set k --codec pi)" pickle
    equal "$(complete_words dummycache rm "$DUMMYCACHE")" "$DUMMYCACHE"
    equal "$(complete_words dummycache ass)" assert
    equal "$(complete_words dummycache assert --sub)" --subset
    equal "$(complete_words dummycache dump --format b)" binary
    equal "$(complete_words dummycache load --ttl d)" drop
    equal "$(complete_words dummycache bench --workload ttl)" ttl_get
    equal "$(complete_words dummycache bench --workload '' | tr '\n' ' ')" "$bench_workloads "
    equal "$(complete_words dummycache --color al)" always
    equal "$(complete_words dummycache get --color n)" never
    equal "$(complete_words dummycache set --ttl '')" ''
    equal "$(complete_words dummycache ls --sort s)" size
    equal "$(complete_words dummycache create --when-full r)" refuse
    gives 2 completion fish
    complains "no completion for 'fish'"
}
