// SPDX-License-Identifier: MIT
// Cleaning up for a command that is killed.
#pragma once

#include <functional>
#include <string>

#include <sys/types.h>

namespace dummycache::cli {

/// A child that cleans up when this process dies without having ended the caretaker. Deaf to the signals
/// that end it.
class Caretaker {
public:
    /// `command` stands in the message if there can be none.
    Caretaker(const std::string& command, const std::function<void()>& clean_up);
    Caretaker(const Caretaker&) = delete;
    Caretaker& operator=(const Caretaker&) = delete;
    /// Ends it; it does not clean up.
    ~Caretaker();

private:
    pid_t child_ = -1;
    int pipe_ = -1;
};

}  // namespace dummycache::cli
