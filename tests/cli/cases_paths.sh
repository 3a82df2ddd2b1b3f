# SPDX-License-Identifier: MIT
# Paths that lead to something unexpected: as caches and as inputs.

an_empty_file_is_a_place_for_a_cache() {
    local file
    file=$PWD/$(mktemp cache.XXXXXX)
    gives 1 -c "$file" get k
    gives 3 -c "$file" info
    gives 3 rm "$file"
    [[ -e $file && ! -s $file ]] || fail "the empty file was changed"
    gives 0 -c "$file" set k v
    gives 0 -c "$file" get k
    says v
    gives 0 rm "$file"
    : >"$file"
    gives 0 create "$file" --capacity 1M
    gives 1 create "$file"
    : >other
    gives 0 fork "$file" ./other
    gives 0 -c ./other doctor
    equal "$(ls -A | grep -c dummycache)" 0
}

a_name_that_only_looks_like_a_folder_is_refused_with_a_hint() {
    local name
    for name in . .. '~' '~/x' ./ ../; do
        gives 2 -c "$name" set k v
        complains 'no name for a cache'
        gives 2 create "$name"
        gives 2 -c "$name" get k
        gives 2 rm "$name"
        gives 2 fork "$name" x
    done
    gives 2 -c . set k v
    complains './NAME'
    gives 2 -c '~' set k v
    complains 'HOME'
}

what_is_no_cache_is_refused_alike_and_never_changed() {
    gives 0 set k v
    printf '{"dummycache":1}\n' >../state
    mkdir sub
    cd sub || fail
    printf 'root:x:0:0\n' >text
    head -c 10000 /dev/zero >zeros
    mkfifo pipe
    mkdir folder
    ln -s text link
    ln -s missing dangling
    ln -s folder to_folder
    local before
    before=$(ls -l --time-style=full-iso | grep -v '^total')
    refused_everywhere 5 ./text 'does not begin like a cache; choose another path'
    refused_everywhere 5 ./zeros 'does not begin like a cache; choose another path'
    refused_everywhere 5 ./pipe 'not a regular file; choose another path'
    refused_everywhere 3 ./folder 'is a directory; give the path of a file'
    refused_everywhere 3 ./link 'symbolic link, .*give the path that it leads to \(text\)'
    refused_everywhere 3 ./dangling 'symbolic link'
    refused_everywhere 3 ./to_folder 'symbolic link'
    equal "$(ls -l --time-style=full-iso | grep -v '^total')" "$before"
    gives 5 create /etc/passwd
    gives 5 -c /etc/passwd doctor
    gives 5 -c /dev/null get k
}

a_missing_file_a_folder_and_one_without_permission_give_the_same_code_everywhere() {
    gives 0 set k v
    mkdir folder
    local path words
    for path in folder missing missing/deep; do
        for words in "set x @$path" "add x @$path" "append x @$path" "load ./$path" "diff ./$path.jsonl" \
            "assert ./$path" "verify ./$path" "sum ./$path"; do
            [[ $words != diff* ]] || mkdir -p folder.jsonl
            gives 3 $words
        done
    done
    gives 3 dump -o folder
    gives 3 dump -o missing/deep
    gives 1 exists x
}

a_link_in_shared_memory_is_refused_in_plain_words() {
    local object=/dev/shm/dummycache.$(id -u).$DUMMYCACHE
    ln -s /etc/passwd "$object"
    local words
    for words in 'get k' 'set k v' info doctor; do
        code=0
        dc $words >.out 2>.err || code=$?
        : >.out
        complains 'symbolic link'
        equal $code 3
    done
    rm "$object"
}
