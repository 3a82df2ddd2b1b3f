// SPDX-License-Identifier: MIT
// completion: commands, options and cache names for the shell, from the descriptions of the commands.
#include "tools/cli/call.hpp"
#include "tools/cli/commands.hpp"

namespace dummycache::cli {

namespace {

// Candidates are compared one by one: compgen -W would run what stands in a cache's name.
constexpr std::string_view kHead = R"bash(# Completion of dummycache for bash.
_dummycache() {
    local word=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]} command= candidate i
    local -a candidates=()
    for ((i = 1; i < COMP_CWORD; i++)); do
        case ${COMP_WORDS[i]} in
            -c | --cache | --color) ((i++)) ;;
            -*) ;;
            *) command=${COMP_WORDS[i]} && break ;;
        esac
    done
    case $previous:$command in
        -c:* | --cache:* | rm:rm | fork:fork)
            mapfile -t candidates < <(dummycache caches 2>/dev/null | cut -d ' ' -f 1) ;;
)bash";

constexpr std::string_view kTail = R"bash(    esac
    COMPREPLY=()
    for candidate in "${candidates[@]}"; do
        [[ $candidate == "$word"* ]] && COMPREPLY+=("$(printf %q "$candidate")")
    done
}
complete -o default -F _dummycache dummycache
)bash";

std::string names_of(std::span<const OptionSpec> options) {
    std::string names;
    for (const OptionSpec& option : options) names.append(" ").append(option.long_name());
    return names;
}

/// What completes the values of the options of `command`, or of every command if that is a star.
void write_values(Output& out, std::string_view command, std::span<const OptionSpec> options) {
    for (const OptionSpec& option : options) {
        if (option.words.empty()) continue;
        std::string line = "        ";
        line.append(option.long_name()).append(":").append(command);
        out.line(line.append(") candidates=(").append(option.words).append(") ;;"));
    }
}

Exit run_completion(Call& call) {
    if (call.operand(0) != "bash") {
        throw Failure(Exit::usage, "no completion for '" + call.operand(0) + "'; give bash");
    }
    const std::string common = names_of(common_options());
    std::string names;
    call.out.write(kHead);
    write_values(call.out, "*", common_options());
    for (const Command* command : commands()) {
        names.append(" ").append(command->name);
        write_values(call.out, command->name, command->options);
        call.out.line("        *:" + std::string(command->name) + ") [[ $word == -* ]] && candidates=(" +
                      names_of(command->options).append(common).substr(1) + ") ;;");
    }
    call.out.line("        *:) candidates=(" + names.append(common).substr(1) + ") ;;");
    call.out.write(kTail);
    return Exit::done;
}

}  // namespace

constinit const Command kCompletion{
    .name = "completion",
    .group = Group::other,
    .operands = "bash",
    .min_operands = 1,
    .max_operands = 1,
    .cache = CacheOption::refused,
    .summary = "prints the completion of a shell",
    .example = "source <(dummycache completion bash)",
    .run = run_completion,
};

}  // namespace dummycache::cli
