# SPDX-License-Identifier: MIT
# Why a key is there or not.

tells_of_a_key_that_is_there() {
    gives 0 set forever 1
    gives 0 set soon 1 --ttl 1h
    gives 0 why forever
    mentions '^forever is there and lives for ever \(set [0-9.]+m?s ago by dummycache\[set\] [0-9]+\)$'
    gives 0 why soon
    mentions '^soon is there and expires in (59m59s|1h00m) \(set [0-9.]+m?s ago by dummycache\[set\] [0-9]+, to live 1h00m\)$'
}

tells_that_it_expired() {
    gives 0 set k 1 --ttl 60s
    gives 0 clock advance 63.2s
    gives 1 why k
    mentions '^k expired 3\.[2-9]s ago of the cache.s time \(set [0-9.]+m?s ago by dummycache\[set\] [0-9]+'
}

tells_who_deleted_it() {
    gives 0 set k 1
    DUMMYCACHE_CLIENT=w1 gives 0 del k
    gives 1 why k
    mentions '^k deleted [0-9.]+m?s ago by dummycache\[w1\] [0-9]+ \(set [0-9.]+m?s ago by dummycache\[set\] [0-9]+\)$'
    gives 0 set k 1
    gives 0 take k
    gives 1 why k
    mentions '^k deleted [0-9.]+m?s ago by dummycache\[take\] '
}

tells_of_a_timeout_of_zero() {
    gives 1 set k 1 --ttl 0
    gives 1 why k
    mentions '^k set with a timeout of 0 or less [0-9.]+m?s ago by dummycache\[set\] [0-9]+$'
}

tells_of_a_clear() {
    gives 0 set k 1
    hold "$DUMMYCACHE"
    gives 0 clear
    gives 1 why k
    mentions '^k cleared [0-9.]+m?s ago by dummycache\[clear\] [0-9]+ \(set '
    gives 1 why other
    let_go
    mentions '^other not written since the cache was cleared [0-9.]+m?s ago by dummycache\[clear\] [0-9]+$'
}

tells_of_a_load_that_replaced_it() {
    gives 0 set k 1
    hold "$DUMMYCACHE"
    echo '{"key":"b","value":"2"}' >users.jsonl
    gives 0 load users.jsonl
    gives 1 why k
    mentions '^k taken away [0-9.]+m?s ago by the load of users\.jsonl by pid [0-9]+ \(set '
    gives 0 why b
    let_go
    mentions '\(loaded [0-9.]+m?s ago from users\.jsonl by pid [0-9]+\)$'
}

tells_of_a_rollback() {
    gives 0 set old 1
    gives 0 checkpoint before
    gives 0 set k 1
    gives 0 del old
    gives 0 rollback before
    gives 1 why k
    mentions '^k rolled back [0-9.]+m?s ago by dummycache\[rollback\] [0-9]+ \(set '
    gives 0 why old
    mentions 'by dummycache\[set\]'
}

tells_of_an_eviction() {
    gives 0 create "$DUMMYCACHE" --capacity 1M
    for i in 1 2 3 4; do gives 0 set "k$i" --codec bytes < <(head -c 200000 /dev/zero); done
    gives 1 why k1
    mentions '^k1 evicted [0-9.]+m?s ago by dummycache\[set\] [0-9]+: the cache is full \(1MiB\) \(set '
}

tells_what_was_not_written() {
    gives 0 set k 1
    gives 1 why other
    mentions '^other never written since the cache was made [0-9.]+m?s ago$'
}

knows_how_far_it_remembers() {
    gives 0 create "$DUMMYCACHE" --capacity 1M
    for i in $(seq 1100); do printf '{"key":"k%s","value":"v"}\n' "$i"; done >many.jsonl
    gives 0 checkpoint empty
    gives 0 load many.jsonl --only-missing
    gives 0 rollback empty
    gives 1 why other
    mentions '^other not known: removals are remembered back to [0-9.]+m?s ago$'
}

shows_keys_that_are_like_it() {
    gives 0 set User:7 1
    gives 0 set :1:user:7 1
    gives 0 set user:07 1
    gives 0 set 'user:7 ' 1
    gives 0 set user-7 1
    gives 0 set user:8 1
    gives 1 why user:7
    mentions "^  near: :1:user:7 has the prefix ':1:' besides$"
    mentions '^  near: User:7 differs by case$'
    mentions '^  near: user:07 differs by zeros before a number$'
    mentions '^  near: user:7  differs by blanks$'
    mentions '^  near: user-7 differs by separators$'
    equal "$(wc -l <.out)" 6
}

shows_other_caches_that_have_it() {
    gives 0 set other 1
    gives 0 -c "$DUMMYCACHE-gw1" set k 1
    gives 1 why k
    mentions "^  cache $DUMMYCACHE-gw1 has it, set [0-9.]+m?s ago by dummycache\[set\] [0-9]+$"
    gives 0 rm "$DUMMYCACHE-gw1"
}

is_complete_in_json() {
    gives 0 set K 1
    gives 1 why k --json
    mentions '^\{"key":"k","fate":"not_written","ago":null,"by":null,"age":null,"writer":null,"lifetime":null,"known_back":[0-9.]+,"near":\[\{"key":"K","difference":"differs by case"\}\],"other_caches":\[.*\]\}$'
    gives 0 why K --json
    mentions '"fate":"present",.*"writer":\{"program":"dummycache","name":"set","pid":[0-9]+\},.*"ttl":null'
}

escapes_what_a_client_calls_itself() {
    DUMMYCACHE_CLIENT=$'\e[31m'$(printf 'x%.0s' {1..200}) gives 0 set k 1
    gives 0 show k
    mentions '^set +[0-9.]+m?s ago by dummycache\[\\x1b\[31mx{19}\] [0-9]+$'
}

needs_a_cache_and_a_key() {
    gives 3 why k
    gives 2 why
    gives 2 why a b
}

show_and_ls_tell_who_wrote_an_entry() {
    DUMMYCACHE_CLIENT=ci gives 0 set a 1
    echo '{"key":"b","value":"2"}' >users.jsonl
    gives 0 load users.jsonl --merge
    gives 0 show a
    mentions '^set +[0-9.]+m?s ago by dummycache\[ci\] [0-9]+$'
    gives 0 show b
    mentions '^loaded +[0-9.]+m?s ago from users\.jsonl by pid [0-9]+$'
    gives 0 ls --json
    mentions '"writer":\{"loaded_from":"users.jsonl","pid":[0-9]+\}\}$'
    cp .out all.jsonl
    gives 0 assert all.jsonl
}

diff_and_assert_tell_who_and_why() {
    printf '%s\n' '{"key":"here","value":"1"}' '{"key":"gone","value":"1"}' >wanted.jsonl
    gives 0 load wanted.jsonl
    gives 0 set here 2
    gives 0 del gone
    gives 0 set more 1
    for command in diff assert; do
        gives 1 "$command" wanted.jsonl
        mentions '^    set [0-9.]+m?s ago by dummycache\[set\] [0-9]+$'
        mentions '^    deleted [0-9.]+m?s ago by dummycache\[del\] [0-9]+ \(loaded [0-9.]+m?s ago from wanted\.jsonl by pid [0-9]+\)$'
        equal "$(grep -c '^    [a-z]' .out)" 3
        gives 1 "$command" wanted.jsonl --json
        mentions '^\{"key":"gone",.*"fate":"deleted",.*"by":\{"program":"dummycache","name":"del","pid":[0-9]+\},'
        mentions '^\{"key":"more",.*"fate":"present",.*"writer":\{"program":"dummycache","name":"set",'
    done
    gives 1 diff wanted.jsonl - <<<'{"key":"other","value":"1"}'
    equal "$(grep -c '^    [a-z]' .out)" 0
}

ls_adds_up_by_prefix() {
    for key in user:1 user:2 session:ann:data session:bob:data plain; do gives 0 set "$key" "$key"; done
    gives 0 ls --by 1
    equal "$(tr -s ' ' <.out | cut -d ' ' -f 2-)" $'2 32B 112B session:\n2 12B 80B user:\n1 5B 40B (none)'
    gives 0 ls --by 2 'session:*' --json
    lists '{"prefix":"session:ann:","entries":1,"size":16,"stored_size":56}' \
        '{"prefix":"session:bob:","entries":1,"size":16,"stored_size":56}'
    gives 0 ls --by 1 --limit 1
    equal "$(wc -l <.out)" 1
    gives 0 ls --limit 2
    lists plain session:ann:data
    gives 2 ls --limit 0
    gives 2 ls --by x
    gives 2 ls --by 1 -l
    gives 2 ls --by 1 --sort size
}

a_clear_without_another_process_is_told_too() {
    gives 0 set k 1
    gives 0 del k
    gives 0 set k 2
    gives 0 clear
    gives 1 why k
    mentions '^k not written since the cache was cleared [0-9.]+m?s ago by dummycache\[clear\] [0-9]+$'
}

who_removed_it_is_known_also_after_many_clients() {
    gives 0 create "$DUMMYCACHE" --capacity 1M
    for i in $(seq 270); do "$binary" set "k$((i % 50))" v; done
    gives 0 set k v
    gives 0 del k
    gives 1 why k
    mentions '^k deleted [0-9.]+m?s ago by dummycache\[del\] [0-9]+ \(set [0-9.]+m?s ago by dummycache\[set\] [0-9]+\)$'
}

a_life_is_told_only_if_it_is_known() {
    gives 0 set short 1 --ttl 300ms
    gives 0 set moved 1 --ttl 30
    gives 0 set long 1 --ttl 10h
    gives 0 why long
    mentions ', to live 10h00m\)$'
    gives 0 why short
    mentions 'dummycache\[set\] [0-9]+\)$'
    gives 0 clock advance 1h
    gives 1 why moved
    mentions "^moved expired 59m3[01]s ago of the cache's time \\(set [0-9.]+m?s ago by dummycache\\[set\\] [0-9]+\\)$"
    gives 0 clock freeze
    sleep 0.5
    gives 0 set frozen 1 --ttl 250ms
    gives 0 why -q frozen
    mentions ', to live 250ms\)$'
}

what_had_expired_before_is_not_cleared_or_rolled_back() {
    gives 0 set other 1
    gives 0 checkpoint before
    gives 0 set k 1 --ttl 50ms
    sleep 0.2
    gives 0 rollback before
    gives 1 why k
    mentions '^k expired '
    gives 0 release before
    gives 0 set k 1 --ttl 50ms
    hold "$DUMMYCACHE"
    sleep 0.2
    gives 0 clear
    gives 1 why k
    let_go
    mentions '^k expired '
}

exec_goes_by_its_name() {
    gives 0 create "$DUMMYCACHE"
    gives 0 exec --rollback -- "$binary" set k 1
    gives 1 why k
    mentions '^k rolled back [0-9.]+m?s ago by dummycache\[exec\] [0-9]+ '
}
