# SPDX-License-Identifier: MIT
# dump, load, sum and verify.

dump_writes_one_line_for_each_entry() {
    gives 3 dump
    complains 'no cache'
    gives 0 set b 'two
lines' --ttl 1h
    gives 0 set a --codec json '{"x": [1]}'
    gives 0 incr n 3
    gives 0 set $'\xff' --codec bytes < <(printf '\x80')
    gives 0 dump --ttl drop
    lists '{"dummycache":1}' '{"key":"a","json":{"x": [1]}}' '{"key":"b","value":"two\nlines","codec":"text"}' \
        '{"key":"n","value":3}' '{"key_base64":"/w==","base64":"gA=="}'
    gives 0 dump --match b
    mentions '"ttl":3[56][0-9]{2}(\.[0-9]+)?\}$'
    gives 0 dump --match nobody -o -
    lists '{"dummycache":1}'
}

what_is_dumped_can_be_loaded() {
    local format
    cp "$here/users.jsonl" .
    gives 0 load users.jsonl --ttl drop
    is_silent
    gives 0 dump
    cp .out all
    for format in jsonl binary; do
        gives 0 dump -o "file.$format" --format "$format"
        is_silent
        gives 0 -c "$DUMMYCACHE-b" load "file.$format"
        is_silent
        gives 0 -c "$DUMMYCACHE-b" dump
        cmp -s all .out || fail "the entries have changed on their way through $format"
        gives 0 rm "$DUMMYCACHE-b"
    done
    cmp -s all file.jsonl || fail "the file is not what is written to standard output"
}

the_format_follows_the_name_of_the_file() {
    gives 0 set k v
    gives 0 dump -o file.dcs
    gives 0 dump -o other
    gives 0 dump -o text.dcs --format jsonl
    gives 0 verify file.dcs other text.dcs
    lists 'binary  1 entry  2B  file.dcs' 'jsonl  1 entry  2B  other' 'jsonl  1 entry  2B  text.dcs'
    gives 2 dump --format yaml
    complains "'yaml' is not a format"
    gives 3 dump -o missing/file
    complains "'missing/file': No such file"
    gives 1 dump file
    complains "there is no key 'file' .* \(-o FILE names a file\)$"
}

standard_input_and_output_are_a_dash() {
    cp "$here/users.jsonl" .
    gives 0 load - <users.jsonl
    is_silent
    gives 0 dump --ttl drop
    cp .out all
    dc dump | dc -c "$DUMMYCACHE-b" load - --ttl drop || fail "nothing came through the pipe"
    dc dump --format binary -o - | dc -c "$DUMMYCACHE-b" load - --ttl drop || fail "nothing came through the pipe"
    gives 0 -c "$DUMMYCACHE-b" dump
    cmp -s all .out || fail "the entries have changed"
    gives 0 rm "$DUMMYCACHE-b"
    gives 0 -c "$DUMMYCACHE-b" load <(dc dump)
    gives 0 rm "$DUMMYCACHE-b"
    gives 0 verify - <users.jsonl
    lists 'jsonl  4 entries  47B  -'
    # Of a file that somebody has begun to read, the rest is meant.
    { read -r _; dc verify - >.out; } <users.jsonl
    lists 'jsonl  4 entries  47B  -'
}

binary_is_not_written_to_a_terminal() {
    needs_terminal
    gives 0 set k v
    equal "$(on_terminal "'$binary' dump --color never --format binary; echo \$?")" \
        $'dummycache: dump: a binary snapshot is not for a terminal; give -o FILE\n2'
    equal "$(on_terminal "'$binary' dump | tail -n 1")" '{"key":"k","value":"v","codec":"text"}'
}

load_replaces_merges_or_fills_in() {
    cp "$here/users.jsonl" .
    gives 0 set greeting mine
    gives 0 set other v
    gives 0 load users.jsonl --only-missing --json
    lists '{"stored":3,"present":1,"unmatched":0}'
    gives 0 get greeting
    says mine
    gives 0 load users.jsonl --merge --match '[gh]*' --json
    lists '{"stored":2,"present":0,"unmatched":2}'
    gives 0 get greeting
    says hello
    gives 0 exists other
    gives 0 load users.jsonl
    is_silent
    gives 1 exists other
    gives 0 load users.jsonl --replace --match hits
    gives 0 ls
    lists blob greeting hits user:1
    gives 2 load users.jsonl --merge --only-missing
    complains 'exclude each other'
    gives 2 load users.jsonl --replace --merge
    gives 2 load
    complains 'too few arguments'
}

remaining_times_are_kept_dropped_or_scaled() {
    local rule least most bad
    cp "$here/users.jsonl" .
    while read -r rule least most; do
        gives 0 load users.jsonl --ttl "$rule"
        gives 0 ttl user:1
        awk -v least="$least" -v most="$most" '{ exit !($1 > least && $1 <= most) }' .out || fail "$rule gives another ttl"
    done <<'END'
keep 3500 3600
scale=2 7100 7200
scale=0.5 1700 1800
END
    gives 0 dump --match user:1 --ttl scale=2
    mentions '"ttl":3[56][0-9]{2}'
    gives 0 load users.jsonl --ttl drop
    gives 0 ttl user:1
    lists forever
    for bad in '' scale scale= scale=x scale=0 scale=-1 scale=nan scale=inf 'scale=1 ' 3 KEEP; do
        gives 2 load users.jsonl --ttl "$bad"
        complains ''
        gives 2 dump --ttl "$bad"
    done
}

a_bad_snapshot_changes_nothing_and_makes_no_cache() {
    printf '%s\n' '{"key":"a","value":"new"}' '{"key":"b" "value":"x"}' >bad.jsonl
    gives 5 load bad.jsonl
    complains 'bad\.jsonl:2:12: '
    gives 5 load - <bad.jsonl
    complains '<stdin>:2:12: '
    gives 5 load <(cat bad.jsonl)
    gives 5 load /dev/null
    gives 3 load missing.jsonl
    complains "cannot read 'missing\.jsonl': No such file"
    gives 3 info
    gives 0 set a old
    gives 5 load bad.jsonl
    complains 'bad\.jsonl:2:12: '
    gives 0 dump -o good.dcs
    head -c $(($(wc -c <good.dcs) - 1)) good.dcs >cut.dcs
    gives 5 load cut.dcs
    complains 'cut\.dcs'
    gives 0 get a
    says old
    gives 0 ls
    lists a
}

dump_does_not_write_over_a_cache() {
    gives 0 -c ./file set k v
    gives 2 -c ./file dump -o ./file
    complains "'./file' is a cache"
    gives 0 -c ./file get k
    says v
}

a_dump_into_a_closed_pipe_or_a_full_disk_ends_as_others_do() {
    local statuses code=0
    gives 0 set k < <(head -c 1000000 /dev/zero | tr '\0' x)
    dc dump 2>.err | head -n 1 >.out
    statuses=${PIPESTATUS[*]}
    equal "$statuses" '0 0'
    lists '{"dummycache":1}'
    equal "$(<.err)" ''
    [[ -e /dev/full ]] || skip "there is no /dev/full"
    : >.out
    dc dump >/dev/full 2>.err || code=$?
    equal "$code" 4
    complains 'cannot write to standard output: No space left'
    gives 4 dump -o /dev/full
    complains "'/dev/full': No space left"
}

a_killed_dump_leaves_the_old_file_or_the_new_one() {
    local delay old new killed=0 code
    gives 0 set k v
    gives 0 dump -o file.dcs
    old=$(dc sum)
    gives 0 set big < <(head -c 60000000 /dev/zero)
    new=$(dc sum)
    for delay in 0.01 0.02 0.03 0.05 0.08 0.1 0.15 0.2 0.3 0.4; do
        code=0
        timeout -s KILL "$delay" "$binary" dump -o file.dcs 2>.err || code=$?
        [[ $code -eq 0 ]] || killed=$((killed + 1))
        gives 0 sum file.dcs
        [[ $(<.out) == "$old" || $(<.out) == "$new" ]] || fail "the file is neither the old snapshot nor the new one"
    done 2>/dev/null
    [[ $killed -gt 0 ]] || fail "no dump was killed"
    gives 0 dump -o file.dcs
    equal "$(dc sum file.dcs)" "$new"
}

ctrl_c_ends_a_dump_and_the_reading_of_a_load() {
    local statuses name code=0
    gives 0 set k < <(head -c 1000000 /dev/zero | tr '\0' x)
    timeout --preserve-status -s INT 0.5 env --default-signal=INT "$binary" dump 2>.err | (sleep 1.5; cat >/dev/null)
    statuses=${PIPESTATUS[*]}
    equal "$statuses" '130 0'
    mkfifo pipe
    (exec 3>&- && printf '{"key":"k","value":"half"}\n' && sleep 60) >pipe &
    for name in - ./pipe; do
        code=0
        timeout --preserve-status -s INT 0.5 env --default-signal=INT "$binary" load "$name" <pipe >.out 2>.err || code=$?
        equal "$code" 130
        is_silent
    done
    kill $!
    equal "$(dc get k | wc -c)" 1000000
}

progress_is_shown_on_a_terminal_after_a_second_and_erased() {
    needs_terminal
    local slowly='(sleep 1.5; cat >/dev/null)'
    gives 0 set k < <(head -c 1000000 /dev/zero | tr '\0' x)
    gives 0 set l v
    on_terminal "'$binary' dump | $slowly" >said
    grep -Eq 'dump \[#*\.*\] +[0-9]+%' said || fail "no progress is shown"
    [[ $(<said) == *$'\e[K' ]] || fail "the progress is still there"
    equal "$(on_terminal "'$binary' dump -q | $slowly")" ''
    equal "$(on_terminal "'$binary' dump 2>said | $slowly"; cat said)" ''
    equal "$(on_terminal "'$binary' dump | cat >/dev/null")" ''
}

sum_is_the_same_for_the_same_state() {
    local digest
    cp "$here/users.jsonl" .
    gives 3 sum
    gives 0 load users.jsonl
    gives 0 dump -o file.dcs
    gives 0 sum
    mentions '^[0-9a-f]{32}  4 entries  47B$'
    digest=$(cut -d ' ' -f 1 .out)
    for file in users.jsonl file.dcs; do
        gives 0 sum "$file"
        lists "$digest  4 entries  47B"
    done
    gives 0 sum --json
    lists "{\"digest\":\"$digest\",\"entries\":4,\"bytes\":47,\"with_deadline\":2}"
    gives 0 sum - --json --match 'user:*' <file.dcs
    mentions '^\{"path":"-","format":"binary","digest":"[0-9a-f]{32}","entries":1,"bytes":21,"with_deadline":1\}$'
    gives 0 sum users.jsonl --exact-ttl
    [[ $(cut -d ' ' -f 1 .out) != "$digest" ]] || fail "times are not part of the digest"
    gives 0 set hits 42
    gives 0 sum
    [[ $(cut -d ' ' -f 1 .out) != "$digest" ]] || fail "another state has the same digest"
    gives 2 sum a b
}

verify_reads_every_file() {
    local code=0
    cp "$here/users.jsonl" .
    echo '{"key":"k"}' >bad.jsonl
    dc verify users.jsonl bad.jsonl missing users.jsonl >.out 2>.err || code=$?
    equal "$code" 5
    lists 'jsonl  4 entries  47B  users.jsonl' 'jsonl  4 entries  47B  users.jsonl'
    equal "$(wc -l <.err)" 2
    grep -q '^dummycache: bad\.jsonl:1:1: ' .err || fail "the place is not named"
    gives 3 verify missing users.jsonl
    gives 5 verify missing bad.jsonl
    gives 5 verify --json bad.jsonl
    mentions '^\{"path":"bad\.jsonl","problem":"bad\.jsonl:1:1: '
    gives 0 verify --json users.jsonl
    mentions '^\{"path":"users\.jsonl","format":"jsonl","digest":"[0-9a-f]{32}","entries":4,"bytes":47,"with_deadline":2\}$'
    gives 2 verify
    gives 2 verify -c "$DUMMYCACHE" users.jsonl
    complains 'verify: -c has no meaning here'
}

an_empty_pattern_is_refused() {
    local command
    gives 0 set k v
    gives 0 dump -o file.jsonl
    for command in 'load file.jsonl' 'diff file.jsonl' 'assert file.jsonl' dump sum clear; do
        # shellcheck disable=SC2086
        gives 2 $command --match ''
        complains "'' is not a pattern"
    done
    gives 0 get k
    says v
}
