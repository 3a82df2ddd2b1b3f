# SPDX-License-Identifier: MIT
# fork.

fork_makes_a_second_cache_that_begins_as_the_first_one_is() {
    local copy=$DUMMYCACHE-copy
    gives 0 create "$DUMMYCACHE" --capacity 8M --when-full refuse
    gives 0 set k v --ttl 1h
    gives 0 incr count 5
    gives 0 clock freeze
    gives 0 fork "$DUMMYCACHE" "$copy"
    is_silent
    gives 0 diff "$DUMMYCACHE" "$copy"
    gives 0 -c "$copy" clock --json
    mentions '"frozen":true'
    gives 0 -c "$copy" info
    mentions '^capacity +8MiB$'
    mentions '^when full +refuse$'
    gives 0 -c "$copy" check
    gives 0 -c "$copy" incr count
    gives 0 get count
    says 5
    gives 0 fork "$copy" ./file.cache
    gives 0 diff "$copy" ./file.cache
    gives 0 rm ./file.cache
    gives 0 rm "$copy"
}

fork_leaves_a_cache_that_is_there_alone() {
    gives 0 set k v
    gives 0 -c "$DUMMYCACHE-b" set k other
    gives 4 fork "$DUMMYCACHE" "$DUMMYCACHE-b"
    complains "there is a cache '$DUMMYCACHE-b' already"
    gives 4 fork "$DUMMYCACHE" "$DUMMYCACHE"
    gives 0 -c "$DUMMYCACHE-b" get k
    says other
    gives 0 rm "$DUMMYCACHE-b"
}

fork_wants_a_cache_and_two_names() {
    gives 3 fork "$DUMMYCACHE" "$DUMMYCACHE-b"
    complains 'there is no cache'
    gives 3 info -c "$DUMMYCACHE-b"
    gives 0 set k v
    gives 2 fork "$DUMMYCACHE"
    gives 2 fork "$DUMMYCACHE" a/b
    gives 2 fork -c "$DUMMYCACHE" x y
    complains '-c has no meaning'
    gives 3 fork "$DUMMYCACHE" ./missing/file.cache
    complains ''
}
