// SPDX-License-Identifier: MIT
#include "tools/cli/commands/child_command.hpp"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <vector>

#include <unistd.h>

#include "tools/cli/names.hpp"
#include "tools/cli/process/inherited.hpp"

namespace dummycache::cli {

std::string absolute_name(const std::string& name) {
    if (!name.starts_with("./") && !name.starts_with("../")) return name;
    const std::size_t last = name.rfind('/');
    std::error_code error;
    const std::filesystem::path folder = std::filesystem::canonical(name.substr(0, last), error);
    return error ? name : folder.string() + name.substr(last);
}

std::string name_for_anybody(const Cache& cache) { return name_that_opens(absolute_name(cache.info().name)); }

void become_command(const Call& call, std::size_t first, const std::string& cache, const char* what) {
    ::setenv("DUMMYCACHE", cache.c_str(), 1);
    std::vector<char*> words;
    for (std::size_t i = first; i < call.arguments.operands.size(); ++i)
        words.push_back(const_cast<char*>(call.operand(i).c_str()));
    words.push_back(nullptr);
    restore_inherited();
    ::execvp(words.front(), words.data());
    const int error = errno;
    complain(
        call.settings.color,
        (std::string(what) + ": cannot run '" + call.operand(first) + "': " + std::strerror(error)).c_str());
    ::_exit(error == ENOENT ? kNotFound : kCannotRun);
}

}  // namespace dummycache::cli
