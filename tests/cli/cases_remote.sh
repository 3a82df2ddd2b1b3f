# SPDX-License-Identifier: MIT
# Servers: -c redis://..., import and export.

the_data_commands_work_on_a_server() {
    start_server server
    export DUMMYCACHE=$server
    gives 0 set k v --ttl 1h
    is_silent
    gives 0 get k
    says v
    equal "$(cli get k)" v
    gives 0 get k --json
    mentions '^\{"key":"k","value":"v","ttl":3[56][0-9.]+\}$'
    gives 0 ttl k
    mentions '^3[56]'
    gives 0 touch k 90
    gives 0 ttl k
    mentions '^(89|90)'
    gives 0 persist k
    gives 0 ttl k
    lists forever
    gives 0 exists k
    gives 1 add k w
    gives 0 add other w
    gives 0 replace other x
    gives 1 replace nobody x
    gives 0 append other y --json
    lists '{"key":"other","size":2}'
    gives 0 take other
    says xy
    gives 1 take other
    gives 0 incr n 41
    lists 41
    gives 0 decr n --json
    lists '{"key":"n","value":"40"}'
    gives 0 ls
    lists k n
    gives 0 ls 'k*' --json
    lists '{"key":"k","value":"v","ttl":null}'
    cp .out k.jsonl
    gives 0 -c ./local.cache load k.jsonl
    gives 0 -c ./local.cache get k
    says v
    gives 0 rm ./local.cache
    gives 0 del k nobody --json
    lists '{"deleted":1}'
    gives 1 del k
    for key in get ttl exists; do gives 1 $key k; done
    gives 0 set a:1 v
    gives 0 clear --match 'a:*' --json
    lists '{"deleted":1}'
    gives 0 clear
    equal "$(cli dbsize)" 0
}

any_bytes_come_back_from_a_server() {
    start_server server
    all_bytes >bytes
    gives 0 -c "$server" set "$(printf 'k\xff\n')" <bytes
    gives 0 -c "$server" get "$(printf 'k\xff\n')"
    cmp -s bytes .out || fail "the value has changed"
    gives 0 -c "$server" ls
    says 'k\xff'$'\n'
}

a_server_has_the_exit_codes_of_a_cache() {
    start_server server
    export DUMMYCACHE=$server
    gives 1 set k v --ttl 0
    gives 0 set k text
    gives 4 incr k
    complains "incr 'k': unix://.*: the value is no decimal int64"
    cli rpush list item >/dev/null
    gives 4 get list
    complains "get 'list': .*no string"
    gives 2 set '' v
    gives 2 set k v --codec json
    complains 'a server knows none'
    gives 2 ls -l
    complains 'ls: --long works on local caches only'
    kill -9 "$server_pid"
    wait "$server_pid" 2>/dev/null
    gives 3 get k
    complains 'connect: unix://.*refused'
    gives 3 -c redis://127.0.0.1:1 set k v
    complains 'connect: redis://127.0.0.1:1: Connection refused'
    gives 2 -c redis://127.0.0.1:x get k
    complains "'x' is not a port"
    gives 2 -c rediss://127.0.0.1 get k
    complains 'TLS'
}

what_only_caches_can_do_is_refused_on_a_server() {
    local command
    has_servers
    for command in 'clock freeze' 'checkpoint a' 'rollback a' checkpoints stats info check doctor dump 'load f' 'wait k' 'show k' sum \
        'exec true' 'import redis://localhost' 'export redis://localhost' 'assert f'; do
        # shellcheck disable=SC2086
        gives 2 -c redis://ann:secret@127.0.0.1:1 $command
        complains "${command%% *}: works on local caches only: redis://127.0.0.1:1$"
    done
    for command in 'rm redis://ann:secret@h' 'create redis://ann:secret@h' 'fork a redis://ann:secret@h'; do
        # shellcheck disable=SC2086
        gives 2 $command
        complains "${command%% *}: works on local caches only: redis://h$"
    done
    gives 2 -c redis://ann:secret@127.0.0.1:1 clock
    grep -q secret .err && fail "the password is shown"
    DUMMYCACHE=redis://127.0.0.1:1 gives 0 caches
}

import_makes_a_fixture_of_a_server() {
    start_server server
    cli set user:ann '{"name":"Ann"}' >/dev/null
    cli set user:bob "$(printf 'Gr\xc3\xbc\xc3\x9fe')" >/dev/null
    cli set session:ann f3a9 px 1800000 >/dev/null
    gives 0 import "$server" --match 'user:*'
    gives 0 ls
    lists user:ann user:bob
    gives 0 import "$server" --json
    lists '{"stored":3,"skipped":{}}'
    gives 0 ttl session:ann
    mentions '^1(800|799)'
    gives 0 clock freeze
    gives 0 dump -o fixture.jsonl --ttl drop
    equal "$(<fixture.jsonl)" '{"dummycache":1}
{"key":"session:ann","value":"f3a9"}
{"key":"user:ann","value":"{\"name\":\"Ann\"}"}
{"key":"user:bob","value":"Grüße"}'
}

import_counts_what_is_no_string_or_refuses_it() {
    start_server server
    cli set a v >/dev/null
    for i in 1 2 3; do cli hset "h$i" f v >/dev/null; done
    cli rpush list item >/dev/null
    dc import "$server" >.out 2>.err || fail "it is no error"
    complains 'import: skipped: 3 hash, 1 list \(first: (h[123]|list)\)$'
    gives 0 import "$server" -q
    is_silent
    gives 0 import "$server" -q --json
    lists '{"stored":1,"skipped":{"hash":3,"list":1}}'
    gives 0 rm "$DUMMYCACHE"
    gives 4 import "$server" --strict
    complains 'what is no string: 3 hash, 1 list .*nothing was imported'
    gives 3 info
    gives 0 import "$server" --strict --match a
    gives 0 get a
    says v
}

import_needs_a_server_and_makes_no_cache_without() {
    has_servers
    gives 3 import redis://127.0.0.1:1
    complains 'connect: redis://127.0.0.1:1'
    gives 3 info
    gives 2 import somewhere
    complains 'not the address of a server'
}

export_and_import_keep_values_and_times() {
    local i
    start_server server
    for i in 1 2 3 4 5; do gives 0 set "k$i" "v$i"; done
    all_bytes | dc set bytes
    gives 0 set short v --ttl 400ms
    gives 0 set long v --ttl 1h
    gives 0 export "$server" --json
    lists '{"stored":8}'
    equal "$(cli dbsize)" 8
    ((3590000 < $(cli pttl long) && $(cli pttl long) <= 3600000)) || fail "the time has changed"
    (($(cli pttl short) <= 400)) || fail "the time has grown"
    equal "$(cli pttl k1)" -1
    gives 0 rm "$DUMMYCACHE"
    cli set other v >/dev/null
    sleep 0.5
    gives 0 import "$server"
    gives 0 ls
    lists bytes k1 k2 k3 k4 k5 long other
    gives 0 get bytes
    cmp -s <(all_bytes) .out || fail "the value has changed"
    gives 0 export "$server" --match 'k[12]' --json
    lists '{"stored":2}'
    gives 3 -c "$DUMMYCACHE-none" export "$server"
}

a_frozen_entry_is_exported_with_all_of_its_time() {
    start_server server
    gives 0 set k v --ttl 1h
    gives 0 clock freeze
    gives 0 clock advance 59m
    gives 0 export "$server"
    (($(cli pttl k) <= 60000)) || fail "the time has grown"
    gives 0 clock advance 1m
    cli flushall >/dev/null
    gives 0 export "$server" --json
    lists '{"stored":0}'
}

many_entries_are_imported_once_each() {
    start_server server
    cli eval 'for i = 1, 20000 do redis.call("SET", "k" .. i, i) end' 0 >/dev/null
    gives 0 import "$server" --json
    lists '{"stored":20000,"skipped":{}}'
    gives 0 get k777
    says 777
    gives 0 rm "$DUMMYCACHE"
    gives 0 create "$DUMMYCACHE" --capacity 1M
    dc import "$server" >.out 2>.err || fail "a full cache forgets, that is no error"
    complains 'import: [0-9]+ entries were evicted: the cache is full'
}

import_and_export_are_in_the_help_and_the_completion() {
    local command
    has_servers
    gives 0 help
    mentions '^  import SERVER '
    mentions '^  export SERVER '
    for command in import export; do
        gives 0 help "$command"
        mentions "^usage: dummycache $command SERVER"
        mentions "^  dummycache $command redis://"
    done
    gives 0 completion bash
    mentions '\*:import\) .*--match --strict'
    mentions '\*:export\) .*--match'
}
