#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# run_console.sh PAGE: runs the console blocks of a page of Markdown, from the first to the last, in one shell and one
# empty folder, and compares what they print with what the page says.
#
# In a block, `$ ` begins a command and `> ` continues it. The lines below are what it prints on standard output
# and standard error; a line of `...` stands for any lines. A command succeeds, unless it has a comment with
# `exit code N`. Blanks in a row count as one. The binaries are in the environment: DUMMYCACHE_TOOL,
# DUMMYCACHE_MODULE and DUMMYCACHE_EXAMPLES (a folder); the last two may be missing.
#
# Lines of the form `<!-- test: WORD ... -->`, which readers do not see, say what a block needs:
#   names NAME...    (anywhere) the caches of the page; each gets another name here, and is removed at the end
#   dev_shm SIZE     (anywhere) the page runs with a /dev/shm of its own of this size
#   run COMMAND      (anywhere) runs a command whose output does not count
#   file PATH        (before a block) the block is written to a file; scripts may be run
#   cpp FILE         (before a block) the code is tests/examples/FILE: same_as_pages.sh compares
#   varies REGEX     (before a block) text that matches may differ from run to run
#   needs WHAT       (before a block) module, remote, redis-server or python3-redis; without it the block is left out
#   skip REASON      (before a block) the block is not run
# A block of C++, shell, Python or console must have one of them, or be a console block that runs.
# The exit code is 0, 1 if something is not as the page says, or 77 if the page cannot be run here.
set -uo pipefail
export LC_ALL=C
unset COLUMNS NO_COLOR REDIS_URL CACHE_URL

self=$(realpath "${BASH_SOURCE[0]}")
: "${1:?run_console.sh PAGE}" "${DUMMYCACHE_TOOL:?the path of the command line}"
page=$(realpath "$1")
tool=$(realpath "$DUMMYCACHE_TOOL")
[[ ! -e ${DUMMYCACHE_MODULE:-} ]] || DUMMYCACHE_MODULE=$(realpath "$DUMMYCACHE_MODULE")
[[ ! -e ${DUMMYCACHE_EXAMPLES:-} ]] || DUMMYCACHE_EXAMPLES=$(realpath "$DUMMYCACHE_EXAMPLES")
scratch=$(mktemp -d)
line=0
commands_run=0
blocks_left_out=0
blocks_of_files=0
block_kind=''

# The first thing that is not as the page says ends the run: most of what follows would not be either.
fail() {
    printf '%s:%s: %s\n' "${page##*/}" "$line" "$1"
    [[ ! -e $scratch/redis.log ]] || { echo 'the last lines of the server:'; tail -n 5 "$scratch/redis.log"; }
    exit 1
}

directives() { sed -nE "s/^<!-- test: $1 (.*) -->\$/\1/p" "$page"; }

clean_up() {
    local name
    # shellcheck disable=SC2046
    kill $(jobs -p) 2>/dev/null
    wait
    for name in $("$tool" caches 2>/dev/null | cut -d ' ' -f 1 | grep -e "-$$\b"); do "$tool" rm "$name"; done
    rm -rf "$scratch"
}

# Starts again in a namespace with a /dev/shm of its own.
enter_own_dev_shm() {
    local -a namespace=(unshare --user --map-root-user --mount)
    rm -rf "$scratch"
    if ! "${namespace[@]}" mount -t tmpfs tmpfs /dev/shm 2>/dev/null; then
        echo "skipped: this user cannot mount a file system"
        exit 77
    fi
    # shellcheck disable=SC2016
    DUMMYCACHE_OWN_SHM=yes exec "${namespace[@]}" bash -c 'mount -t tmpfs -o "size=$1" tmpfs /dev/shm && exec "${@:2}"' \
        - "$1" "$self" "$page"
}

# What a page calls by its usual name: the tool, and servers that listen on a socket in the folder only.
make_commands() {
    mkdir "$scratch/bin" "$scratch/work"
    ln -s "$tool" "$scratch/bin/dummycache"
    local bound=''
    ! command -v setpriv >/dev/null || bound='setpriv --pdeathsig KILL'
    cat >"$scratch/bin/redis-server" <<END
#!/bin/sh
exec $bound $(command -v redis-server) "\$@" --port 0 --unixsocket $scratch/redis.sock --dir $scratch --save '' >$scratch/redis.log 2>&1
END
    cat >"$scratch/bin/redis-cli" <<END
#!/bin/sh
for try in \$(seq 3000); do
    [ "\$($(command -v redis-cli) -s $scratch/redis.sock ping 2>/dev/null)" != PONG ] || break
    sleep 0.02
done
exec $(command -v redis-cli) -s $scratch/redis.sock "\$@"
END
    chmod +x "$scratch/bin"/redis-*
    [[ ! -x /usr/bin/python3 ]] || ln -s /usr/bin/python3 "$scratch/bin/python3"  # the one that has python3-redis
    export PATH=$scratch/bin:$PATH
}

# The page, with the names and addresses that things have here.
localised_page() {
    local -a words=()
    local name
    for name in "${names[@]}"; do words+=(-e "s/\\b$name\\b/$name-$$/g"); done
    words+=(-e "s,/usr/local/lib/redis/modules/dummycache.so,${DUMMYCACHE_MODULE:-no-module},g")
    words+=(-e "s,redis://(localhost(:6379)?|cache\\.example\\.com),unix://$scratch/redis.sock,g")
    words+=(-e "s,/srv/fixtures,$scratch/work/fixtures,g")
    sed -E "${words[@]}" "$page"
}

has() {
    case $1 in
        module) [[ -e ${DUMMYCACHE_MODULE:-} ]] && has redis-server ;;
        remote) "$tool" help import >/dev/null 2>&1 && has redis-server ;;
        redis-server) command -v redis-cli >/dev/null && [[ -n $(PATH=${PATH#*:} command -v redis-server) ]] ;;
        python3-redis) /usr/bin/python3 -c 'import redis' 2>/dev/null ;;
        *) fail "nobody knows what it is to need '$1'" ;;
    esac
}

# take_directive WORD REST
take_directive() {
    case $1 in
        names | dev_shm) ;;
        run) [[ -n $missing ]] || run_command "$2" '' ;;
        file | cpp | skip) block_use=$1 block_file=$2 ;;
        varies) varying+=(-e "s/$2/~/g") ;;
        needs) has "$2" || missing=$2 ;;
        *) fail "unknown directive '$1'" ;;
    esac
}

forget_directives() { block_use='' block_file='' missing='' varying=(-e ''); }

# compare WANTED GOT
compare() {
    local wanted got pattern
    wanted=$(sed -E -e 's/[ \t]+/ /g' -e 's/ $//' "${varying[@]}" <<<"$1")
    got=$(sed -E -e 's/[ \t]+/ /g' -e 's/ $//' "${varying[@]}" <<<"$2")
    pattern=$(sed -E -e '/^\.\.\.$/{s/.*/*/;b;}' -e 's/[^a-zA-Z0-9]/\\&/g' <<<"$wanted")
    # shellcheck disable=SC2053
    [[ $got == $pattern ]] || fail "the page (-) and what was printed (+) differ:
$(diff -u <(printf '%s\n' "$wanted") <(printf '%s\n' "$got") | tail -n +4)"
}

# run_command COMMAND WHAT_IT_PRINTS: in this very shell, since a later command may need its variables.
run_command() {
    local code=0 wanted_code=0
    [[ ! $1 =~ \#.*exit\ code\ ([0-9]+) ]] || wanted_code=${BASH_REMATCH[1]}
    eval "$1" >"$scratch/output" 2>&1 </dev/null || code=$?
    commands_run=$((commands_run + 1))
    [[ $code -eq $wanted_code ]] || fail "exit code $code instead of $wanted_code: $1
$(head -c 2000 "$scratch/output")"
}

# run_block LINE...: a console block.
run_block() {
    local text command='' wanted='' last=$line at=$((line - $#)) begin=0
    for text in "$@" '$ '; do
        case $text in
            '$ '*)
                line=$begin
                [[ -z $command ]] || { run_command "$command"; compare "${wanted%$'\n'}" "$(<"$scratch/output")"; }
                command=${text#'$ '} wanted='' begin=$at ;;
            '> '*) command+=$'\n'${text#'> '} ;;
            *)
                [[ -n $command ]] || { line=$at; fail "output without a command: $text"; }
                wanted+=$text$'\n' ;;
        esac
        at=$((at + 1))
    done
    line=$last
}

end_block() {
    if [[ -n $missing ]]; then
        echo "${page##*/}:$line: left out, there is no $missing"
        blocks_left_out=$((blocks_left_out + 1))
    elif [[ $block_use == cpp ]]; then
        blocks_of_files=$((blocks_of_files + 1))
    elif [[ $block_use == file ]]; then
        mkdir -p "$(dirname "$block_file")"
        printf '%s\n' "${block[@]}" >"$block_file"
        [[ ${block[0]} != '#!'* ]] || chmod +x "$block_file"
    elif [[ -z $block_use && $block_kind == console ]]; then
        run_block "${block[@]}"
    elif [[ -z $block_use && $block_kind =~ ^(cpp|sh|python)$ ]]; then
        fail "no test runs this block: say above it what it is (file, cpp, skip)"
    fi
    block_kind=''
    forget_directives
}

read_page() {
    local text inside=no
    local -a block=()
    while IFS= read -r text <&3; do
        line=$((line + 1))
        if [[ $inside == yes ]]; then
            if [[ $text == '```' ]]; then inside=no; end_block; else block+=("$text"); fi
        elif [[ $text == '```'* ]]; then
            inside=yes block_kind=${text#'```'} block=()
        elif [[ $text =~ ^'<!-- test: '([^ ]+)\ ?(.*)' -->'$ ]]; then
            take_directive "${BASH_REMATCH[1]}" "${BASH_REMATCH[2]}"
        elif [[ $text == *'<!-- test'* ]]; then
            fail "a directive stands on a line of its own"
        fi
    done
    [[ $inside == no ]] || fail "a block without an end"
}

read -ra names <<<"default $(directives names | tr '\n' ' ')"
shm_size=$(directives dev_shm)
[[ -z $shm_size || -n ${DUMMYCACHE_OWN_SHM:-} ]] || enter_own_dev_shm "$shm_size"
trap clean_up EXIT
trap 'exit 1' INT TERM
make_commands
localised_page >"$scratch/page"
export DUMMYCACHE=default-$$
cd "$scratch/work" || exit 1
forget_directives
read_page 3<"$scratch/page"
echo "${page##*/}: $commands_run commands run, $blocks_left_out blocks left out"
[[ $((commands_run + blocks_left_out + blocks_of_files)) -gt 0 ]] || fail 'there is nothing to run'
