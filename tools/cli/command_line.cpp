// SPDX-License-Identifier: MIT
// From the words of the command line to a command, its arguments and the settings.
//
// CLI11 reads the options. Operands never pass through it: it would take "[a,b]" apart, and keys
// and values are any bytes. They are what it leaves over, in order. The line is read in two steps,
// the options before the command and those after it, so that only one command's are ever built.
#include "tools/cli/command_line.hpp"

#include <cstdlib>
#include <deque>
#include <span>

#include <CLI/CLI.hpp>

#include "tools/cli/format/text.hpp"

namespace dummycache::cli {

namespace {

/// Reads options; what it does not know stays in missing_, each word with what it looked like.
class OptionParser : private CLI::App {
public:
    using CLI::App::prefix_command;

    OptionParser() {
        set_help_flag();
        allow_extras();
        option_defaults()->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
    }

    void declare(std::span<const OptionSpec> specs) {
        for (const OptionSpec& spec : specs) {
            std::string& value = values_.emplace_back();
            const std::string names(spec.names);
            declared_.push_back(
                {&spec, spec.value.empty() ? add_flag(names) : add_option(names, value), &value});
        }
    }

    void read(std::span<const std::string> words, Arguments& arguments) {
        refuse_empty_values(words);
        parse(std::vector<std::string>(words.rbegin(), words.rend()));
        for (const Declared& declared : declared_) {
            const bool given = declared.option->count() > 0;
            if (!given || (declared.spec->value.empty() && !declared.option->as<bool>())) continue;
            arguments.set(declared.spec->long_name(), *declared.value);
        }
        for (const auto& [kind, word] : missing_) {
            if (kind == CLI::detail::Classifier::POSITIONAL_MARK) continue;
            if (kind != CLI::detail::Classifier::NONE) refuse_option(word);
            arguments.operands.push_back(word);
        }
    }

private:
    /// For "--name=" CLI11 would take the next word.
    void refuse_empty_values(std::span<const std::string> words) const {
        for (std::size_t i = 0; i < words.size() && words[i] != "--"; ++i) {
            const std::string& word = words[i];
            if (!word.starts_with('-') && get_prefix_command()) return;
            const std::size_t equals = word.find('=');
            const CLI::Option* const option = get_option_no_throw(word.substr(0, equals));
            if (option == nullptr || option->get_items_expected_max() == 0) continue;
            if (equals == std::string::npos) ++i;
            if (word.starts_with("--") && equals == word.size() - 1)
                throw Failure(Exit::usage, "option " + word.substr(0, equals) + " needs a value");
        }
    }

    struct Declared {
        const OptionSpec* spec;
        const CLI::Option* option;
        const std::string* value;
    };

    [[noreturn]] void refuse_option(const std::string& word) const {
        std::vector<std::string_view> names;
        for (const Declared& declared : declared_) names.push_back(declared.spec->long_name());
        const std::string name = word.substr(0, word.find('='));
        const std::string_view like = name.starts_with("--") ? nearest(name, names) : std::string_view{};
        std::string message = "unknown option '" + word + "'";
        if (!like.empty()) message += "; did you mean " + std::string(like) + "?";
        if (like.empty()) message += "; a word that begins with - and is no option goes after --";
        throw Failure(Exit::usage, message);
    }

    std::deque<std::string> values_;  // CLI11 holds references to them.
    std::vector<Declared> declared_;
};

ColorChoice parse_color(const std::string& when) {
    if (when == "auto") return ColorChoice::automatic;
    if (when == "always") return ColorChoice::always;
    if (when == "never") return ColorChoice::never;
    throw Failure(Exit::usage, "'" + when + "' is not a time for --color; give auto, always or never");
}

/// What CLI11 says, in our words where its own are hard to read.
std::string message_of(const CLI::ParseError& error) {
    const std::string text = error.what();
    if (dynamic_cast<const CLI::ArgumentMismatch*>(&error) == nullptr) return text;
    return "option " + text.substr(0, text.find(':')) + " needs a value";
}

void read(OptionParser& parser, std::span<const std::string> words, Arguments& arguments) {
    try {
        parser.read(words, arguments);
    } catch (const CLI::ParseError& error) {
        throw Failure(Exit::usage, message_of(error));
    }
}

void take_common_options(const Arguments& arguments, CommandLine& line) {
    Settings& settings = line.settings;
    settings.json |= arguments.has("--json");
    settings.quiet |= arguments.has("--quiet");
    line.wants_help |= arguments.has("--help");
    line.wants_version |= arguments.has("--version");
    if (const std::string* cache = arguments.value("--cache")) settings.cache = *cache;
    if (const std::string* color = arguments.value("--color")) settings.color = parse_color(*color);
}

void check_operands(const Command& command, const Arguments& arguments) {
    const std::size_t count = arguments.operands.size();
    const std::string usage =
        "; usage: dummycache " + std::string(command.name) + " " + std::string(command.operands);
    if (count < command.min_operands) throw Failure(Exit::usage, "too few arguments" + usage);
    if (count > command.max_operands) {
        throw Failure(Exit::usage,
                      "unexpected argument '" + arguments.operands[command.max_operands] + "'" + usage);
    }
}

void parse_command(const Command& command, std::span<const std::string> words, CommandLine& line) {
    OptionParser parser;
    parser.prefix_command(command.runs_another);
    parser.declare(common_options());
    parser.declare(command.options);
    Arguments& arguments = line.arguments;
    read(parser, words, arguments);
    take_common_options(arguments, line);
    if (line.wants_help || line.wants_version) return;
    check_operands(command, arguments);
}

}  // namespace

const Command& command_or_suggestion(std::string_view name) {
    if (const Command* command = find_command(name)) return *command;
    std::vector<std::string_view> names;
    for (const Command* command : commands()) names.push_back(command->name);
    const std::string_view like = nearest(name, names);
    throw Failure(Exit::usage,
                  "unknown command '" + std::string(name) + "'; " +
                      (like.empty() ? "see 'dummycache help'" : "did you mean '" + std::string(like) + "'?"));
}

void parse_command_line(const std::vector<std::string>& words, CommandLine& line) {
    const char* cache = std::getenv("DUMMYCACHE");
    if (cache != nullptr && *cache != '\0') line.settings.cache = cache;
    OptionParser parser;
    parser.prefix_command();
    parser.declare(common_options());
    Arguments before;
    read(parser, words, before);
    take_common_options(before, line);
    if (before.operands.empty()) return;
    line.command = &command_or_suggestion(before.operands.front());
    try {
        parse_command(*line.command, std::span(before.operands).subspan(1), line);
        const bool cache_named = before.has("--cache") || line.arguments.has("--cache");
        if (cache_named && line.command->cache == CacheOption::refused) {
            throw Failure(Exit::usage, "-c has no meaning here; usage: dummycache " +
                                           std::string(line.command->name) + " " +
                                           std::string(line.command->operands));
        }
    } catch (const Failure& failure) {
        const std::string name(line.command->name);
        throw Failure(failure.exit(), name + ": " + failure.what() + " (see 'dummycache help " + name + "')");
    }
}

}  // namespace dummycache::cli
