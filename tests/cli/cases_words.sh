# SPDX-License-Identifier: MIT
# Words that users bring along, and names where they expect them.

words_of_other_tools_are_answered_and_not_run() {
    local word meant
    gives 0 set k v
    while read -r word meant; do
        gives 2 "$word" k
        complains "unknown command '$word'; did you mean .*'$meant'.*\\?\$"
        gives 2 help "$word"
        complains "did you mean .*'$meant'"
    done <<'END'
keys ls
KEYS ls
list ls
scan ls
delete del
remove rm
remove del
unlink del
expire touch
EXPIRE touch
pexpire touch
flush clear
flushall clear
FLUSHDB clear
mget get
setex set K V --ttl S
setnx add
incrby incr
dbsize stats
status info
has exists
save dump
restore load
undo rollback
run exec
destroy rm
freeze clock freeze
advance clock advance
version --version
END
    gives 0 get k
    says v
    gives 2 set k v --expire 10
    complains 'did you mean --ttl\?'
    gives 2 ls --pattern 'k*'
    complains 'did you mean --match\?'
    gives 2 create "$DUMMYCACHE-x" --size 64MB
    complains 'did you mean --capacity\?'
}

the_name_of_a_cache_may_stand_after_the_command() {
    local command
    gives 0 set k v
    for command in info stats check doctor; do
        env -u DUMMYCACHE "$binary" "$command" "$DUMMYCACHE" >.out 2>.err || fail "$command NAME failed"
        gives 0 "$command" "$DUMMYCACHE"
        gives 0 -c "$DUMMYCACHE" "$command" "$DUMMYCACHE"
        gives 2 -c other "$command" "$DUMMYCACHE"
        complains 'name one'
        gives 3 "$command" "$DUMMYCACHE-none"
        gives 2 "$command" redis://localhost
        complains 'works on local caches only'
    done
    gives 0 info "$DUMMYCACHE" --json
    mentions "^\\{\"name\":\"$DUMMYCACHE\","
}
