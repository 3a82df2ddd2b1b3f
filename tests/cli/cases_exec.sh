# SPDX-License-Identifier: MIT
# exec: what its command sees, and how it ends.

exec_wants_to_know_what_to_protect() {
    gives 2 exec -- true
    complains 'exec: nothing would be protected; add --rollback .*--fork .*--freeze'
    gives 2 exec "$binary" set k v
    gives 2 exec --
    gives 3 info
    gives 2 exec --fork --rollback --freeze -- true
    complains 'exclude each other'
}

exec_makes_a_cache_and_leaves_none() {
    local option
    for option in --rollback --fork '--rollback --freeze' '--fork --freeze'; do
        # shellcheck disable=SC2086
        gives 0 exec $option -- sh -c "'$binary' set k 1 && '$binary' get k"
        says 1
        gives 3 info
        # shellcheck disable=SC2086
        gives 7 exec $option -- sh -c "'$binary' set k 1; exit 7"
        # shellcheck disable=SC2086
        gives 137 exec $option -- sh -c "'$binary' set k 1; kill -KILL \$\$"
        # shellcheck disable=SC2086
        gives 0 exec $option -- "$binary" rm "$DUMMYCACHE"
        gives 3 info
    done
    gives 0 -c ./file.cache exec --rollback -- "$binary" set k 1
    [[ ! -e file.cache ]] || fail 'the file stayed'
    gives 0 exec --freeze -- "$binary" set k 1
    gives 0 get k
    says 1
    gives 0 clock --json
    mentions '"frozen":false'
}

exec_gives_its_command_what_it_would_have_without_it() {
    local option kind what
    needs python3
    needs_no_sanitizer
    gives 0 set k v
    cat >set_up.py <<'END'
import os, resource, signal, sys
kind = sys.argv[1]
signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # Python ignores it
if kind == "ignoring":
    for number in signal.valid_signals() - {signal.SIGKILL, signal.SIGSTOP, 32, 33}:
        signal.signal(number, signal.SIG_IGN)
if kind == "blocking":
    signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals() - {signal.SIGKILL, signal.SIGSTOP})
if kind == "limited":
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (100, 200))
    os.umask(0o27)
if kind == "with files":
    for number in (7, 9):
        os.dup2(os.open("/dev/null", os.O_RDONLY), number)
if kind == "without files":
    os.close(0)
    os.close(2)
os.execvp(sys.argv[2], sys.argv[2:])
END
    # Each shows a part of what a process inherits, and changes none of it.
    local -a look=('grep -E ^(Sig(Blk|Ign|Cgt)|NoNewPrivs|Seccomp|Umask|Max) /proc/self/status /proc/self/limits'
        'find /proc/self/fd /proc/self/cwd -printf %p=%l\n')
    local same='s/pipe:.*/pipe/; s,/proc/[0-9][0-9]*,/proc/PID,'
    for kind in 'nothing' 'ignoring' 'blocking' 'limited' 'with files' 'without files'; do
        for what in "${look[@]}"; do
            # shellcheck disable=SC2086
            python3 set_up.py "$kind" $what | sed "$same" >expected
            [[ -s expected ]] || fail "$what showed nothing"
            for option in --rollback --fork --freeze; do
                # shellcheck disable=SC2086
                python3 set_up.py "$kind" "$binary" exec $option -- $what | sed "$same" >.out
                cmp -s expected .out || fail "$kind, $option: $(diff expected .out)"
            done
        done
    done
}

exec_that_is_quiet_leaves_the_environment_of_its_command_alone() {
    needs printenv
    no_worker
    gives 0 set k v
    gives 1 -q exec --rollback -- printenv DUMMYCACHE_WORKER
    is_silent
    DUMMYCACHE_WORKER='' gives 0 -q exec --rollback -- printenv DUMMYCACHE_WORKER
    says $'\n'
}

exec_keeps_the_exit_code_whoever_ignores_its_children() {
    local option
    needs python3
    gives 0 set k old
    cat >ignoring.py <<'END'
import os, signal, sys
signal.signal(signal.SIGCHLD, signal.SIG_IGN)
os.execvp(sys.argv[1], sys.argv[1:])
END
    for option in --rollback --fork --freeze; do
        for code in 0 1 5 255; do
            equal "$(python3 ignoring.py "$binary" exec $option -- sh -c "'$binary' incr n >/dev/null; exit $code"; echo $?)" $code
        done
        equal "$(python3 ignoring.py "$binary" exec $option -- sh -c 'kill -TERM $$'; echo $?)" 143
        equal "$(python3 ignoring.py "$binary" exec $option -- ./none 2>/dev/null; echo $?)" 127
    done
    gives 0 get n
    says 4
}

exec_says_by_which_signal_its_command_ended() {
    local option name
    gives 0 set k v
    for option in --rollback --fork; do
        for name in HUP INT QUIT KILL USR1 SEGV PIPE ALRM TERM; do
            equal "$("$binary" exec $option -- sh -c "ulimit -c 0; kill -$name \$\$"; echo $?)" $((128 + $(kill -l $name)))
        done
    done
    equal "$("$binary" exec --rollback -- sh -c 'yes; exit 3' | head -n 1)" y
    # As without exec, SIGPIPE ends who writes on.
    "$binary" exec --rollback -- yes | true
    equal "${PIPESTATUS[0]}" 141
}

exec_passes_signals_on() {
    local name pid code
    env --default-signal=INT true 2>/dev/null || skip 'env(1) has no --default-signal'
    gives 0 set k v
    for name in HUP INT QUIT TERM USR1 USR2; do
        rm -f ready got
        # The shell ignores INT and QUIT in what it starts in the background.
        env --default-signal=INT,QUIT "$binary" exec --rollback -- bash -c "
            trap 'echo $name >got; exit 9' $name; '$binary' set k new; touch ready
            while :; do sleep 0.05; done" &
        pid=$!
        until_there_is ready
        kill -s $name "$pid"
        code=0
        wait "$pid" || code=$?
        equal "$code" 9
        equal "$(cat got)" $name
        # Who catches nothing dies of it. Bash catches some, and is a sleep in a moment.
        rm -f ready
        env --default-signal=INT,QUIT "$binary" exec --rollback -- bash -c 'ulimit -c 0; echo $$ >ready; exec sleep 60' &
        pid=$!
        until_there_is ready
        until [[ $(cat "/proc/$(<ready)/comm" 2>/dev/null) == sleep ]]; do sleep 0.02; done
        kill -s $name "$pid"
        code=0
        wait "$pid" || code=$?
        equal "$code" $((128 + $(kill -l $name)))
        gives 0 get k
        says v
    done
    gives 0 checkpoints
    is_silent
}

exec_waits_for_what_a_killed_one_has_started() {
    local pid writer
    gives 0 set k old
    # The one who writes closes all that it inherited, and has a session of its own.
    "$binary" exec --rollback -- sh -c "
        setsid sh -c 'exec >/dev/null 2>&1 </dev/null 3>&- 4>&- 5>&- 6>&- 7>&- 8>&- 9>&-
            echo \$\$ >writer.new && mv writer.new writer; while [ ! -e stop ]; do sleep 0.02; done; \"$binary\" set k late' &
        while [ ! -e writer ]; do sleep 0.02; done; touch ready; exec sleep 60" &
    pid=$!
    until_there_is ready
    kill -KILL "$pid"
    wait "$pid" 2>/dev/null || true
    writer=$(cat writer)
    gives 0 checkpoints
    mentions exec
    touch stop
    while kill -0 "$writer" 2>/dev/null; do sleep 0.02; done
    while [[ -n $("$binary" checkpoints) ]]; do sleep 0.02; done
    gives 0 get k
    says old
}

exec_ends_though_its_caretaker_is_killed() {
    local pid code=0
    gives 0 set k old
    "$binary" exec --rollback -- sh -c "'$binary' set k new; echo \$PPID >caretaker; touch ready; exec sleep 60" &
    pid=$!
    until_there_is ready
    kill -KILL "$(cat caretaker)"
    wait "$pid" || code=$?
    equal "$code" 137
    gives 0 get k
    says old
    gives 0 checkpoints
    is_silent
}

exec_hangs_up_on_nobody() {
    needs setsid
    # A group that no shell looks after, with a stopped process.
    setsid --wait bash -c 'sleep 60 & kill -STOP $!; "$0" exec --rollback -- true; echo "and goes on"; kill -KILL $!' \
        "$binary" >.out 2>.err
    says $'and goes on\n'
}

exec_ends_with_its_command_whatever_that_leaves_running() {
    gives 0 set k old
    gives 3 exec --rollback -- sh -c "sh -c 'while [ ! -e stop ]; do sleep 0.02; done; touch stopped' >/dev/null 2>&1 &
        '$binary' set k new; exit 3"
    gives 0 get k
    says old
    touch stop
    until_there_is stopped
}

exec_says_that_the_cache_had_no_room_for_its_old_state() {
    local i
    gives 0 create "$DUMMYCACHE" --capacity 1M
    head -c 100000 /dev/zero >value
    for i in 1 2 3 4 5 6; do gives 0 set "big$i" @value; done
    gives 4 exec --rollback --freeze -- sh -c "for i in 1 2 3 4 5 6; do '$binary' set big\$i @value; done; '$binary' set k new"
    complains "exec: cache '$DUMMYCACHE' could not be taken back: .*the entries stay as they are; make a larger cache, or give .*--fork\$"
    gives 0 get k
    says new
    gives 0 checkpoints
    is_silent
    gives 0 clock --json
    mentions '"frozen":false'
}
