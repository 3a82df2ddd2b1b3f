# SPDX-License-Identifier: MIT
# Caches of other users: found by UID:NAME, and only if they were opened to others.

a_cache_that_is_open_to_others_is_used_by_the_users_number() {
    two_users
    gives 0 create "$DUMMYCACHE" --mode 0666
    gives 0 set k v
    other 0 -c "$owner:$DUMMYCACHE" get k
    says v
    other 0 -c "$owner:$DUMMYCACHE" set k w
    gives 0 get k
    says w
    gives 0 -c "$owner:$DUMMYCACHE" get k  # its owner may say so too
    says w
    other 0 -c "$owner:$DUMMYCACHE" info
    mentions "$owner:$DUMMYCACHE"
}

a_cache_of_another_user_is_named_and_never_used_by_its_name_alone() {
    two_users
    gives 0 create "$DUMMYCACHE" --mode 0666
    gives 0 set k v
    local note="you have no cache '$DUMMYCACHE', but user $owner opened one to you: -c $owner:$DUMMYCACHE"
    other 1 get k
    is_note "$note"
    other 1 -q get k
    is_silent
    other 3 info
    complains "you have no cache called $DUMMYCACHE .*another user's is open to you: $owner:$DUMMYCACHE"
    other 0 set k mine
    is_note "$note"
    other 0 get k
    says mine
    [[ ! -s .err ]] || fail 'there is a note beside a cache of ones own'
    gives 0 get k
    says v
    clear_others "$DUMMYCACHE"
}

a_private_cache_of_another_user_is_as_if_it_were_not_there() {
    two_users
    gives 0 set k v
    other 1 get k
    is_silent
    other 3 -c "$owner:$DUMMYCACHE" get k
    complains "$DUMMYCACHE"
    other 0 caches --all
    ! grep -q "$DUMMYCACHE" .out || fail 'a private cache is listed'
    # The permissions of the object alone are not enough: its creator did not mean it.
    chmod 666 "/dev/shm/dummycache.$owner.$DUMMYCACHE"
    other 3 -c "$owner:$DUMMYCACHE" get k
    complains "belongs to user $owner"
    other 1 get k
    is_silent
}

caches_lists_those_of_others_on_request() {
    two_users
    gives 0 create "$DUMMYCACHE" --mode 0666
    gives 0 set k v
    other 0 set own v
    other 0 caches
    ! grep -q "$owner:" .out || fail 'it lists the caches of others'
    other 0 caches --all
    mentions "^$owner:$DUMMYCACHE +256MiB +[^ ]+ +1 +0$"
    mentions "^$DUMMYCACHE +256MiB +[^ ]+ +1 +0$"
    sort -c -k 1,1 .out || fail 'they are not sorted'
    clear_others "$DUMMYCACHE"
}

only_the_owner_creates_and_removes() {
    two_users
    gives 0 create "$DUMMYCACHE" --mode 0666
    other 3 rm "$owner:$DUMMYCACHE"
    complains "cannot remove $owner:$DUMMYCACHE: only user $owner can"
    other 3 create "$owner:$DUMMYCACHE-b"
    complains "cannot create $owner:$DUMMYCACHE-b: only user $owner can"
    other 3 -c "$owner:$DUMMYCACHE-b" set k v
    complains "only user $owner can"
    other 1 -c "$owner:$DUMMYCACHE-b" get k
    other 3 -c "$owner:$DUMMYCACHE-b" info
    complains "user $owner has no cache called"
    gives 1 get k
}

a_name_that_lies_about_its_owner_is_refused() {
    two_users
    local victim=/dev/shm/dummycache.4711.$DUMMYCACHE
    gives 0 create "$DUMMYCACHE" --mode 0666
    gives 0 set k planted
    cp --sparse=always "/dev/shm/dummycache.$owner.$DUMMYCACHE" "$victim"
    chmod 666 "$victim"
    other 3 -c "4711:$DUMMYCACHE" get k
    complains "it belongs to user $owner"
    other 0 caches --all
    ! grep -q "4711:$DUMMYCACHE" .out || fail 'it is listed'
    rm "$victim"
}

numbers_that_are_no_users_are_refused() {
    local name
    for name in 99999999999:x 1: 1:2:x 4294967296:x; do
        gives 2 -c "$name" get k
        complains 'is no name for a cache'
    done
    gives 0 -c "a1:$DUMMYCACHE" set k v  # no number: a name as any other
    gives 0 rm "a1:$DUMMYCACHE"
}
