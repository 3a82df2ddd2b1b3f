// SPDX-License-Identifier: MIT
// Running a command, and cleaning up after it whoever is killed.
#pragma once

#include <functional>
#include <string>

#include <sys/types.h>

namespace dummycache::cli {

/// Runs a command in a process between this one and the command:
///
///   this process --> the caretaker --> the command --> what it has started
///
/// If this process dies, the caretaker kills the command, waits until all that the command has started has ended (it is
/// their subreaper, so it sees that), and cleans up. The caretaker has a process group of its own and lets no signal
/// interrupt it. The command is in this process's group, so it gets what the terminal sends. It inherits nothing of
/// this: no descriptor, no ignored or blocked signal.
class SupervisedCommand {
public:
    /// `become` is called in the child that is to be the command, and calls execve. It ends with _exit if it cannot.
    /// `name` stands in messages. Throws Failure if there can be no process.
    SupervisedCommand(const std::string& name, const std::function<void()>& become,
                      const std::function<void()>& clean_up);
    SupervisedCommand(const SupervisedCommand&) = delete;
    SupervisedCommand& operator=(const SupervisedCommand&) = delete;
    /// Ends it; from now on it does not clean up.
    ~SupervisedCommand();

    /// Until wait() and the destructor have returned, no other process gets this number.
    [[nodiscard]] pid_t pid() const noexcept { return command_; }

    /// Waits for the command: its exit code, or 128 and the number of the signal that ended it, as a shell says it.
    [[nodiscard]] int wait();

private:
    pid_t child_ = -1;
    int alive_ = -1;    ///< to the caretaker, which sees it close when this process dies
    int reports_ = -1;  ///< from the caretaker
    pid_t command_ = -1;
};

}  // namespace dummycache::cli
