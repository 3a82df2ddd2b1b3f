#!/bin/bash
# SPDX-License-Identifier: MIT
# Redis' own test suite, against a plain server and against one with the module and `takeover all`.
#
#   tests/redis/foreign.sh DIR [UNIT...]     DIR: the sources of Redis 7.0 or later, or of Valkey; UNIT: unit/type/string ...
#
# The server is the installed redis-server, or what DUMMYCACHE_SERVER names; the module is the one of build/dev, or what
# DUMMYCACHE_MODULE names. It should be of the version of the sources. Needs tclsh. Prints each test that passes in the plain server
# and not in the other one. Exit code: 0 if all of them are in foreign.differences, 1 if one is not, 2 if it cannot begin.
# What each test said is left in build/foreign. What the suite says of the stream of replication (the tag needs:repl) is not run: replicas get
# nothing of what the cache serves.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)

fail() {
    echo "foreign.sh: $1" >&2
    exit 2
}

[ $# -ge 1 ] || fail "say where the sources are: foreign.sh DIR [UNIT...]"
sources=$1
shift
[ -f "$sources/tests/test_helper.tcl" ] || fail "$sources has no tests/test_helper.tcl: name a folder with the sources of Redis"
command -v tclsh > /dev/null || fail "tclsh is not there: install tcl"
server=$(command -v "${DUMMYCACHE_SERVER:-redis-server}") || fail "${DUMMYCACHE_SERVER:-redis-server} is not there: install it, or set DUMMYCACHE_SERVER"
module=${DUMMYCACHE_MODULE:-$root/build/dev/tools/redis/dummycache.so}
[ -f "$module" ] || fail "$module is not there: build it, or set DUMMYCACHE_MODULE"
results=$root/build/foreign
work=$(mktemp -d)
pid=
cache=foreign-$$
leave() {
    [ -z "$pid" ] || kill -9 "$pid" 2> /dev/null || true
    rm -rf "$work"
    find /dev/shm -maxdepth 1 -name "*$cache*" -delete
}
trap leave EXIT
mkdir -p "$results"
cp -r "$sources/tests" "$module" "$work/"
module=$work/$(basename "$module")
mkdir "$work/src"
# The suite calls the programs of its own build folder.
for program in redis-cli redis-benchmark valkey-cli valkey-benchmark; do
    ! path=$(command -v $program) || ln -s "$path" "$work/src/"
done

# Tests that ruin those after them, when they fail, are not run.
skipped=$(sed -n 's/^! *\([^ ]*\): \(.*\)/--skiptest\n\2/p' "$here/foreign.differences")

free_port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }

# start plain|served: a server on $port, empty.
start() {
    port=$(free_port)
    local options=()
    [ "$1" = plain ] || options=(--loadmodule "$module" cache "$cache" takeover all capacity 256mb)
    find /dev/shm -maxdepth 1 -name "*$cache*" -delete
    mkdir -p "$work/data"
    "$server" --port "$port" --dir "$work/data" --save "" --enable-debug-command yes --enable-module-command yes \
        --enable-protected-configs yes --logfile "$work/log" "${options[@]}" &
    pid=$!
    for _ in $(seq 500); do
        kill -0 $pid 2> /dev/null || { cat "$work/log" >&2; fail "the server does not start"; }
        if (exec 3<> "/dev/tcp/127.0.0.1/$port") 2> /dev/null; then return; fi
        sleep 0.02
    done
    fail "the server does not answer"
}

stop() {
    kill -9 $pid 2> /dev/null || true
    wait $pid 2> /dev/null || true
    pid=
    rm -rf "$work/data"
}

# run plain|served UNIT: lines "ok NAME" and "err NAME", in the file $results/KIND.UNIT
run() {
    local said=$results/$1.${2//\//.}
    start "$1"
    readarray -t arguments <<< "$skipped"
    [ -n "$skipped" ] || arguments=()
    (cd "$work" && timeout 600 tclsh tests/test_helper.tcl --host 127.0.0.1 --port "$port" --baseport "$((22000 + RANDOM % 20000))" --single "$2" \
        --durable --tags -needs:repl --clients 1 --timeout 120 --no-latency "${arguments[@]}") > "$said.log" 2>&1 || true
    kill -0 $pid 2> /dev/null || echo "[err]: the server died in $2" >> "$said.log"
    stop
    sed 's/\x1b\[[0-9;]*m//g' "$said.log" | sed -nE \
        -e 's/^\[ok\]: (.*) \([0-9]+ ms\)$/ok \1/p' -e 's/^\[(err|exception)\]: (.*) in tests\/.*\.tcl$/err \2/p' \
        -e 's/^\[err\]: (the server died.*)/err \1/p' -e 's/^\[TIMEOUT\].*/err the unit does not end/p' > "$said"
}

# The names of the tests in the first file that are `ok` in plain and not in the second one.
differing() {
    comm -23 <(sed -n 's/^ok //p' "$1" | sort -u) <(comm -23 <(sed -n 's/^ok //p' "$2" | sort -u) <(sed -n 's/^err //p' "$2" | sort -u))
}

units=("$@")
if [ $# -eq 0 ]; then
    readarray -t units < <(sed -n '/^set ::all_tests {/,/^}/p' "$work/tests/test_helper.tcl" | sed -n 's/^ *\([a-z]*\/.*\)/\1/p')
    [ ${#units[@]} -gt 0 ] || readarray -t units < <(cd "$work/tests" && find unit -name '*.tcl' | sed 's/\.tcl$//' | grep -v moduleapi | sort)
fi
passed=0 known=0 new=0
for unit in "${units[@]}"; do
    [ -f "$work/tests/$unit.tcl" ] || fail "$unit is no unit of these sources"
    run plain "$unit"
    plain=$results/plain.${unit//\//.}
    [ -s "$plain" ] || continue
    run served "$unit"
    passed=$((passed + $(grep -c '^ok ' "$plain" || true)))
    while read -r name; do
        if grep -qxF "$unit: $name" "$here/foreign.differences"; then
            known=$((known + 1)) mark=known
        else
            new=$((new + 1)) mark=NEW
        fi
        echo "$mark  $unit: $name"
    done < <(differing "$plain" "$results/served.${unit//\//.}")
done
left_out=$(grep -c '^!' "$here/foreign.differences" || true)
echo "$passed tests pass in a plain server; $((known + new)) of them differ: $known that are known, $new that are not. $left_out were not run."
[ "$new" -eq 0 ]
