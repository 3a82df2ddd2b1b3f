# SPDX-License-Identifier: MIT
# Redis servers for cases that need one.

# has_servers: the rest of the case runs only if there are servers to be had.
has_servers() {
    needs redis-server
    needs redis-cli
    dc help import >.out 2>&1 || skip "built without hiredis"
}

# start_server NAME: a server on the socket NAME.sock, which ends with the case; $server is its address.
start_server() {
    local i
    local -a bound=()
    has_servers
    # It is not to outlive a run that is killed.
    ! command -v setpriv >/dev/null || bound=(setpriv --pdeathsig KILL)
    "${bound[@]}" redis-server --port 0 --unixsocket "$PWD/$1.sock" --dir "$PWD" --save '' --appendonly no >server.log 2>&1 &
    server_pid=$!
    # shellcheck disable=SC2064
    trap "kill -9 $server_pid 2>/dev/null" EXIT
    server=unix://$PWD/$1.sock
    for ((i = 0; i < 3000; i++)); do
        [[ $(redis-cli -s "$1.sock" ping 2>/dev/null) != PONG ]] || return 0
        sleep 0.02
    done
    fail "redis-server does not answer"
}

cli() { redis-cli -s server.sock "$@"; }
