// SPDX-License-Identifier: MIT
// doctor and gc: what is wrong with a cache, and which caches nobody needs.
#include <array>

#include "tools/cli/call.hpp"
#include "tools/cli/commands.hpp"
#include "tools/cli/format/json.hpp"
#include "tools/cli/format/text.hpp"
#include "tools/cli/names.hpp"
#include "tools/cli/parse.hpp"

namespace dummycache::cli {

namespace {

constexpr std::array kDoctorOptions{
    OptionSpec{"--repair", "", "mend what can be mended, then look again"},
};
constexpr std::array kGcOptions{
    OptionSpec{"--dry-run", "", "only say what would be removed"},
    OptionSpec{"--match", "GLOB", "only caches whose names match"},
    OptionSpec{"--older-than", "S", "also what holds entries, if nobody was attached to it for this time"},
};

std::string json_of(const HeldLock& held) {
    JsonObject object;
    object.bytes("lock", held.lock).number("pid", held.pid).boolean("alive", held.alive);
    return object.bytes("state", held.state).boolean("in_write", held.in_write).text();
}

void write_json(Output& out, const Diagnosis& diagnosis, const std::vector<std::string>& repaired) {
    JsonObject object;
    object.boolean("sound", diagnosis.sound());
    object.field("processes", json_list(diagnosis.processes, [](const AttachedProcess& process) {
                     return process_object(process).bytes("state", process.state).text();
                 }));
    object.field("locks", json_list(diagnosis.locks, [](const auto& item) { return json_of(item); }));
    const auto quoted = [](const std::string& text) { return json_string(one_line(text)); };
    object.field("problems", json_list(diagnosis.problems, quoted));
    object.field("unchecked_shards", json_list(diagnosis.unchecked_shards,
                                               [](std::uint32_t shard) { return std::to_string(shard); }));
    object.number("orphaned_pages", diagnosis.orphaned_pages);
    object.field("abandoned_checkpoints", json_list(diagnosis.abandoned_checkpoints, quoted));
    object.field("repaired", json_list(repaired, quoted));
    out.line(object.text());
}

std::string text_of(const AttachedProcess& process) {
    std::string text =
        "process " + std::to_string(process.pid) + " " + escaped(process.name) + " " + process.state;
    // No damage: it was killed, as processes are.
    if (!process.alive)
        return "note: " + text + "; it left its place behind, which a process that attaches takes";
    if (process.is_self) text += " (this command)";
    return text;
}

std::string text_of(const HeldLock& held) {
    const std::string holder = held.pid == 0 ? "a process" : "process " + std::to_string(held.pid);
    std::string text = "lock " + held.lock + ": held by " + holder + ", " + held.state;
    if (!held.alive) return text + (held.in_write ? " inside a write; the next writer repairs it" : "");
    if (held.state == "stopped") text += "; writers of it wait until it goes on or is ended";
    return text;
}

std::string text_of_abandoned(const std::string& checkpoint) {
    return "checkpoint " + checkpoint +
           ": left by a command that was killed; 'doctor --repair', 'gc' or the next 'exec' goes back to it, "
           "'release " +
           checkpoint + "' keeps what was done since";
}

const char* verdict_of(const Diagnosis& diagnosis) {
    if (diagnosis.needs_repair()) return "not sound: 'doctor --repair' mends it";
    return diagnosis.sound() ? "sound" : "not known: look again when the shards are free";
}

void write_list(Output& out, const Diagnosis& diagnosis, const std::vector<std::string>& repaired) {
    for (const std::string& what : repaired) out.line("repaired: " + one_line(what));
    for (const AttachedProcess& process : diagnosis.processes) out.line(text_of(process));
    for (const HeldLock& held : diagnosis.locks) out.line(text_of(held));
    if (diagnosis.orphaned_pages != 0)
        out.line("pages staged by dead processes: " + std::to_string(diagnosis.orphaned_pages));
    for (const std::string& name : diagnosis.abandoned_checkpoints)
        out.line(text_of_abandoned(escaped(name)));
    for (const std::uint32_t shard : diagnosis.unchecked_shards)
        out.line("shard " + std::to_string(shard) + " not checked: it is locked, or written all the time");
    for (const std::string& problem : diagnosis.problems) out.line("broken: " + one_line(problem));
    out.line(out.bold(verdict_of(diagnosis)));
}

Exit run_doctor(Call& call) {
    Cache cache = call.attach_operand();
    std::vector<std::string> repaired;
    if (call.arguments.has("--repair")) {
        repaired = cache.repair();
        call.out.note_done();
    }
    const Diagnosis diagnosis = cache.diagnose();
    call.note_frozen_clock(cache);
    if (call.settings.json) {
        write_json(call.out, diagnosis, repaired);
    } else {
        write_list(call.out, diagnosis, repaired);
    }
    if (!diagnosis.problems.empty()) return Exit::bad_data;
    return done_if(diagnosis.sound());
}

Exit run_gc(Call& call) {
    GarbageOptions options;
    options.dry_run = call.arguments.has("--dry-run");
    options.match = call.match_option();
    if (const std::string* age = call.arguments.value("--older-than")) options.older_than = parse_age(*age);
    bool all_removed = true;
    const std::vector<Garbage> all = Cache::collect_garbage(options);
    if (!options.dry_run) call.out.note_done();
    for (const Garbage& garbage : all) {
        if (call.settings.json) {
            JsonObject object;
            object.bytes("name", garbage.name).bytes("path", garbage.path).bytes("reason", garbage.reason);
            object.boolean("removed", !options.dry_run && garbage.problem.empty());
            if (!garbage.problem.empty()) object.bytes("problem", garbage.problem);
            call.out.line(object.text());
        } else if (garbage.problem.empty()) {
            call.out.line(escaped(garbage.name) + "  " + one_line(garbage.reason));
        }
        if (garbage.problem.empty()) continue;
        all_removed = false;
        call.note(garbage.problem);
    }
    return all_removed ? Exit::done : Exit::refused;
}

}  // namespace

constinit const Command kDoctor{
    .name = "doctor",
    .group = Group::caches,
    .operands = "[NAME|PATH]",
    .max_operands = 1,
    .options = kDoctorOptions,
    .summary = "looks at processes, locks and invariants of a cache",
    .details =
        "Takes no lock, so it also tells who holds one, and changes nothing. Exit code 0 if the cache\n"
        "is sound, 1 if a dead process left a lock (which the next writer repairs as well), pages (which\n"
        "whoever needs pages takes as well) or a checkpoint of exec, or if a shard could not be looked at,\n"
        "5 if invariants are broken. The place of a process that was killed is noted, no more. --repair\n"
        "takes every lock and mends all of this; entries that nothing sound leads to any more are lost.\n",
    .example = "dummycache -c build doctor --repair",
    .run = run_doctor,
};

constinit const Command kGc{
    .name = "gc",
    .group = Group::caches,
    .operands = "",
    .options = kGcOptions,
    .cache = CacheOption::refused,
    .summary = "removes your caches that nobody uses and that are empty, damaged or old",
    .details =
        "Also what commands such as exec and bench left that were killed with all their processes: their\n"
        "caches, and their checkpoints in other caches. A cache goes back to such a checkpoint, unless\n"
        "others use it. Looks at shared memory only, not at caches in files. Without --older-than it takes\n"
        "caches that are empty or damaged; with it also those with entries, to which nobody was attached\n"
        "for S. A process that was killed counts up to the last memory that it took, at least to its start.\n"
        "A cache to which a process is attached always stays. Prints each with the reason. Exit code 4 if\n"
        "one could not be removed.\n",
    .example = "dummycache gc --match 'tests-*' --older-than 1h",
    .run = run_gc,
};

}  // namespace dummycache::cli
