# SPDX-License-Identifier: MIT
# Characters that nobody sees: two keys that look alike, and text that reads backwards.

# Bytes of a character, and how it is shown.
marks=(
    '\xe2\x80\xae=\\u202e' '\xe2\x80\x8b=\\u200b' '\xe2\x80\x8f=\\u200f' '\xe2\x81\xa6=\\u2066' '\xe2\x81\xa9=\\u2069'
    '\xef\xbb\xbf=\\ufeff' '\xc2\xad=\\u00ad' '\xd8\x9c=\\u061c' '\xe2\x80\xa8=\\u2028' '\xe2\x81\xa0=\\u2060'
    '\xe1\xa0\x8e=\\u180e' '\xe3\x85\xa4=\\u3164' '\xef\xb8\x80=\\ufe00' '\xf3\xa0\x81\x81=\\U000e0041' '\xcd\x8f=\\u034f'
    '\xf3\xa0\x84\x80=\\U000e0100' '\x1b=\\x1b' '\x7f=\\x7f' '\xc2\x9b=\\xc2\\x9b' '\xff=\\xff' '\n=\\n'
)

what_nobody_sees_is_escaped_in_lists_and_in_messages() {
    local mark bytes shown key
    for mark in "${marks[@]}"; do
        bytes=${mark%%=*} shown=$(printf "${mark#*=}")
        key=$(printf "a${bytes}b")
        gives 0 set "$key" "v$key"
        gives 0 ls
        shows .out "$bytes" "a${shown}b"
        gives 0 ls -l
        shows .out "$bytes" "a${shown}b"
        gives 0 show "$key"
        shows .out "$bytes" "a${shown}b"
        gives 4 incr "$key"
        shows .err "$bytes" "a${shown}b"
        gives 1 show "x$key"
        shows .err "$bytes" "xa${shown}b"
        gives 3 load "./x$key"
        shows .err "$bytes" "xa${shown}b"
        gives 3 diff "./x$key.jsonl"
        shows .err "$bytes" "xa${shown}b"
        gives 3 dump -o "missing/x$key"
        shows .err "$bytes" "xa${shown}b"
        gives 2 "x$key"
        shows .err "$bytes" "xa${shown}b"
        gives 0 clear
    done
}

names_of_caches_and_checkpoints_are_escaped_too() {
    local key
    key=$(printf '\xe2\x80\xaeb')
    gives 0 create "$DUMMYCACHE$key" --capacity 1M
    gives 0 caches
    shows .out '\xe2\x80\xae' '\u202eb'
    gives 0 -c "$DUMMYCACHE$key" info
    shows .out '\xe2\x80\xae' '\u202eb'
    gives 1 create "$DUMMYCACHE$key"
    shows .err '\xe2\x80\xae' '\u202eb'
    gives 0 -c "$DUMMYCACHE$key" checkpoint "$key"
    gives 0 -c "$DUMMYCACHE$key" checkpoints
    shows .out '\xe2\x80\xae' '\u202eb'
    gives 4 -c "$DUMMYCACHE$key" checkpoint "$key"
    shows .err '\xe2\x80\xae' '\u202eb'
    gives 0 rm "$DUMMYCACHE$key"
    gives 3 -c "$DUMMYCACHE$key" info
    shows .err '\xe2\x80\xae' '\u202eb'
}
