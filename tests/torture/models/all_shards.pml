// SPDX-License-Identifier: MIT
// The lock of all shards and the shard locks: store/shard/shard_guard.cpp and the second lock of store/reclaim/page_supply.cpp.
//
// A process takes the lock of all shards and then every shard in ascending order. Beside it another one does the same, or
// two write in a shard each, and try the other shard when they need room. One of them may be killed before
// any step, and one waiter may give up or one rebuild fail (no memory). A lock is a word here, taken over in one step from the dead:
// owner_lock.pml takes it apart. If nobody can go on before all have ended, Spin reports it.

#define MUTANT_NO_TRY 1              // a writer waits for the second shard
#define MUTANT_NO_ORDER 2            // one takes the shards in descending order, and nobody the lock of all shards
#define MUTANT_FAILURE_KEEPS 3       // who gives up keeps what it has
#define MUTANT_REBUILD_IF_DEAD 4     // rebuilds only what it took over itself, dirty or not
#define MUTANT_UNLOCKED_FIRST 5      // unlocks a shard and then calls it clean
#define MUTANT_NO_TAKEOVER 6
#define MUTANT_LOCK_ALONE 7         // the lock of all shards without the shards' locks
#define MUTANT_CLEAN_BEFORE_REBUILD 8

#define PROCESSES 4
#define ALL 2
#define LOCKS 3

byte mutant;
byte word[LOCKS];        // process + 1, or 0
bool dirty[ALL];
bool torn[ALL];        // somebody died inside a write and nobody has rebuilt since
byte inside[ALL];      // living processes that believe the shard to be theirs
byte believes[PROCESSES];  // a bit a shard
bool dead[PROCESSES], killed[PROCESSES];
byte deaths, failures;

#define MINE(l) (word[l] == me + 1)
#define TAKEABLE(l) (word[l] == 0 || mutant != MUTANT_NO_TAKEOVER && dead[word[l] - 1])

inline acquire(l) {
    d_step {
        from_dead = (word[l] != 0);
        word[l] = me + 1
    }
}

inline believe(s) {
    d_step {
        assert(!torn[s] && inside[s] == 0);
        inside[s]++;
        believes[me] = believes[me] | (1 << (s))
    }
}

inline disbelieve(s) {
    d_step {
        inside[s]--;
        believes[me] = believes[me] & ~(1 << (s))
    }
}

// ShardGuard::enter, once the lock is held. `ok` says whether it went through.
inline enter(s) {
    ok = true;
    if
    :: dirty[s] && (mutant != MUTANT_REBUILD_IF_DEAD || from_dead) ->
        if
        :: mutant == MUTANT_CLEAN_BEFORE_REBUILD -> dirty[s] = false
        :: else
        fi;
        if
        :: failures > 0 -> failures--; ok = false; word[s] = 0
        :: d_step { torn[s] = false; dirty[s] = false }
        fi
    :: else
    fi;
    if
    :: ok -> dirty[s] = true; believe(s)
    :: else
    fi
}

inline leave(s) {
    disbelieve(s);
    if
    :: mutant == MUTANT_UNLOCKED_FIRST -> word[s] = 0; dirty[s] = false
    :: else -> dirty[s] = false; word[s] = 0
    fi
}

inline wait_for(l) {
    if
    :: atomic { TAKEABLE(l) -> acquire(l) }; ok = true
    :: failures > 0 -> failures--; ok = false
    fi
}

// The kernel: from now on the process is seen to be dead.
inline ended() {
    d_step {
        from_dead = false; ok = false; shard = 0; up = 0;
        torn[0] = torn[0] || (believes[me] & 1);
        torn[1] = torn[1] || (believes[me] & 2);
        inside[0] = inside[0] - (believes[me] & 1);
        inside[1] = inside[1] - (believes[me] >> 1);
        believes[me] = 0;
        dead[me] = true
    }
}

proctype Writer(byte me; byte first) {
    byte shard, up;
    bool ok, from_dead;
    {
        wait_for(first);
        if
        :: !ok -> goto out
        :: else
        fi;
        enter(first);
        if
        :: !ok -> goto out
        :: else
        fi;
        if
        :: mutant != MUTANT_NO_TRY ->
            ok = false;
            if
            :: atomic { TAKEABLE(1 - first) -> acquire(1 - first) }; ok = true
            :: ok = false
            fi
        :: else -> wait_for(1 - first)
        fi;
        if
        :: ok ->
            enter(1 - first);
            if
            :: ok -> leave(1 - first)
            :: else
            fi
        :: else
        fi;
        leave(first);
        out: skip
    } unless {
        killed[me]
    };
    assert(killed[me] || !MINE(0) && !MINE(1) && !MINE(ALL));
    ended()
}

proctype AllShards(byte me) {
    byte shard, up;
    bool ok, from_dead;
    {
        if
        :: mutant != MUTANT_NO_ORDER ->
            wait_for(ALL);
            if
            :: !ok -> goto out
            :: else
            fi
        :: else
        fi;
        do
        :: up < ALL ->
            shard = (mutant == MUTANT_NO_ORDER && me == 1 -> 1 - up : up);
            if
            :: mutant == MUTANT_LOCK_ALONE -> believe(shard)
            :: else ->
                wait_for(shard);
                if
                :: ok -> enter(shard)
                :: else
                fi;
                if
                :: !ok -> break
                :: else
                fi
            fi;
            up++
        :: up == ALL -> break
        od;
        if
        :: up < ALL && mutant == MUTANT_FAILURE_KEEPS -> goto out
        :: else
        fi;
        do
        :: up > 0 ->
            up--;
            shard = (mutant == MUTANT_NO_ORDER && me == 1 -> 1 - up : up);
            if
            :: mutant == MUTANT_LOCK_ALONE -> disbelieve(shard)
            :: else -> leave(shard)
            fi
        :: up == 0 -> break
        od;
        if
        :: mutant != MUTANT_NO_ORDER -> word[ALL] = 0
        :: else
        fi;
        out: skip
    } unless {
        killed[me]
    };
    assert(killed[me] || !MINE(0) && !MINE(1) && !MINE(ALL));
    ended()
}

proctype Killer() {
    do
    :: deaths > 0 ->
        atomic {
            if
            :: !dead[0] -> killed[0] = true
            :: !dead[1] -> killed[1] = true
            :: !dead[2] -> killed[2] = true
            :: !dead[3] -> killed[3] = true
            :: else  // all are gone
            fi;
            deaths--
        }
    :: deaths == 0 -> break
    od
}

init {
    atomic {
        c_code { now.mutant = atoi(getenv("MUTANT")); };
        deaths = 1;
        failures = 1;
        run AllShards(0);
        if
        :: deaths = 0; failures = 0; run AllShards(1)
        :: run AllShards(1)
        :: run Writer(2, 0); run Writer(3, 1)
        fi;
        run Killer()
    }
}
