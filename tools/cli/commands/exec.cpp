// SPDX-License-Identifier: MIT
// exec: a command with a cache that is afterwards as it was. process/supervised_command.hpp shows the processes.
#include <array>
#include <optional>

#include <dummycache/clock.hpp>
#include <dummycache/owned_name.hpp>

#include "tools/cli/call.hpp"
#include "tools/cli/commands.hpp"
#include "tools/cli/commands/child_command.hpp"
#include "tools/cli/commands/recorder.hpp"
#include "tools/cli/names.hpp"
#include "tools/cli/process/forwarded_signals.hpp"
#include "tools/cli/process/supervised_command.hpp"

namespace dummycache::cli {

namespace {

constexpr std::array kExecOptions{
    OptionSpec{"--rollback", "", "undo afterwards what was done to the cache, by whomever"},
    OptionSpec{"--fork", "", "give the command a cache of its own that begins as this one is, and remove it"},
    OptionSpec{"--freeze", "", "stop the cache's clock for the command"},
    OptionSpec{"--record", "FILE",
               "write each event of the command's cache into this file, as 'record' does"},
};

/// What the command gets, and how it is cleared away.
struct Prepared {
    OwnedName mark{"exec"};  ///< says to others that this process lives
    std::string cache;       ///< as $DUMMYCACHE says it
    std::string checkpoint;  ///< to go back to; empty if there is none
    Options options;         ///< for attaching to it
    bool forked = false;
    bool created = false;  ///< there was no cache: it goes with its entries
    bool freeze = false;   ///< and nothing that undoes it but us

    void clean_up() const {
        if (forked || created) {
            Cache::remove(cache);
            return;
        }
        if (!checkpoint.empty()) return go_back();
        if (freeze) Clock(Cache::attach(cache, options)).resume();
    }

private:
    void go_back() const {
        try {
            Cache own = Cache::attach(cache, options);
            try {
                own.rollback(checkpoint);
            } catch (const Error& error) {
                if (error.code() == ErrorCode::no_checkpoint) throw;
                own.release(checkpoint);
                if (freeze) Clock(own).resume();
                if (error.code() != ErrorCode::checkpoint_lost) throw;
                throw Failure(Exit::refused,
                              "exec: cache '" + cache +
                                  "' could not be taken back: it had no room for its old state and for what "
                                  "the command stored; the entries stay as they are; make a larger cache, "
                                  "or give the command a copy: --fork");
            }
            own.release(checkpoint);
        } catch (const Error& error) {
            using enum ErrorCode;
            const ErrorCode code = error.code();
            if (code != no_checkpoint && code != not_found && code != removed) throw;
            throw Failure(Exit::refused,
                          "exec: cache '" + cache +
                              "' was taken back to an earlier state, or removed, while the command ran (by "
                              "another exec --rollback?), with all that the command had stored; give "
                              "commands that run side by side a cache each: --fork, or %w in the name");
        }
    }
};

/// NAME.exec-XXXXXXXXXXXX. A name that is too long for that loses its end.
std::string name_of_fork(const Cache& cache, const std::string& mark) {
    constexpr std::size_t kLongestName = 200;  // of a cache, and of the last part of a path
    std::string name = absolute_name(cache.info().name);
    const std::size_t last = name.rfind('/') + 1;
    const std::size_t most = kLongestName - mark.size() - 1;
    if (name.size() - last > most) name.resize(last + most);
    return name_that_opens(name + "." + mark);
}

Prepared prepare(const Call& call) {
    Prepared prepared;
    prepared.options = call.settings.options;
    const bool rollback = call.arguments.has("--rollback");
    bool needs_mark = rollback;
    std::optional<Cache> cache = call.find();
    if (!cache) {
        cache = call.open();
        prepared.created = rollback || call.arguments.has("--fork");
    }
    if (rollback || call.arguments.has("--fork"))
        for (const std::string& what : clear_abandoned(*cache)) call.note("exec: " + what);
    prepared.cache = name_for_anybody(*cache);
    if (call.arguments.has("--fork")) {
        const bool own = prepared.created;  // a new cache needs no copy
        needs_mark = own;
        if (!own) prepared.cache = name_of_fork(*cache, prepared.mark.text());
        prepared.forked = true;
        prepared.created = false;
        if (!own && !(cache = prepared.mark.fork(*cache, prepared.cache)))
            throw Failure(Exit::refused, "exec: " + exists_already(prepared.cache));
    }
    // A new cache has one too: if all is killed, its entries are known to be nobody's.
    if (needs_mark) {
        prepared.mark.own(*cache);
        cache->checkpoint(prepared.mark.text());
        prepared.checkpoint = prepared.mark.text();
    }
    if (call.arguments.has("--freeze") && !Clock(*cache).frozen()) {
        Clock(*cache).freeze();
        prepared.freeze = true;
    }
    return prepared;
}

/// What exec ends with. A command that failed says why better than a code of ours would.
int clear_up(const Call& call, const Prepared& prepared, int status) {
    const auto fail = [&](Exit exit, const char* message) {
        complain(call.settings.color, message);
        return status != 0 ? status : static_cast<int>(exit);
    };
    try {
        prepared.clean_up();
        return status;
    } catch (const Failure& failure) {
        return fail(failure.exit(), failure.what());
    } catch (const Error& error) {
        return fail(exit_of(error.code()), error.what());
    }
}

void check_options(const Arguments& given) {
    const bool rollback = given.has("--rollback");
    const bool fork = given.has("--fork");
    if (rollback && fork) throw Failure(Exit::usage, "--rollback and --fork exclude each other");
    if (rollback || fork || given.has("--freeze") || given.has("--record")) return;
    throw Failure(Exit::usage,
                  "nothing would be protected; add --rollback (what the command does is undone), --fork (it "
                  "gets a copy), or --freeze (time stands still) before '" +
                      given.operands.front() + "'");
}

Exit run_exec(Call& call) {
    check_options(call.arguments);
    // From here on a signal is for the command, which may not have begun.
    std::optional<ForwardedSignals> signals(std::in_place);
    const Prepared prepared = prepare(call);
    std::optional<SupervisedCommand> command;
    std::optional<Recorder> recorder;
    try {
        if (const auto* file = call.arguments.value("--record"))
            recorder.emplace(Cache::attach(prepared.cache, prepared.options), *file);
        command.emplace(
            "exec", [&] { become_command(call, 0, prepared.cache, "exec"); }, [&] { prepared.clean_up(); });
    } catch (...) {
        prepared.clean_up();
        throw;
    }
    if (recorder) recorder->begin();
    signals->forward_to(command->pid());
    int status = command->wait();
    signals.reset();
    if (recorder) status = finish_recording(call, *recorder, status);
    return static_cast<Exit>(clear_up(call, prepared, status));
}

}  // namespace

constinit const Command kExec{
    .name = "exec",
    .group = Group::state,
    .operands = "[--] CMD [ARG...]",
    .min_operands = 1,
    .max_operands = kAnyNumber,
    .options = kExecOptions,
    .runs_another = true,
    .summary = "runs a command with a cache that is afterwards as it was",
    .details =
        "One of the options is needed, and they stand before CMD; what follows it is the command's own.\n"
        "$DUMMYCACHE names this very cache for the command: absolute, and without %w. The command sees the\n"
        "signals that are ignored or blocked, the limits and the open files that it would see without exec.\n"
        "HUP, INT, QUIT, TERM, USR1 and USR2 are passed on to it. The exit code is its own, or 128 and the\n"
        "number of the signal that ended it; 127 if it is not found.\n"
        "What is promised is done also if the command is killed, and if this process is: then the command\n"
        "is killed too, and the cache cleared up when what it has started has ended. Otherwise it is\n"
        "cleared up when the command ends: what processes that outlive it do is not undone. Two --rollback\n"
        "of one cache that run side by side undo one another: who ends first takes back what both did\n"
        "since it began. Give them a cache each, with --fork or with %w in the name. If the cache could\n"
        "not be left as it was, that is said, and the exit code is 4 if the command's was 0. If all\n"
        "processes of exec are killed at once, as with a container, the next --rollback or --fork of the\n"
        "cache, 'gc' or 'doctor --repair' clears up after it: the cache goes back, unless others use it.\n"
        "A cache that does not exist is made. With --rollback or --fork it is removed afterwards; with\n"
        "--freeze alone it stays, with what the command stored.\n",
    .example = "dummycache exec --rollback --freeze -- ctest",
    .run = run_exec,
};

}  // namespace dummycache::cli
