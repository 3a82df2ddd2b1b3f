// SPDX-License-Identifier: MIT
// The command line `dummycache`: runs one command and turns whatever happens into an exit code.
//
// The rooms of this folder, the lowest first. A file includes files of its own room and of lower ones only.
//
//   process/                   exit codes, signals, descriptors, the terminal
//   format/                    how output looks
//   the other files here       the frame: what a command is, what it is given, how it is found and explained
//   commands/                  the commands, a file a family
//   main.cpp and commands.cpp  what knows all of them
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <new>
#include <string>
#include <vector>

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <dummycache/cache.hpp>

#include "tools/cli/call.hpp"
#include "tools/cli/command_line.hpp"
#include "tools/cli/help.hpp"
#include "tools/cli/process/inherited.hpp"
#include "tools/cli/process/interrupt.hpp"
#include "tools/cli/store.hpp"

namespace {

using namespace dummycache;
using namespace dummycache::cli;

/// A standard descriptor that is closed would be given to the next file that is opened, which may
/// be a cache, and output would go into it. Each is filled with one that fails when it is used. For a command that
/// exec runs it is closed again.
void fill_standard_descriptors() noexcept {
    for (const int descriptor : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
        if (::fcntl(descriptor, F_GETFD) != -1 || errno != EBADF) continue;
        ::open("/dev/null", (descriptor == STDIN_FILENO ? O_WRONLY : O_RDONLY) | O_CLOEXEC);
    }
}

/// A write beyond the limit on the size of files (ulimit -f) is an error that is told, and not the end. A handler
/// and not SIG_IGN: a command that exec runs begins with the default then. A signal that is ignored stays so.
void survive_file_limit() noexcept {
    struct sigaction action {};
    ::sigaction(SIGXFSZ, nullptr, &action);
    if (action.sa_handler != SIG_DFL) return;
    action.sa_handler = [](int) {};
    action.sa_flags = SA_RESTART;
    ::sigaction(SIGXFSZ, &action, nullptr);
}

/// What is wrong with an argument is told with the command's name before it.
Exit run_command(const Command& command, const CommandLine& line, Call& call) {
    try {
        check_store(line.settings, command, line.arguments);
        return command.run(call);
    } catch (const Failure& failure) {
        if (failure.exit() != Exit::usage) throw;
        throw Failure(Exit::usage, std::string(command.name) + ": " + failure.what());
    }
}

Exit run(const CommandLine& line) {
    // The library's one note is about a variable that is not set.
    if (line.settings.quiet) ::setenv("DUMMYCACHE_WORKER", "", 0);
    Call call(line.settings, line.arguments);
    Exit exit = Exit::done;
    if (line.wants_version) {
        call.out.line("dummycache " DUMMYCACHE_VERSION);
    } else if (line.wants_help) {
        call.out.write(line.command == nullptr ? overview() : help_of(*line.command));
    } else if (line.command == nullptr) {
        throw Failure(Exit::usage, "no command; see 'dummycache help'");
    } else {
        exit = run_command(*line.command, line, call);
    }
    call.out.flush();
    return exit;
}

Exit run_or_complain(const std::vector<std::string>& words) {
    CommandLine line;
    const auto fail = [&line](Exit exit, const char* message) {
        complain(line.settings.color, message);
        return exit;
    };
    try {
        parse_command_line(words, line);
        return run(line);
    } catch (const Failure& failure) {
        return fail(failure.exit(), failure.what());
    } catch (const Error& error) {
        return fail(exit_of(error.code()), error.what());
    } catch (const std::bad_alloc&) {
        return fail(Exit::refused, "out of memory; free some, or use smaller values");
    } catch (const ClosedPipe&) {
        return Exit::done;
    }
}

}  // namespace

int main(int argc, char** argv) {
    note_inherited();
    fill_standard_descriptors();
    std::signal(SIGPIPE, SIG_IGN);
    survive_file_limit();
    watch_for_interrupt();
    Exit exit = Exit::done;
    try {
        exit = run_or_complain({argv + (argc > 0 ? 1 : 0), argv + argc});
    } catch (const Interrupted&) {
        die_interrupted();
    }
    if (interrupted()) die_interrupted();
    return static_cast<int>(exit);
}
