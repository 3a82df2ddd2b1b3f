// SPDX-License-Identifier: MIT
// The lock word of ipc/process/owner_lock.cpp: who takes it, who waits, who takes it over from the dead.
//
// Three processes lock and unlock; the third may be the next user of the first one's slot. Any of them
// may be killed before any step, stop for ever with the lock, live in another pid namespace, or close the
// descriptor that holds its liveness byte. A forked child may unlock what its parent holds. A sleeper
// wakes when it is woken, at any time (a slice), or, if nothing else in the system can go on, by timeout:
// then something is wrong unless somebody died, gave up or stopped.

#define MUTANT_GENERATION_FIRST 1    // the generation is raised before the byte is held
#define MUTANT_TAKEOVER_STORES 2     // a takeover compares nothing
#define MUTANT_TAKEOVER_BY_SLOT 3    // a takeover compares the slot and not the generation
#define MUTANT_UNLOCK_STORES 4       // unlock looks at the waiters bit, then stores 0
#define MUTANT_UNLOCK_EXCHANGES 5    // unlock exchanges without asking whose the word is
#define MUTANT_STEALS_FROM_SLOW 6    // whoever did not get on for a slice counts as dead
#define MUTANT_PID_ALONE 7           // a pid that is not seen counts as dead, byte held or not
#define MUTANT_BYTE_ALONE 8          // a free byte counts as dead, running or not
#define MUTANT_WAITERS_FORGOTTEN 9   // whoever waited does not keep the waiters bit
#define MUTANT_NO_WAKE 10            // unlock wakes nobody
#define MUTANT_NO_TAKEOVER 11        // a killed owner keeps its lock

#define SLOTS 3
#define GENERATIONS 3

byte mutant;
byte owner, owner_generation;  // slot + 1, or 0: free
bool waiters;
byte generation[SLOTS];
bool byte_held[SLOTS], running[SLOTS];
byte asleep;                       // a bit a process
byte inside;                       // living processes in the critical section
byte stopped;                      // a bit a slot
bool gone[SLOTS * GENERATIONS];    // by slot and generation: it will never store again
bool killed[3], in[3];  // by process
byte deaths, looks;                // how many may still come
byte trouble;                      // one a run
#define NOBODY 9
#define NONE 0
#define ELSEWHERE 1                // all live in a pid namespace that the others do not see
#define STOPS 2                    // with the lock, for ever
#define CLOSES 3                   // descriptors that it does not know
#define FORKS 4
bool disturbed;                    // somebody died or gave up: a wake-up may be lost

#define MINE (owner == slot + 1 && owner_generation == own)
#define AS_SEEN (owner == seen && owner_generation == seen_generation && waiters == seen_waiters)
#define GONE(s, g) gone[(s) * GENERATIONS + (g) - 1]

inline take(with_waiters) {
    owner = slot + 1; owner_generation = own; waiters = with_waiters
}

inline free_word() { owner = 0; owner_generation = 0; waiters = false }

inline wake_one() {
    if
    :: asleep & 1 -> asleep = asleep & ~1
    :: asleep & 2 -> asleep = asleep & ~2
    :: asleep & 4 -> asleep = asleep & ~4
    :: asleep == 0
    fi
}

// One step: process_table.pml takes it apart.
inline judge() {
    d_step {
        if
        :: mutant == MUTANT_STEALS_FROM_SLOW -> dead = true
        :: mutant == MUTANT_NO_TAKEOVER -> dead = false
        :: else ->
            if
            :: generation[seen - 1] != seen_generation -> dead = true
            :: generation[seen - 1] == seen_generation && mutant == MUTANT_BYTE_ALONE -> dead = !byte_held[seen - 1]
            :: generation[seen - 1] == seen_generation && mutant == MUTANT_PID_ALONE ->
                dead = (trouble == ELSEWHERE || !running[seen - 1])
            :: else -> dead = (trouble == ELSEWHERE -> !byte_held[seen - 1] : !running[seen - 1])
            fi
        fi
    }
}

inline take_over() {
    judge();
    skip;
    d_step {
        if
        :: dead && (AS_SEEN || mutant == MUTANT_TAKEOVER_STORES ||
                    mutant == MUTANT_TAKEOVER_BY_SLOT && owner == seen) ->
            take(mutant != MUTANT_WAITERS_FORGOTTEN);
            got = true
        :: else ->
            assert(!(must && AS_SEEN))  // a slice is over, and a dead owner keeps its lock
        fi
    }
}

inline unlock() {
    if
    :: mutant == MUTANT_UNLOCK_STORES ->
        seen_waiters = waiters; d_step { free_word() }
    :: mutant == MUTANT_UNLOCK_EXCHANGES ->
        d_step { seen_waiters = waiters; free_word() }
    :: mutant != MUTANT_UNLOCK_STORES && mutant != MUTANT_UNLOCK_EXCHANGES ->
        d_step {  // CAS me -> 0
            seen_waiters = true;
            if
            :: MINE && !waiters -> seen_waiters = false; free_word()
            :: else
            fi
        }
        if
        :: seen_waiters ->
            d_step {  // CAS me | waiters -> 0
                if
                :: MINE && waiters -> free_word()
                :: else -> seen_waiters = false
                fi
            }
        :: else
        fi
    fi;
    if
    :: seen_waiters && mutant != MUTANT_NO_WAKE -> atomic { wake_one() }
    :: else
    fi
}

// The lock is not free and nobody but the clock can change that.
inline check_quiet() {
    assert(owner != 0 || disturbed);
    assert(owner == 0 || GONE(owner - 1, owner_generation) || (stopped & (1 << (owner - 1))))
}

proctype Process(byte me; byte slot; byte own) {
    byte seen, seen_generation;
    bool seen_waiters, look, dead, got, must;
    {
        if
        :: me == 0 -> goto critical
        :: me == 1 -> goto joined
        :: else
        fi;
        if
        :: mutant == MUTANT_GENERATION_FIRST -> generation[slot]++; own = generation[slot]
        :: else
        fi;
        end_no_slot: atomic { !byte_held[slot] && !running[slot] -> byte_held[slot] = true };
        d_step {
            if
            :: mutant != MUTANT_GENERATION_FIRST -> generation[slot]++; own = generation[slot]
            :: else
            fi;
            running[slot] = true
        };
        joined: skip;
        d_step {  // lock: the first try
            if
            :: owner == 0 -> take(false); got = true
            :: else
            fi
        };
        do
        :: got -> break
        :: !got ->
            d_step { seen = owner; seen_generation = owner_generation; seen_waiters = waiters };
            if
            :: seen == 0 ->
                d_step {
                    if
                    :: owner == 0 -> take(mutant != MUTANT_WAITERS_FORGOTTEN); got = true
                    :: else
                    fi
                }
            :: seen != 0 && look ->
                must = GONE(seen - 1, seen_generation);
                take_over();
                look = false;
                must = false;
                if
                :: !got && (stopped & (1 << (seen - 1))) -> disturbed = true; goto leave  // the time is over
                :: else
                fi
            :: seen != 0 && !look ->
                if
                :: !seen_waiters ->
                    d_step {
                        if
                        :: AS_SEEN -> waiters = true; seen_waiters = true
                        :: else
                        fi
                    }
                :: else
                fi;
                if
                :: seen_waiters ->
                    d_step {  // the futex compares the low half of the word
                        if
                        :: owner == seen && waiters -> asleep = asleep | (1 << me)
                        :: else
                        fi
                    };
                    if
                    :: !(asleep & (1 << me))
                    :: looks > 0 -> looks--; look = true
                    :: timeout -> check_quiet(); look = true
                    fi;
                    asleep = asleep & ~(1 << me)
                :: else
                fi
            fi
        od;
        skip;
        d_step { in[me] = true; inside++; assert(inside == 1) };
        critical: skip;
        if
        :: trouble == CLOSES -> byte_held[slot] = false
        :: trouble == STOPS ->
            d_step { stopped = stopped | (1 << slot) };
            end_stopped: false
        :: true
        fi;
        d_step { in[me] = false; inside--; seen = 0; seen_generation = 0; seen_waiters = false; look = false; dead = false };
        unlock();
        assert(!MINE);
        leave: skip
    } unless {
        killed[me]
    };
    d_step { seen = 0; seen_generation = 0; seen_waiters = false; look = false; dead = false; got = false; must = false };
    // A killed process holds its byte and its pid until the kernel comes to them, in this order.
    if
    :: own != 0 ->
        byte_held[slot] = false;
        d_step { running[slot] = false; GONE(slot, own) = true }
    :: else
    fi
}

// Forked while its parent had the lock: `self` is not what stands in the word.
proctype Child() {
    byte slot = SLOTS, own = 1;
    bool seen_waiters;
    end_no_fork: inside > 0; unlock()
}

inline kill(who) {
    killed[who] = true;
    inside = inside - in[who];
    in[who] = false;
    asleep = asleep & ~(1 << who)
}

proctype Killer() {
    do
    :: deaths > 0 ->
        atomic {
            if
            :: !killed[0] -> kill(0)
            :: !killed[1] -> kill(1)
            :: !killed[2] -> kill(2)
            fi;
            deaths--;
            disturbed = true
        }
    :: deaths == 0 -> break
    od
}

init {
    byte third;
    atomic {
        c_code { now.mutant = atoi(getenv("MUTANT")); };
        if
        :: trouble = NONE; deaths = 1; looks = 1; third = 0
        :: trouble = NONE; deaths = 0; looks = 0; third = 2
        :: trouble = NONE; deaths = 1; looks = 0; third = 2
        :: trouble = ELSEWHERE; deaths = 1; looks = 1; third = NOBODY
        :: trouble = STOPS; deaths = 1; looks = 1; third = NOBODY
        :: trouble = CLOSES; deaths = 1; looks = 1; third = NOBODY
        :: trouble = FORKS; deaths = 0; looks = 1; third = NOBODY
        fi;
        d_step {
            generation[0] = 1; byte_held[0] = true; running[0] = true;
            generation[1] = 1; byte_held[1] = true; running[1] = true;
            owner = 1; owner_generation = 1;
            in[0] = true; inside = 1
        };
        run Process(0, 0, 1);
        run Process(1, 1, 1);
        if
        :: third != NOBODY -> run Process(2, third, 0)
        :: else
        fi;
        if
        :: trouble == FORKS -> run Child()
        :: else
        fi;
        run Killer()
    }
}
