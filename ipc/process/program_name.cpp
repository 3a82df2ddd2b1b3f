// SPDX-License-Identifier: MIT
#include "ipc/process/program_name.hpp"

#include <algorithm>
#include <cctype>
#include <string_view>
#include <vector>

#include <fcntl.h>
#include <unistd.h>

#include "ipc/os/file_descriptor.hpp"

namespace dummycache::ipc {

namespace {

constexpr std::string_view kInterpreters[] = {"python", "pypy", "ruby", "node", "nodejs", "php",
                                              "perl",   "bash", "sh",   "dash", "lua",    "deno"};

std::vector<std::string_view> words_of(std::string_view line) {
    std::vector<std::string_view> words;
    while (!line.empty()) {
        const std::size_t end = std::min(line.find('\0'), line.size());
        words.push_back(line.substr(0, end));
        line.remove_prefix(std::min(end + 1, line.size()));
    }
    return words;
}

std::string_view last_part(std::string_view path) { return path.substr(path.rfind('/') + 1); }

/// "python" of "python3.11"; empty if it is no interpreter.
std::string_view interpreter_in(std::string_view program) {
    const std::size_t end = program.find_first_of("0123456789.");
    const std::string_view name = program.substr(0, end);
    return std::ranges::find(kInterpreters, name) != std::end(kInterpreters) ? name : std::string_view();
}

bool is_option(std::string_view word) { return word.starts_with('-'); }

/// The script or module that the interpreter runs; nothing if its text stands in the command line or in no file.
std::size_t place_of_script(const std::vector<std::string_view>& words) {
    for (std::size_t at = 1; at < words.size(); ++at) {
        if (words[at] == "-m" && at + 1 < words.size()) return at + 1;
        if (words[at] == "-c" || words[at] == "-e" || words[at] == "-") return words.size();
        if (!is_option(words[at])) return at;
    }
    return words.size();
}

}  // namespace

std::string program_of(const std::string& command_line) {
    const std::vector<std::string_view> words = words_of(command_line);
    if (words.empty()) return {};
    // A server may have put its state behind its name: "redis-server *:6379".
    const std::string_view program = last_part(words[0].substr(0, words[0].find(' ')));
    const std::string_view interpreter = interpreter_in(program);
    const std::size_t script = interpreter.empty() ? words.size() : place_of_script(words);
    if (script == words.size()) return std::string(program);
    const std::string_view name = last_part(words[script]);
    // An installed program has no ending, and tells enough by its name alone.
    if (name.find('.') == std::string_view::npos) return std::string(name);
    std::string text = std::string(interpreter) + ' ' + std::string(name);
    if (script + 1 < words.size() && !is_option(words[script + 1]))
        text += ' ' + std::string(words[script + 1]);
    return text;
}

std::string program_name() {
    const FileDescriptor file(::open("/proc/self/cmdline", O_RDONLY | O_CLOEXEC));
    if (!file.valid()) return {};
    std::string line(4096, '\0');
    const ssize_t size = ::read(file.get(), line.data(), line.size());
    line.resize(size > 0 ? static_cast<std::size_t>(size) : 0);
    return program_of(line);
}

}  // namespace dummycache::ipc
