# SPDX-License-Identifier: MIT
# Where output goes: descriptors, links, full disks, pipes that nobody reads.

a_dump_to_a_descriptor_is_written_where_the_descriptor_stands() {
    gives 0 set k v
    dc dump >expected
    local path number=3
    for path in /dev/stdout /dev/fd/1 /proc/self/fd/1 /dev/../dev/stdout //dev//stdout -; do
        { echo before; dc dump -o "$path"; echo after; } >found || fail "dump -o $path failed"
        cmp <(echo before; cat expected; echo after) found || fail "dump -o $path spoilt the file"
        { dc dump -o "$path"; } >>found || fail "dump -o $path failed"
        cmp <(echo before; cat expected; echo after; cat expected) found || fail "dump -o $path did not append"
    done
    ln -s /dev/stdout link
    { echo before; dc dump -o link; } >found
    cmp <(echo before; cat expected) found || fail "a link to /dev/stdout is not standard output"
    [[ -L link ]] || fail "the link was replaced"
    { echo before >&$number; dc dump -o /dev/fd/$number; echo after >&$number; } 3>found
    cmp <(echo before; cat expected; echo after) found || fail "descriptor 3 was not written in place"
    { echo before >&2; dc dump -o /dev/stderr; } 2>found
    cmp <(echo before; cat expected) found || fail "standard error was not written in place"
    equal "$(dc dump -o /dev/stdout | cat)" "$(<expected)"
    gives 2 dump -o /dev/fd/9
    complains 'descriptor 9 is not open for writing'
}

a_script_that_names_its_own_descriptor_keeps_its_output() {
    gives 0 set k v
    dc dump >expected
    bash -c 'exec >found; echo before; "$1" dump -o "/proc/$$/fd/1"; echo after' - "$binary"
    cmp <(echo before; cat expected; echo after) found || fail "the script's output is lost"
}

a_dump_follows_links_to_their_end() {
    gives 0 set k v
    dc dump >expected
    mkdir sub
    ln -s sub/second first
    ln -s ../target sub/second
    gives 0 dump -o first
    [[ -L first && -L sub/second && ! -L target ]] || fail "a link was replaced"
    cmp expected target
    gives 0 dump -o first
    [[ -L first && -L sub/second ]] || fail "a link was replaced"
    ln -s b a
    ln -s a b
    gives 3 dump -o a
    complains 'leads in a circle'
    [[ -L a && -L b ]] || fail "a link was replaced"
    gives 3 load a
    gives 3 set k @a
    gives 3 -c ./a get k
    ln -s missing/file far
    gives 3 dump -o far
    [[ -L far ]] || fail "a link was replaced"
}

a_taken_value_that_cannot_be_written_stays() {
    [[ -e /dev/full ]] || skip 'there is no /dev/full'
    gives 0 set k --codec json --ttl 1h < <(printf '{"a":1}')
    local code=0 form
    for form in '' --json; do
        code=0
        dc take k $form >/dev/full 2>.err || code=$?
        equal $code 4
        : >.out
        complains 'the value is back under its key'
        gives 0 get k
        says '{"a":1}'
    done
    dc take k >&- 2>.err && fail "it cannot have written"
    gives 0 get k --json
    mentions '"codec":"json","ttl":[0-9]+'
    head -c 1000000 /dev/zero | dc set large
    code=0
    { dc take large 2>.err || echo $? >code; } | true
    [[ $(<code) -eq 4 ]] || fail "nobody has read the value"
    equal "$(dc get large | wc -c)" 1000000
    gives 0 take k
    says '{"a":1}'
    gives 1 get k
}

a_report_that_cannot_be_written_says_what_was_done() {
    [[ -e /dev/full ]] || skip 'there is no /dev/full'
    gives 0 set k v
    : >.out
    local words
    for words in 'incr n' 'decr n' 'append k x --json' 'del k --json' 'clear --match x* --json'; do
        local code=0
        dc $words >/dev/full 2>.err || code=$?
        equal $code 4
        complains 'has done its work: only its report is lost'
    done
    gives 0 get n
    says 0
    # Nobody would know the name of such a checkpoint.
    dc checkpoint >/dev/full 2>.err && fail "it cannot have written"
    gives 0 checkpoints
    is_silent
}
