# SPDX-License-Identifier: MIT
# Limits of the process (ulimit): an error that is told, and not the end of the command.

no_cache_is_made_beyond_the_limit_on_the_size_of_files() {
    local advice='File too large; raise the limit on the size of files \(ulimit -f\), or choose a smaller capacity'
    under 100 4 set k v
    complains "cannot give the new cache /dev/shm/dummycache\\.[0-9]+\\.$DUMMYCACHE its size: $advice"
    under 100 4 create ./cache --capacity 8M
    complains "$advice"
    gives 3 info
    [[ ! -e ./cache ]] || fail 'there is a file'
    gives 0 create "$DUMMYCACHE" --capacity 1M
    gives 0 set k v
    under 100 4 fork "$DUMMYCACHE" ./copy
    complains "$advice"
    under 100 4 exec --fork -- true
    complains "$advice"
    [[ $(echo ./*cop* /dev/shm/*"$DUMMYCACHE"*) == "./*cop* /dev/shm/dummycache.$(id -u).$DUMMYCACHE" ]] ||
        fail 'something is left'
}

a_cache_that_is_there_grows_under_the_limit_on_the_size_of_files() {
    local cache
    for cache in "$DUMMYCACHE" ./cache; do
        gives 0 create "$cache" --capacity 4M
        head -c 1000000 /dev/zero >value
        under 10 0 -c "$cache" set k @value
        under 10 0 -c "$cache" set small v
        under 10 0 -c "$cache" get small
        says v
    done
}

a_snapshot_beyond_the_limit_on_the_size_of_files_leaves_the_old_one() {
    local format
    head -c 200000 /dev/zero | tr '\0' x | gives 0 set k
    for format in jsonl binary; do
        echo old >snapshot
        under 100 4 dump -o snapshot --format "$format"
        complains "cannot write 'snapshot': File too large; raise the limit .*ulimit -f.*, or write elsewhere"
        equal "$(cat snapshot)" old
        equal "$(ls)" snapshot
    done
    gives 0 dump -o snapshot
    (ulimit -f 100; cat snapshot | TMPDIR=$PWD "$binary" load -) >.out 2>.err && fail 'it was loaded'
    complains 'cannot copy the input to a temporary file in .*File too large; raise the limit .*, or set TMPDIR'
    gives 0 get k
}

output_beyond_the_limit_on_the_size_of_files_is_an_error() {
    head -c 200000 /dev/zero | gives 0 set k
    (ulimit -f 100; "$binary" get k >value 2>.err) && fail 'all is well'
    : >.out
    complains 'cannot write to standard output: File too large; raise the limit .*ulimit -f.*, or write elsewhere'
    (ulimit -f 100; "$binary" dump -o - >value 2>.err) && fail 'all is well'
    complains 'File too large; raise the limit'
}

a_command_of_exec_is_ended_by_the_limit_on_the_size_of_files() {
    gives 0 set k v
    gives 153 exec --rollback -- sh -c 'ulimit -f 1; exec head -c 9999 /dev/zero >file'
    gives 1 exec --rollback -- sh -c "trap '' XFSZ; ulimit -f 1; head -c 9999 /dev/zero >file 2>/dev/null"
}

no_memory_for_the_process_is_told_once() {
    needs_no_sanitizer
    (ulimit -v 60000; exec "$binary" create "$DUMMYCACHE") >.out 2>.err && fail 'there is room for the mapping'
    complains 'cannot map [0-9]+ bytes of memory: .*; raise the limit on .* memory \(ulimit -v\), or choose a smaller'
    gives 0 create "$DUMMYCACHE" --capacity 1M
    { printf '{"key":"a","value":"'; head -c 100000000 /dev/zero | tr '\0' x; } |
        (ulimit -v 100000; exec "$binary" assert -) >.out 2>.err && fail 'there is memory'
    equal "$(<.err)" 'dummycache: this process has no memory left; free some and try again'
}
