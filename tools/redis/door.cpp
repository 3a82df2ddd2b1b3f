// SPDX-License-Identifier: MIT
// The DC commands: what the server is told of each.
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

struct DoorCommand {
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

// A value goes into the segment and not into the server's own memory: no command is refused for that.
constexpr DoorCommand kCommands[] = {
    {"dc.get", run_door<get>, "readonly fast", 2, 1, 1, 1, kReads, "read string fast", "The value of a key",
     "O(1)"},
    {"dc.set", run_door<set>, "write", -3, 1, 1, 1, kOverwrites, "write string slow",
     "Sets a key; a time of zero or less deletes it. Options: EX, PX, EXAT, PXAT, NX, XX, GET, KEEPTTL",
     "O(1)"},
    {"dc.add", run_door<add>, "write fast", -3, 1, 1, 1, kOverwrites, "write string fast",
     "Sets a key that is absent. Options: EX, PX, EXAT, PXAT", "O(1)"},
    {"dc.mget", run_door<mget>, "readonly fast", -2, 1, -1, 1, kReads, "read string fast",
     "The values of keys", "O(N)"},
    {"dc.mset", run_door<mset>, "write", -3, 1, -1, 2, kOverwrites, "write string slow",
     "Sets keys, each by itself", "O(N)"},
    {"dc.del", run_door<del>, "write", -2, 1, -1, 1, kRemoves, "write keyspace slow", "Deletes keys", "O(N)"},
    {"dc.exists", run_door<exists>, "readonly fast", -2, 1, -1, 1, kReads, "read keyspace fast",
     "How many of the keys are there", "O(N)"},
    {"dc.ttl", run_door<ttl>, "readonly fast", 2, 1, 1, 1, kReads, "read keyspace fast",
     "Seconds that a key will live; -1: for ever, -2: it is absent", "O(1)"},
    {"dc.pttl", run_door<pttl>, "readonly fast", 2, 1, 1, 1, kReads, "read keyspace fast",
     "Milliseconds that a key will live; -1: for ever, -2: it is absent", "O(1)"},
    {"dc.expire", run_door<expire>, "write fast", -3, 1, 1, 1, kChanges, "write keyspace fast",
     "Gives a key so many seconds; zero or less deletes it. Options: NX, XX, GT, LT", "O(1)"},
    {"dc.pexpire", run_door<pexpire>, "write fast", -3, 1, 1, 1, kChanges, "write keyspace fast",
     "Gives a key so many milliseconds; zero or less deletes it. Options: NX, XX, GT, LT", "O(1)"},
    {"dc.persist", run_door<persist>, "write fast", 2, 1, 1, 1, kChanges, "write keyspace fast",
     "Lets a key live for ever", "O(1)"},
    {"dc.incrby", run_door<incrby>, "write fast", 3, 1, 1, 1, kChanges, "write string fast",
     "Adds to an integer", "O(1)"},
    {"dc.decrby", run_door<decrby>, "write fast", 3, 1, 1, 1, kChanges, "write string fast",
     "Subtracts from an integer", "O(1)"},
    {"dc.append", run_door<append>, "write fast", 3, 1, 1, 1, kChanges, "write string fast",
     "Appends to a value", "O(N), of its size"},
    {"dc.strlen", run_door<strlen>, "readonly fast", 2, 1, 1, 1, kReads, "read string fast",
     "The size of a value", "O(1)"},
    {"dc.getdel", run_door<getdel>, "write fast", 2, 1, 1, 1, kRemoves, "write string fast",
     "Deletes a key and returns the value it had, as one step", "O(1)"},
    {"dc.scan", run_door<scan_command>, "readonly", -2, 0, 0, 0, 0, "read keyspace slow",
     "Keys, some at a time: cursor [MATCH pattern] [COUNT count]", "O(COUNT)"},
    {"dc.clear", run_door<clear_all>, "write", 1, 0, 0, 0, 0, "write keyspace slow dangerous",
     "Deletes everything, for everyone at once", "O(1)"},
    {"dc.checkpoint", run_door<checkpoint>, "write", 2, 0, 0, 0, 0, "write slow",
     "Marks the state of the whole cache", "O(1)"},
    {"dc.rollback", run_door<rollback>, "write", 2, 0, 0, 0, 0, "write slow dangerous",
     "Goes back to a checkpoint, which stays held", "O(N), of the keys changed since"},
    {"dc.release", run_door<release>, "write", 2, 0, 0, 0, 0, "write slow", "Gives a checkpoint up",
     "O(N), of the keys changed since"},
    {"dc.checkpoints", run_door<checkpoints>, "readonly", 1, 0, 0, 0, 0, "read slow", "Those that are held",
     "O(1)"},
    {"dc.clock", run_door<clock>, "write", -1, 0, 0, 0, 0, "write slow",
     "The cache's time: [FREEZE | RESUME | ADVANCE seconds | SET seconds [FORCE]]", "O(1)"},
    {"dc.dump", run_door<dump_snapshot>, "readonly", -2, 0, 0, 0, 0, "read slow dangerous",
     "Writes a snapshot: file [FORMAT jsonl|binary] [MATCH pattern]", "O(N)"},
    {"dc.load", run_door<load_snapshot>, "write", -2, 0, 0, 0, 0, "write slow dangerous",
     "Loads a snapshot: file [REPLACE | MERGE | ONLY-MISSING]", "O(N)"},
    {"dc.stats", run_door<stats>, "readonly", 1, 0, 0, 0, 0, "read slow", "Counters of the cache", "O(1)"},
};

/// What COMMAND DOCS and redis-cli's help show.
void describe(Context* context, const DoorCommand& command) {
    if (api::GetCommand == nullptr) return;
    CommandHandle* const handle = api::GetCommand(context, command.name);
    if (handle == nullptr) return;
    if (api::SetCommandACLCategories != nullptr) api::SetCommandACLCategories(handle, command.categories);
    if (api::SetCommandInfo == nullptr) return;
    static constexpr InfoVersion kVersion{1, sizeof(HistoryItem), sizeof(KeySpec), sizeof(ArgumentInfo)};
    KeySpec keys[2] = {};
    if (command.first != 0) {
        keys[0].flags = command.key_flags;
        keys[0].begin = 2;
        keys[0].begin_at.index.position = command.first;
        keys[0].find = 2;
        // As Redis counts here: from the first key on, and -1 is the last argument.
        keys[0].keys.range = {command.last < 0 ? command.last : command.last - command.first, command.step,
                              0};
    }
    const CommandInfo info{
        &kVersion, command.summary, command.complexity, "0.1.0",
        nullptr,   nullptr,         command.arity,      command.first != 0 ? keys : nullptr,
        nullptr};
    api::SetCommandInfo(handle, &info);
}

}  // namespace

bool create_door(Context* context) {
    for (const DoorCommand& command : kCommands) {
        if (api::CreateCommand(context, command.name, command.run, command.flags, command.first, command.last,
                               command.step) != kOk)
            return false;
        describe(context, command);
    }
    return true;
}

}  // namespace dummycache::redis
