# SPDX-License-Identifier: MIT
# gc and rm: caches that nobody needs any more.

gc_removes_what_nobody_was_attached_to_for_a_time() {
    local name
    for name in old old-too young; do gives 0 -c "$DUMMYCACHE-$name" set k v; done
    make_old "$DUMMYCACHE-old"
    make_old "$DUMMYCACHE-old-too"
    gives 0 gc --match "$DUMMYCACHE-*"
    is_silent
    gives 0 gc --match "$DUMMYCACHE-*" --older-than 3h
    is_silent
    gives 0 gc --match "$DUMMYCACHE-*" --older-than 1h --dry-run
    equal "$(sed -E 's/72[0-9]{2} s$/72xx s/' .out)" \
        "$DUMMYCACHE-old  unused for 72xx s"$'\n'"$DUMMYCACHE-old-too  unused for 72xx s"
    gives 0 gc --match "*$DUMMYCACHE-old" --older-than 60m --json
    mentions '"reason":"unused for 72[0-9]+ s","removed":true\}$'
    equal "$(wc -l <.out)" 1
    gives 3 info "$DUMMYCACHE-old"
    gives 0 gc --match "$DUMMYCACHE-*" --older-than 1h
    gives 3 info "$DUMMYCACHE-old-too"
    gives 0 -c "$DUMMYCACHE-young" get k
    gives 0 gc --match "$DUMMYCACHE-*" --older-than 0
    gives 3 info "$DUMMYCACHE-young"
    for name in -1 10M soon ''; do
        gives 2 gc --older-than "$name"
        complains ''
    done
    gives 2 gc a
    gives 2 gc --match ''
}

a_look_at_all_caches_is_no_use_of_them() {
    gives 0 set k v
    make_old "$DUMMYCACHE"
    gives 0 caches
    gives 0 caches --json
    gives 0 gc --match "$DUMMYCACHE"
    is_silent
    gives 0 gc --match "$DUMMYCACHE" --older-than 1h --dry-run
    mentions '  unused for '
    gives 0 get k
    gives 0 gc --match "$DUMMYCACHE" --older-than 1h
    is_silent
    gives 0 get k
}

a_cache_to_which_a_process_is_attached_stays() {
    gives 0 set k v
    gives 0 -c "$DUMMYCACHE-b" set k v
    hold "$DUMMYCACHE"
    make_old "$DUMMYCACHE"
    make_old "$DUMMYCACHE-b"
    gives 0 gc --match "$DUMMYCACHE*" --older-than 1h
    lists "$DUMMYCACHE-b  $(sed -E 's/^[^ ]+  //' .out)"
    gives 0 get k
    make_old "$DUMMYCACHE"
    gives 0 gc --match "$DUMMYCACHE*" --older-than 0
    is_silent
    dc rm --match "$DUMMYCACHE*" >.out 2>.err
    equal $? 4
    grep -q "'$DUMMYCACHE' stays: a process is attached to it" .err || fail 'it does not say why'
    gives 0 get k
    says v
    let_go
    # As a killed test run leaves it: its place in the cache is still there.
    make_old "$DUMMYCACHE"
    gives 0 gc --match "$DUMMYCACHE*" --older-than 1h
    mentions "^$DUMMYCACHE  unused for "
    gives 3 info
}

rm_takes_several_names_and_a_pattern() {
    local name code=0
    for name in a b c other; do gives 0 -c "$DUMMYCACHE-$name" set k v; done
    gives 0 rm "$DUMMYCACHE-a" "$DUMMYCACHE-b"
    is_silent
    gives 3 info "$DUMMYCACHE-a"
    gives 3 info "$DUMMYCACHE-b"
    dc rm "$DUMMYCACHE-a" "$DUMMYCACHE-c" >.out 2>.err || code=$?
    equal "$code" 3
    grep -q "there is no cache '$DUMMYCACHE-a'" .err || fail 'the missing one is not named'
    gives 3 info "$DUMMYCACHE-c"
    for name in a b c; do gives 0 -c "$DUMMYCACHE-$name" set k v; done
    gives 0 rm --match "$DUMMYCACHE-?"
    lists "$DUMMYCACHE-a" "$DUMMYCACHE-b" "$DUMMYCACHE-c"
    gives 0 info "$DUMMYCACHE-other"
    gives 1 rm --match "$DUMMYCACHE-?"
    complains 'no cache matches'
    gives 1 rm -q "$DUMMYCACHE-other" --match "$DUMMYCACHE-none*"
    gives 2 rm
    complains 'give the name of a cache, or --match'
    gives 2 rm --match ''
    gives 3 rm "$DUMMYCACHE-*"
    complains 'no cache'
}
