// SPDX-License-Identifier: MIT
// One slot of the process table: ipc/process/process_table.cpp, ipc/process/slot_janitor.cpp, ipc/process/liveness.cpp and the
// staged pages of ipc/segment/page_arena.cpp.
//
// The slot's user is dead and has left a staged page. Two claimants and a reaper come at the same time,
// each a step at a time, and one of them may be killed before any step; the kernel frees a killed
// process's byte and then its pid. A claimant that joins stages a page, hands it over and leaves. All may
// live in pid namespaces of their own, or a member may close the descriptor that holds its byte.

#define MUTANT_GENERATION_FIRST 1     // raised before the byte is held
#define MUTANT_NOT_LOOKED_AGAIN 2     // the generation is not compared once the byte is held
#define MUTANT_BYTE_NOT_TAKEN 3       // a slot is claimed because its user is dead, byte or not
#define MUTANT_BYTE_ALONE 4           // dead if the byte is free, running or not
#define MUTANT_PID_ALONE 5            // dead if the pid is not seen, byte held or not
#define MUTANT_GENERATION_KEPT 6      // a claim does not raise the generation
#define MUTANT_STAGING_FIRST 7        // the reaper loads `staging` and then the generation
#define MUTANT_JANITOR_WITHOUT_BYTE 8
#define MUTANT_JANITOR_LOOKS_ONCE 9   // the janitor does not compare the generation once it has the byte
#define MUTANT_BYTE_FREED_FIRST 10    // a leaving process frees its byte and then clears its slot
#define MUTANT_PAGE_STORED 11         // the reaper frees a page by a store

#define NONE 0
#define ELSEWHERE 1  // in a pid namespace that the others do not see
#define CLOSES 2     // descriptors that it does not know

#define ACTORS 3
#define GENERATIONS 16
#define FREE 0
#define OVERFLOW 99

byte mutant, trouble;
byte owner = ACTORS + 1;           // the slot's pid: an actor + 1, or 0
byte generation = 1, page = 1;     // the page: STAGED by a generation, FREE, or OVERFLOW
bool staging = true;
byte byte_of;                      // who holds the liveness byte, + 1
bool running[ACTORS + 1];          // the dead user is the last one
bool killed[ACTORS];
bool used[GENERATIONS];            // generations that a process has been
byte deaths, done;

inline raise_generation(to) {
    assert(byte_of == me + 1 || trouble == CLOSES && mine);
    generation = to
}

// dead_in_slot: generation, pid, generation, then what the system says.
inline judge(wanted) {
    if
    :: generation != wanted -> dead = true
    :: generation == wanted ->
        claimed = owner;
        if
        :: generation != wanted || claimed == 0 -> dead = true
        :: generation == wanted && claimed != 0 ->
            d_step {
                if
                :: mutant == MUTANT_BYTE_ALONE -> dead = (byte_of == 0)
                :: mutant == MUTANT_PID_ALONE -> dead = (trouble == ELSEWHERE || !running[claimed - 1])
                :: else -> dead = (trouble == ELSEWHERE -> byte_of == 0 : !running[claimed - 1])
                fi
            }
        :: else -> dead = true  // it changed between the two
        fi
    :: else -> dead = true
    fi;
    claimed = 0
}

inline free_staged(whose) {
    if
    :: page == whose && mutant == MUTANT_PAGE_STORED -> page = FREE
    :: mutant != MUTANT_PAGE_STORED ->
        d_step {
            if
            :: page == whose -> page = FREE
            :: else
            fi
        }
    :: else
    fi
}

inline retire() {
    now_generation = generation;
    if
    :: staging -> free_staged(now_generation); staging = false
    :: else
    fi;
    owner = 0;
    d_step { raise_generation(now_generation + 1); now_generation = 0 }
}

inline take_byte() {
    d_step {
        if
        :: byte_of == 0 -> byte_of = me + 1; has_byte = true
        :: else
        fi
    }
}

inline free_byte() {
    d_step {
        if
        :: byte_of == me + 1 -> byte_of = 0
        :: else
        fi;
        has_byte = false
    }
}

inline kernel() {
    d_step { before = 0; now_generation = 0; claimed = 0; dead = false; mine = false };
    free_byte();
    d_step { running[me] = false; done++ }
}

proctype Claimant(byte me) {
    byte before, now_generation, claimed, own;
    bool dead, has_byte, mine;
    {
        if
        :: mutant == MUTANT_GENERATION_FIRST -> now_generation = generation; d_step { raise_generation(now_generation + 1) }
        :: else
        fi;
        before = generation;
        if
        :: byte_of != 0 -> goto out
        :: else
        fi;
        if
        :: owner != 0 ->
            judge(before);
            if
            :: !dead -> goto out
            :: else
            fi
        :: else
        fi;
        if
        :: mutant != MUTANT_BYTE_NOT_TAKEN -> take_byte()
        :: else -> has_byte = true
        fi;
        if
        :: !has_byte -> goto out
        :: else
        fi;
        if
        :: mutant != MUTANT_NOT_LOOKED_AGAIN && generation != before -> goto out
        :: else
        fi;
        if
        :: owner != 0 -> retire()
        :: else
        fi;
        own = generation + (mutant != MUTANT_GENERATION_KEPT);
        d_step { raise_generation(own); assert(!used[own]); used[own] = true; mine = true };
        staging = false;
        owner = me + 1;
        // A member.
        if
        :: trouble == CLOSES -> free_byte()
        :: trouble != CLOSES
        fi;
        staging = true;
        if
        :: d_step { page == FREE -> page = own };
            assert(generation == own && owner == me + 1);
            d_step { assert(page == own); page = OVERFLOW };  // handed over: nobody else has freed or claimed it
            page = FREE                                    // and given back by whoever dropped the entry
        :: page != FREE
        fi;
        staging = false;
        d_step { assert(generation == own && owner == me + 1) };
        if
        :: mutant == MUTANT_BYTE_FREED_FIRST -> free_byte()
        :: else
        fi;
        retire();
        out: skip
    } unless {
        killed[me]
    };
    kernel()
}

proctype Reaper(byte me) {
    byte before, now_generation, claimed;
    bool dead, has_byte, mine;
    {
        if
        :: mutant == MUTANT_STAGING_FIRST ->
            if
            :: staging -> before = generation
            :: else -> goto out
            fi
        :: else ->
            before = generation;
            if
            :: staging
            :: else -> goto out
            fi
        fi;
        judge(before);
        if
        :: !dead -> goto out
        :: else
        fi;
        free_staged(before);
        if
        :: mutant != MUTANT_JANITOR_WITHOUT_BYTE -> take_byte()
        :: else -> has_byte = true
        fi;
        if
        :: has_byte && (generation == before || mutant == MUTANT_JANITOR_LOOKS_ONCE) -> retire()
        :: else
        fi;
        out: skip
    } unless {
        killed[me]
    };
    kernel()
}

proctype Killer() {
    do
    :: deaths > 0 ->
        atomic {
            if
            :: !killed[0] && running[0] -> killed[0] = true
            :: !killed[1] && running[1] -> killed[1] = true
            :: !killed[2] && running[2] -> killed[2] = true
            :: else  // all are gone
            fi;
            deaths--
        }
    :: deaths == 0 -> break
    od
}

init {
    bool two, reaper;
    atomic {
        c_code { now.mutant = atoi(getenv("MUTANT")); };
        if
        :: trouble = NONE; deaths = 1; two = false; reaper = true
        :: trouble = ELSEWHERE; deaths = 1; two = false; reaper = true
        :: trouble = CLOSES; deaths = 0; two = false; reaper = true
        :: trouble = NONE; deaths = 1; two = true; reaper = false
        :: trouble = CLOSES; deaths = 0; two = true; reaper = false
        :: trouble = NONE; deaths = 0; two = true; reaper = true
        fi;
        used[1] = true;
        running[0] = true;
        run Claimant(0);
        if
        :: two -> running[1] = true; run Claimant(1)
        :: else -> done++
        fi;
        if
        :: reaper -> running[2] = true; run Reaper(2)
        :: else -> done++
        fi;
        run Killer()
    };
    // Whoever is dead, the slot can be claimed in the end.
    done == ACTORS;
    assert(byte_of == 0 && (owner == 0 || !running[owner - 1]))
}
