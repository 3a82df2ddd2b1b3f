# SPDX-License-Identifier: MIT
# What a case may say. The first expectation that is not met ends the case.

dc() { "$binary" "$@"; }

fail() {
    printf '%s\n' "$1" "line ${BASH_LINENO[1]} of ${BASH_SOURCE[2]##*/}" >&3
    if [[ -e .out ]]; then
        { echo 'stdout:'; head -c 2000 .out | cat -v; echo 'stderr:'; head -c 2000 .err | cat -v; } >&3
    fi
    exit 1
}

skip() {
    printf '%s' "$1" >&3
    exit 77
}

needs() { command -v "$1" >/dev/null || skip "there is no $1(1)"; }

# Containers and bare roots may have no /dev/ptmx or no /dev/pts.
needs_terminal() {
    needs script
    script -qec true /dev/null </dev/null >/dev/null 2>&1 || skip 'there is no pseudo-terminal'
}

# gives CODE ARGUMENTS...: runs dummycache; standard input is that of the caller.
gives() {
    local expected=$1 code=0
    shift
    dc "$@" >.out 2>.err || code=$?
    [[ $code -eq $expected ]] || fail "dummycache $* gave exit code $code instead of $expected"
    [[ $expected -ne 0 ]] || [[ ! -s .err ]] || fail "dummycache $* succeeded and yet complained"
}

# says TEXT: standard output was exactly these bytes.
says() { cmp -s <(printf '%s' "$1") .out || fail "standard output is not: $1"; }

# lists LINE...: standard output was exactly these lines.
lists() { cmp -s <(printf '%s\n' "$@") .out || fail "standard output is not: $*"; }

# mentions PATTERN: a line of standard output matches the extended regular expression.
mentions() { grep -Eq -- "$1" .out || fail "no line of standard output matches $1"; }

# complains PATTERN: standard error was one line "dummycache: ..." that matches, standard output empty.
complains() {
    [[ ! -s .out ]] || fail "there is something on standard output"
    [[ $(wc -l <.err) -eq 1 ]] || fail "standard error is not one line"
    grep -Eq -- "^dummycache: .*$1" .err || fail "standard error does not match $1"
}

is_silent() { [[ ! -s .out && ! -s .err ]] || fail "there is output"; }

# until_there_is FILE: waits.
until_there_is() { while [[ ! -e $1 ]]; do sleep 0.02; done; }

# under KIB CODE ARGUMENTS...: as gives, while no file may be larger than so many KiB (ulimit -f). A command that does
# nothing about it is ended by SIGXFSZ.
under() {
    local kib=$1 expected=$2 code=0
    shift 2
    (ulimit -f "$kib"; exec "$binary" "$@") >.out 2>.err || code=$?
    [[ $code -eq $expected ]] || fail "under ulimit -f $kib: dummycache $* gave exit code $code instead of $expected"
}

# kill_all PID: kills a command with the processes that it made, before one of these can clear up after it.
kill_all() {
    local children
    children=$(</proc/"$1"/task/"$1"/children)
    # shellcheck disable=SC2086
    kill -STOP "$1" $children
    # shellcheck disable=SC2086
    kill -KILL $children "$1"
    wait "$1" 2>/dev/null || true
    # A killed process holds its locks until it is a zombie, or gone.
    for children in $children; do
        while grep -qs '^State:[[:space:]]*[^ZX[:space:]]' "/proc/$children/status"; do sleep 0.01; done
    done
}

# No variable of a test runner is set.
no_worker() {
    unset DUMMYCACHE_WORKER PYTEST_XDIST_WORKER TEST_ENV_NUMBER TEST_WORKER_INDEX JEST_WORKER_ID VITEST_POOL_ID \
        MOCHA_WORKER_ID TEST_SHARD_INDEX GTEST_SHARD_INDEX
}

# begin OPTIONS... -- SCRIPT: exec with a script that makes the file `ready` and waits. Its number is in $begun.
begin() {
    local words=()
    while [[ $1 != -- ]]; do words+=("$1") && shift; done
    rm -f ready
    "$binary" "${words[@]}" -- sh -c "$2; touch ready; exec sleep 60" >/dev/null 2>&1 &
    begun=$!
    until_there_is ready
}

# faked SECONDS|stopped COMMAND...: runs a command whose process sees other clocks.
faked() {
    local fake=$1
    shift
    FAKE_CLOCK=$fake LD_PRELOAD=$DUMMYCACHE_FAKE_CLOCK "$@" >.out 2>.err
}

needs_fake_clock() { [[ -n ${DUMMYCACHE_FAKE_CLOCK:-} ]] || skip 'no library with a fake clock was built'; }

# lives_at_most SECONDS KEY: for all others the key has a deadline that near.
lives_at_most() {
    local left
    left=$("$binary" ttl "$2") || fail "there is no $2"
    ((${left%.*} <= $1)) || fail "$2 lives for $left s"
}

# equal ACTUAL EXPECTED
equal() { [[ $1 == "$2" ]] || fail "'$1' is not '$2'"; }

# All 256 bytes.
all_bytes() {
    local i
    for ((i = 0; i < 256; i++)); do printf '%b' "\\x$(printf %02x "$i")"; done
}

# A sanitizer needs terabytes of addresses, and has handlers for signals.
needs_no_sanitizer() { [[ ${DUMMYCACHE_SANITIZED:-OFF} == OFF ]] || skip 'not with a sanitizer'; }

# stops CODE PATTERN ARGUMENTS...: within a few seconds and with little memory, whatever standard input gives.
stops() {
    local expected=$1 pattern=$2 code=0
    needs_no_sanitizer
    shift 2
    (
        ulimit -v $((3 << 20))
        ulimit -f $((2 << 20))
        exec timeout -s KILL 120 "$binary" "$@"
    ) >.out 2>.err || code=$?
    [[ $code -eq $expected ]] || fail "dummycache $* gave exit code $code instead of $expected"
    complains "$pattern"
}

endless_object_line() {
    printf '{"key":"a","value":"'
    tr '\0' x </dev/zero
}

endless_blanks_behind_an_entry() {
    printf '{"key":"a","value":"1"}'
    tr '\0' ' ' </dev/zero
}

endless_entries() { awk 'BEGIN { for (i = 0;; i++) printf "{\"key\":\"%d\",\"value\":\"%0900d\"}\n", i, i }'; }

# refused_everywhere CODE PATH PATTERN: by every command that takes a cache.
refused_everywhere() {
    local code=$1 path=$2 words
    for words in 'get k' 'set k v' 'info' 'doctor' 'ls' 'stats' 'clear' 'incr k' 'exists k' 'wait k --gone' 'dump' 'load ../state'; do
        gives "$code" -c "$path" $words
        complains "$3"
        ! grep -q 'remove' .err || fail "dummycache advises to remove $path"
        ! grep -q ' rm ' .err || fail "dummycache advises to remove $path"
    done
    for words in create rm "fork $DUMMYCACHE"; do
        gives "$code" $words "$path"
        complains "$3"
        ! grep -q ' rm ' .err || fail "dummycache advises to remove $path"
    done
    gives "$code" fork "$path" "$DUMMYCACHE-copy"
}

# shows FILE BYTES SHOWN: the file has the text as it is to be shown, and nowhere the bytes themselves.
shows() {
    grep -qF -- "$3" "$1" || fail "$3 is not in $1"
    [[ $2 == '\n' || $2 == '\x1b' ]] || ! grep -qF -- "$(printf "$2")" "$1" || fail "$1 has the bytes of $3"
}

# field NAME: the number of this name in the JSON on standard output of the last command.
field() { grep -o "\"$1\":[0-9.]*" .out | head -n 1 | cut -d : -f 2; }

# on_terminal COMMAND: what a shell command prints on a terminal, without carriage returns.
on_terminal() {
    TERM=xterm script -qec "$1" /dev/null </dev/null | tr -d '\r'
}

# make_old NAME: makes a cache look as if nobody had used it for two hours.
make_old() { touch -d '2 hours ago' "/dev/shm/dummycache.$(id -u).$1"; }

# hold NAME: starts a process that stays attached to the cache, until let_go kills it.
hold() {
    "$binary" -c "$1" wait never:set &
    holder=$!
    until dc info "$1" --json | grep -q "\"pid\":$holder,"; do sleep 0.02; done
}
let_go() {
    kill -9 "$holder"
    wait "$holder" 2>/dev/null
}

# forget_history: takes out of what diff and assert print who wrote what; cases_why.sh has it.
forget_history() { sed -i -e '/^    [a-z]/d' -e 's/,"fate":.*$/}/' .out; }

# take_all_places: starts processes that take the 128 places of a cache of 1 MiB, until leave_places ends them.
take_all_places() {
    local i
    takers=()
    for ((i = 0; i < 128; i++)); do "$binary" wait never --timeout 200 & takers+=($!); done
    # A look may itself take the last place: then one more process is needed.
    while gives 0 info; [[ $(grep -c '^process' .out) -lt 128 ]] || grep -q 'this command' .out; do
        "$binary" wait never --timeout 200 & takers+=($!)
        sleep 0.2
    done
}
leave_places() {
    kill "${takers[@]}"
    wait "${takers[@]}" 2>/dev/null
}

# What `dummycache bench` measures, in its order.
bench_workloads='get_hot get_uniform get_zipf get_miss get_many_uniform set_new attach bytes_per_entry set set_hot ttl_get incr'

# watch_with OPTIONS...: begins a monitor, whose lines go to the file `seen`, and waits until it watches.
watch_with() {
    rm -f seen said
    "$binary" monitor "$@" >seen 2>said &
    watcher=$!
    until grep -qs watching said; do sleep 0.02; done
}
# until_seen REGEX: ends it once `seen` has a line that matches.
until_seen() {
    local i
    for ((i = 0; i < 500; i++)); do
        grep -Eq -- "$1" seen && break
        sleep 0.02
    done
    kill "$watcher"
    wait "$watcher" 2>/dev/null
    grep -Eq -- "$1" seen || fail "the monitor has no line that matches $1: $(cat seen said)"
}

# gives_now CODE ARGUMENTS...: whether dummycache gives this exit code.
gives_now() {
    local expected=$1
    shift
    dc "$@" >.out 2>.err
    [[ $? -eq $expected ]]
}
