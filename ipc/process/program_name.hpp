// SPDX-License-Identifier: MIT
// What this process is called, for people.
#pragma once

#include <string>

namespace dummycache::ipc {

/// From the command line of this process: the last part of the program's path. An interpreter says little, so its script
/// stands instead: "pytest", or "python manage.py runserver" if it is a file of source text. Empty if /proc cannot be
/// read. Reads one file, about 10 us.
[[nodiscard]] std::string program_name();

/// The same for a command line whose words end with a zero each.
[[nodiscard]] std::string program_of(const std::string& command_line);

}  // namespace dummycache::ipc
