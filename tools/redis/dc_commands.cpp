// SPDX-License-Identifier: MIT
// The DC commands: the name, flags, keys and description of each, as the server gets them.
#include "tools/redis/commands.hpp"
#include "tools/redis/dispatch.hpp"

namespace dummycache::redis {

namespace {

enum KeyFlag : std::uint64_t {
    kReads = 1 | 16,         // RO, ACCESS
    kOverwrites = 4 | 32,    // OW, UPDATE
    kChanges = 2 | 16 | 32,  // RW, ACCESS, UPDATE
    kRemoves = 8 | 128,      // RM, DELETE
};

struct DcCommand {
    const char* name;
    CommandFunction run;
    const char* flags;
    int arity;  ///< with the name; negative: at least
    int first, last, step;
    std::uint64_t key_flags;
    const char* categories;
    const char* summary;
    const char* complexity;
};

// No command has the flag deny-oom: a value goes into the segment, not into the server's own memory.
constexpr DcCommand kCommands[] = {
    {"dc.get", run_dc<get>, "readonly fast", 2, 1, 1, 1, kReads, "read string fast", "The value of a key",
     "O(1)"},
    {"dc.set", run_dc<set>, "write", -3, 1, 1, 1, kOverwrites, "write string slow",
     "Sets a key; a time of zero or less deletes it. Options: EX, PX, EXAT, PXAT, NX, XX, GET, KEEPTTL",
     "O(1)"},
    {"dc.add", run_dc<add>, "write fast", -3, 1, 1, 1, kOverwrites, "write string fast",
     "Sets a key that is absent. Options: EX, PX, EXAT, PXAT", "O(1)"},
    {"dc.mget", run_dc<mget>, "readonly fast", -2, 1, -1, 1, kReads, "read string fast", "The values of keys",
     "O(N)"},
    {"dc.mset", run_dc<mset>, "write", -3, 1, -1, 2, kOverwrites, "write string slow",
     "Sets keys, each by itself", "O(N)"},
    {"dc.del", run_dc<del>, "write", -2, 1, -1, 1, kRemoves, "write keyspace slow", "Deletes keys", "O(N)"},
    {"dc.exists", run_dc<exists>, "readonly fast", -2, 1, -1, 1, kReads, "read keyspace fast",
     "How many of the keys are there", "O(N)"},
    {"dc.ttl", run_dc<ttl>, "readonly fast", 2, 1, 1, 1, kReads, "read keyspace fast",
     "Seconds that a key will live; -1: for ever, -2: it is absent", "O(1)"},
    {"dc.pttl", run_dc<pttl>, "readonly fast", 2, 1, 1, 1, kReads, "read keyspace fast",
     "Milliseconds that a key will live; -1: for ever, -2: it is absent", "O(1)"},
    {"dc.expire", run_dc<expire>, "write fast", -3, 1, 1, 1, kChanges, "write keyspace fast",
     "Gives a key so many seconds; zero or less deletes it. Options: NX, XX, GT, LT", "O(1)"},
    {"dc.pexpire", run_dc<pexpire>, "write fast", -3, 1, 1, 1, kChanges, "write keyspace fast",
     "Gives a key so many milliseconds; zero or less deletes it. Options: NX, XX, GT, LT", "O(1)"},
    {"dc.persist", run_dc<persist>, "write fast", 2, 1, 1, 1, kChanges, "write keyspace fast",
     "Lets a key live for ever", "O(1)"},
    {"dc.incrby", run_dc<incrby>, "write fast", 3, 1, 1, 1, kChanges, "write string fast",
     "Adds to an integer", "O(1)"},
    {"dc.decrby", run_dc<decrby>, "write fast", 3, 1, 1, 1, kChanges, "write string fast",
     "Subtracts from an integer", "O(1)"},
    {"dc.append", run_dc<append>, "write fast", 3, 1, 1, 1, kChanges, "write string fast",
     "Appends to a value", "O(N), of its size"},
    {"dc.strlen", run_dc<strlen>, "readonly fast", 2, 1, 1, 1, kReads, "read string fast",
     "The size of a value", "O(1)"},
    {"dc.getdel", run_dc<getdel>, "write fast", 2, 1, 1, 1, kRemoves, "write string fast",
     "Deletes a key and returns the value it had, as one step", "O(1)"},
    {"dc.scan", run_dc<scan_command>, "readonly", -2, 0, 0, 0, 0, "read keyspace slow",
     "Keys, some at a time: cursor [MATCH pattern] [COUNT count]", "O(COUNT)"},
    {"dc.clear", run_dc<clear_all>, "write", 1, 0, 0, 0, 0, "write keyspace slow dangerous",
     "Deletes everything, for everyone at once", "O(1)"},
    {"dc.checkpoint", run_dc<checkpoint>, "write", 2, 0, 0, 0, 0, "write slow",
     "Marks the state of the whole cache", "O(1)"},
    {"dc.rollback", run_dc<rollback>, "write", 2, 0, 0, 0, 0, "write slow dangerous",
     "Goes back to a checkpoint, which stays held", "O(N), of the keys changed since"},
    {"dc.release", run_dc<release>, "write", 2, 0, 0, 0, 0, "write slow", "Gives a checkpoint up",
     "O(N), of the keys changed since"},
    {"dc.checkpoints", run_dc<checkpoints>, "readonly", 1, 0, 0, 0, 0, "read slow", "Those that are held",
     "O(1)"},
    {"dc.clock", run_dc<clock>, "write", -1, 0, 0, 0, 0, "write slow",
     "The cache's time: [FREEZE | RESUME | ADVANCE time | SET time [FORCE]]; a time is seconds, or 10m, "
     "1h30m",
     "O(1)"},
    {"dc.dump", run_dc<dump_snapshot>, "readonly", -2, 0, 0, 0, 0, "read slow dangerous",
     "Writes a snapshot: file [FORMAT jsonl|binary] [MATCH pattern]", "O(N)"},
    {"dc.load", run_dc<load_snapshot>, "write", -2, 0, 0, 0, 0, "write slow dangerous",
     "Loads a snapshot: file [REPLACE | MERGE | ONLY-MISSING]", "O(N)"},
    {"dc.why", run_dc<why>, "readonly", 2, 1, 1, 1, kReads, "read keyspace slow",
     "Why a key is there or not, and who made it so", "O(1)"},
    {"dc.stats", run_dc<stats>, "readonly", 1, 0, 0, 0, 0, "read slow", "Counters of the cache", "O(1)"},
};

/// What COMMAND DOCS and redis-cli's help show.
void describe(Context* context, const DcCommand& command) {
    if (api::GetCommand == nullptr) return;
    CommandHandle* const handle = api::GetCommand(context, command.name);
    if (handle == nullptr) return;
    if (api::SetCommandACLCategories != nullptr) api::SetCommandACLCategories(handle, command.categories);
    if (api::SetCommandInfo == nullptr) return;
    KeySpec keys[2] = {};
    if (command.first != 0) {
        keys[0].flags = command.key_flags;
        keys[0].begin = kAtIndex;
        keys[0].begin_at.index.position = command.first;
        keys[0].find = kByRange;
        // Redis counts the last key from the first one here; -1 is the last argument.
        keys[0].keys.range = {command.last < 0 ? command.last : command.last - command.first, command.step,
                              0};
    }
    const CommandInfo info{
        &kInfoVersion, command.summary, command.complexity, "0.1.0",
        nullptr,       nullptr,         command.arity,      command.first != 0 ? keys : nullptr,
        nullptr};
    api::SetCommandInfo(handle, &info);
}

}  // namespace

bool create_dc_commands(Context* context) {
    for (const DcCommand& command : kCommands) {
        if (api::CreateCommand(context, command.name, command.run, command.flags, command.first, command.last,
                               command.step) != kOk)
            return false;
        describe(context, command);
    }
    return true;
}

}  // namespace dummycache::redis
