# SPDX-License-Identifier: MIT
# Inputs without an end: they are left at the first byte that cannot fit, or cannot be right.

a_value_is_read_to_the_first_byte_that_is_too_much() {
    gives 0 create "$DUMMYCACHE" --capacity 4M
    gives 0 set k v
    local command
    for command in set add replace append; do
        stops 2 'larger than half the capacity of the cache .*\(2097152 bytes\); create one' "$command" k @/dev/zero
        stops 2 'larger than half the capacity' "$command" k - < <(yes)
        stops 2 'larger than half the capacity' "$command" k < <(yes)
    done
    gives 0 get k
    says v
    head -c 2097153 /dev/zero >one_too_many
    stops 2 'larger than half' set k @one_too_many
    head -c 1000000 /dev/zero >fits
    gives 0 set k @fits
    stops 2 'larger than half' -c "$DUMMYCACHE-new" set k @/dev/zero
    gives 3 -c "$DUMMYCACHE-new" info
}

a_load_stops_at_what_cannot_fit() {
    gives 0 create "$DUMMYCACHE" --capacity 4M
    gives 0 set old stays
    stops 5 '/dev/zero:1:1' load /dev/zero
    stops 5 '<stdin>:1:1' load - </dev/zero
    stops 5 '<stdin>:1:' load - < <(yes | tr -d '\n')
    stops 2 '<stdin>:1: a value of more than 2097152 bytes' load - < <(endless_object_line)
    stops 4 'the snapshot needs .* larger capacity' load - < <(endless_entries)
    stops 4 'the snapshot needs .* larger capacity' load - --merge < <(endless_entries)
    stops 5 'blank lines' load - < <(yes '')
    stops 5 'a mebibyte of blanks' load - < <(tr '\0' ' ' </dev/zero)
    stops 5 'a mebibyte of blanks' load - < <(endless_blanks_behind_an_entry)
    stops 5 'the format is not said in the first line, or twice' load - < <(yes '{"dummycache":1}')
    stops 5 'the key of the line before' load - < <(yes '{"key":"a","value":"b"}')
    mkfifo pipe
    endless_entries >pipe &
    stops 4 'the snapshot needs' load pipe
    wait
    gives 0 ls
    says $'old\n'
    stops 5 '<stdin>:1:' -c "$DUMMYCACHE-new" load - < <(yes)
    gives 3 -c "$DUMMYCACHE-new" info
}

other_commands_stop_too() {
    gives 0 set k v
    local words
    for words in 'diff -' 'assert -' 'verify -' 'sum -'; do
        stops 5 '<stdin>:1:1' $words </dev/zero
        stops 5 '<stdin>:1:' $words < <(yes | tr -d '\n')
        stops 5 '<stdin>:1:1: a line of more than' $words < <(endless_object_line)
        stops 5 'blank lines' $words < <(yes '')
        stops 5 'a mebibyte of blanks' $words < <(endless_blanks_behind_an_entry)
        stops 5 'the key of line 1 comes again' $words < <(yes $'{"key":"a","value":"b"}\n{"key":"c","value":"b"}')
    done
}

a_pipe_is_read_as_a_file_is() {
    gives 0 set k v
    gives 0 dump -o state.jsonl
    gives 0 dump -o state.dcs
    local file
    for file in state.jsonl state.dcs; do
        gives 0 diff - < <(cat $file)
        gives 0 assert - < <(cat $file)
        gives 0 verify - < <(cat $file)
        gives 0 sum /dev/stdin < <(cat $file)
        gives 0 load /dev/fd/0 < <(cat $file)
        gives 0 -c "$DUMMYCACHE-new" load - < <(cat $file)
        gives 0 diff "$DUMMYCACHE-new"
        gives 0 rm "$DUMMYCACHE-new"
    done
    gives 0 diff - - < <(cat state.jsonl)
    # What follows is the input, not the whole file.
    { head -c 0; read -r; dc load -; } < <(echo first; cat state.jsonl)
    { echo first; cat state.jsonl; } >both
    { read -r; dc load /dev/stdin; } <both || fail "the rest of a file is no input"
    { read -r; dc set rest @/dev/stdin; } <both
    cmp <(dc get rest) state.jsonl || fail "the rest of a file is no value"
}
