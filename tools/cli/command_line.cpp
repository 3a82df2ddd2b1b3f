// SPDX-License-Identifier: MIT
// From the words of the command line to a command, its arguments and the settings.
//
// getopt_long reads the options, a word at a time. Operands never pass through it: keys and values are any bytes.
// The line is read in two steps, those before the command and those after it: each command has options of its own.
#include "tools/cli/command_line.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdlib>
#include <deque>

#include <getopt.h>

#include "tools/cli/format/text.hpp"
#include "tools/cli/near_words.hpp"

namespace dummycache::cli {

namespace {

/// Reads the options that were declared to it.
class OptionParser {
public:
    void declare(std::span<const OptionSpec> specs) {
        for (const OptionSpec& spec : specs) {
            const bool is_flag = spec.value.empty();
            const std::string& name = names_.emplace_back(spec.long_name().substr(2));
            const int id = kFirstId + static_cast<int>(specs_.size());
            longs_.insert(longs_.end() - 1,
                          {name.c_str(), is_flag ? no_argument : required_argument, nullptr, id});
            if (spec.letter() != '\0') letters_.append(1, spec.letter()).append(is_flag ? "" : ":");
            specs_.push_back(&spec);
        }
    }

    /// With `prefix` what follows the first operand is operands too, whatever it looks like.
    void read(std::span<const std::string> words, bool prefix, Arguments& arguments) const {
        auto& operands = arguments.operands;
        while (!words.empty() && words.front() != "--") {
            if (!is_operand(words.front())) {
                words = words.subspan(read_word(words, arguments));
                continue;
            }
            if (prefix) break;
            operands.push_back(words.front());
            words = words.subspan(1);
        }
        if (!words.empty() && words.front() == "--") words = words.subspan(1);
        operands.insert(operands.end(), words.begin(), words.end());
    }

private:
    static constexpr int kFirstId = 256;  ///< of the long names; below are letters

    /// A number, "- item" and "---" are none of the options that there could be.
    [[nodiscard]] bool is_operand(std::string_view word) const {
        if (!word.starts_with('-') || word == "-") return true;
        const char first = word[word.starts_with("--") ? 2 : 1];
        const bool is_number = std::isdigit(static_cast<unsigned char>(word[1])) != 0;
        return std::string_view("-! \n").find(first) != std::string_view::npos ||
               (is_number && option_of(word[1]) == nullptr);
    }

    /// The options in the first word. Returns how many words they take.
    std::size_t read_word(std::span<const std::string> words, Arguments& arguments) const {
        std::array<char*, 4> line{};
        const std::size_t count = std::min<std::size_t>(words.size(), 2);
        for (std::size_t i = 0; i < count; ++i) line[i + 1] = const_cast<char*>(words[i].c_str());
        optind = 0;  // It begins anew.
        do {
            const int found = ::getopt_long(static_cast<int>(count) + 1, line.data(), letters_.c_str(),
                                            longs_.data(), nullptr);
            take(found, words.front(), arguments);
        } while (optind == 1);
        return static_cast<std::size_t>(optind) - 1;
    }

    /// What getopt_long has found in `word`.
    void take(int found, const std::string& word, Arguments& arguments) const {
        const OptionSpec* const spec = option_of(found == '?' || found == ':' ? optopt : found);
        const std::size_t name_size = std::min(word.find('='), word.size());
        const bool is_long = word.starts_with("--");
        // A part of a name is a name to getopt_long.
        const bool is_known = spec != nullptr && (!is_long || spec->long_name() == word.substr(0, name_size));
        if (!is_known)
            refuse_option(is_long ? word : "-" + word.substr(word.find(static_cast<char>(optopt), 1)));
        const std::string name(spec->long_name());
        if (found == '?') throw Failure(Exit::usage, "option " + name + " takes no value");
        // An empty variable after = must not be taken for a value.
        if (found == ':' || (is_long && name_size + 1 == word.size()))
            throw Failure(Exit::usage, "option " + name + " needs a value");
        arguments.set(name, optarg == nullptr ? "" : optarg);
    }

    /// A null pointer if there is none.
    [[nodiscard]] const OptionSpec* option_of(int id) const {
        if (id >= kFirstId) return specs_[static_cast<std::size_t>(id - kFirstId)];
        const auto found = std::ranges::find(specs_, id, &OptionSpec::letter);
        return id == 0 || found == specs_.end() ? nullptr : *found;
    }

    [[noreturn]] void refuse_option(const std::string& word) const {
        std::vector<std::string_view> names;
        for (const OptionSpec* spec : specs_) names.push_back(spec->long_name());
        const std::string name = word.substr(0, word.find('='));
        const std::string_view meant = option_meant(name);
        const bool is_known = std::ranges::find(names, meant) != names.end();
        const std::string_view like = is_known                 ? meant
                                      : name.starts_with("--") ? nearest(name, names)
                                                               : std::string_view{};
        std::string message = "unknown option '" + word + "'";
        if (!like.empty()) message += "; did you mean " + std::string(like) + "?";
        if (like.empty()) message += "; a word that begins with - and is no option goes after --";
        throw Failure(Exit::usage, message);
    }

    std::vector<const OptionSpec*> specs_;
    std::deque<std::string> names_;  // longs_ points into them.
    std::vector<option> longs_{{}};  // An empty one ends them.
    std::string letters_ = "+:";     // The colon: it says nothing itself, and tells a missing value apart.
};

ColorChoice parse_color(const std::string& when) {
    if (when == "auto") return ColorChoice::automatic;
    if (when == "always") return ColorChoice::always;
    if (when == "never") return ColorChoice::never;
    throw Failure(Exit::usage, "'" + when + "' is no value for --color; give auto, always or never");
}

void take_common_options(const Arguments& arguments, CommandLine& line) {
    Settings& settings = line.settings;
    settings.json |= arguments.has("--json");
    settings.quiet |= arguments.has("--quiet");
    line.wants_help |= arguments.has("--help");
    line.wants_version |= arguments.has("--version");
    if (const std::string* cache = arguments.value("--cache")) {
        settings.cache = *cache;
        settings.cache_is_said = true;
    }
    if (const std::string* color = arguments.value("--color")) settings.color = parse_color(*color);
}

void check_operands(const Command& command, const Arguments& arguments) {
    const std::size_t count = arguments.operands.size();
    const std::string usage = "; usage: dummycache " + synopsis(command);
    if (count < command.min_operands) throw Failure(Exit::usage, "too few arguments" + usage);
    if (count > command.max_operands) {
        throw Failure(Exit::usage,
                      "unexpected argument '" + arguments.operands[command.max_operands] + "'" + usage);
    }
}

void parse_command(const Command& command, std::span<const std::string> words, CommandLine& line) {
    OptionParser parser;
    parser.declare(common_options());
    parser.declare(command.options);
    Arguments& arguments = line.arguments;
    parser.read(words, command.runs_another, arguments);
    take_common_options(arguments, line);
    if (line.wants_help || line.wants_version) return;
    check_operands(command, arguments);
}

}  // namespace

void refuse_unknown(std::string_view what, std::string_view word, std::span<const std::string_view> known,
                    std::string_view advice) {
    std::string message = "unknown " + std::string(what) + " '" + std::string(word) + "'; ";
    const std::string_view like = nearest(word, known);
    if (like.empty()) throw Failure(Exit::usage, message.append(advice));
    throw Failure(Exit::usage, message.append("did you mean '").append(like).append("'?"));
}

const Command& command_or_suggestion(std::string_view name) {
    if (const Command* command = find_command(name)) return *command;
    if (const std::string_view meant = command_meant(name); !meant.empty()) {
        throw Failure(Exit::usage, "unknown command '" + std::string(name) + "'; did you mean " +
                                       std::string(meant) + "?");
    }
    std::vector<std::string_view> names;
    for (const Command* command : commands()) names.push_back(command->name);
    refuse_unknown("command", name, names, "see 'dummycache help'");
}

void parse_command_line(const std::vector<std::string>& words, CommandLine& line) {
    const char* cache = std::getenv("DUMMYCACHE");
    if (cache != nullptr && *cache != '\0') line.settings.cache = cache;
    OptionParser parser;
    parser.declare(common_options());
    Arguments before;
    parser.read(words, true, before);
    take_common_options(before, line);
    if (before.operands.empty()) return;
    line.command = &command_or_suggestion(before.operands.front());
    try {
        parse_command(*line.command, std::span(before.operands).subspan(1), line);
        if (std::getenv("DUMMYCACHE_CLIENT") == nullptr)
            line.settings.options.client_name = line.command->name;
        if (line.settings.cache_is_said && line.command->cache == CacheOption::refused) {
            throw Failure(Exit::usage,
                          "-c has no meaning here; usage: dummycache " + synopsis(*line.command));
        }
    } catch (const Failure& failure) {
        const std::string name(line.command->name);
        throw Failure(failure.exit(), name + ": " + failure.what() + " (see 'dummycache help " + name + "')");
    }
}

}  // namespace dummycache::cli
