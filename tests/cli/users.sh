# SPDX-License-Identifier: MIT
# A second user, for the cases about caches of others.

# two_users: $other is a copy of the binary that user 65534 may run; the case is skipped if there is only one user.
two_users() {
    [[ $(id -u) -eq 0 ]] || skip "only root can be two users"
    needs setpriv
    cp "$binary" other
    chmod 755 . other
    owner=$(id -u)
}

# other CODE ARGUMENTS...: as `gives`, by the other user. Notes are allowed.
other() {
    local expected=$1 code=0
    shift
    setpriv --reuid 65534 --regid 65534 --clear-groups ./other "$@" >.out 2>.err || code=$?
    [[ $code -eq $expected ]] || fail "dummycache $* gave exit code $code instead of $expected"
}

# The caches of the other user in this case.
clear_others() {
    local name
    for name in "$@"; do
        setpriv --reuid 65534 --regid 65534 --clear-groups ./other rm "$name" 2>/dev/null || true
    done
}

is_note() { [[ $(<.err) == "dummycache: $1" ]] || fail "the note is not: $1"; }
