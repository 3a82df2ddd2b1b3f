// SPDX-License-Identifier: MIT
#include "tools/cli/commands/event_filter.hpp"

#include <algorithm>
#include <limits>
#include <span>

#include "tools/cli/command_line.hpp"
#include "tools/cli/format/event_text.hpp"
#include "tools/cli/parse.hpp"

namespace dummycache::cli {

namespace {

std::string list_of(std::span<const std::string_view> known) {
    std::string list = "there are";
    for (const std::string_view word : known) list += ' ' + std::string(word);
    return list;
}

/// The words of a list with commas, each of which has to be one of `known`.
std::vector<std::string> words_of(const Call& call, const OptionSpec& option,
                                  std::span<const std::string_view> known) {
    std::vector<std::string> words;
    const std::string* const text = call.arguments.value(option.long_name());
    if (text == nullptr) return words;
    for (std::size_t begin = 0; begin <= text->size();) {
        const std::size_t end = std::min(text->find(',', begin), text->size());
        const std::string word = text->substr(begin, end - begin);
        if (std::ranges::find(known, word) == known.end())
            refuse_unknown("word of " + std::string(option.long_name()), word, known, list_of(known));
        words.push_back(word);
        begin = end + 1;
    }
    return words;
}

/// By its name, its program, or both as they are shown: "pytest[gw1]".
bool is_called(const Client& client, const std::string& name) {
    return client.name == name || client.program == name || text_without_pid(client) == name;
}

bool has(const std::vector<std::string>& words, std::string_view word) {
    return words.empty() || std::ranges::find(words, word) != words.end();
}

}  // namespace

EventFilter::EventFilter(const Call& call)
    : glob_(call.match_option()),
      ops_(words_of(call, kOpOption, event_calls())),
      outcomes_(words_of(call, kOutcomeOption, event_outcomes())) {
    if (const auto* name = call.arguments.value(kClientOption.long_name())) client_ = *name;
    if (const auto* pid = call.arguments.value(kPidOption.long_name()))
        pid_ = static_cast<std::uint32_t>(
            parse_count(*pid, kPidOption.long_name(), std::numeric_limits<std::int32_t>::max()));
}

bool EventFilter::shows(const Event& event) const {
    if (!has(ops_, event.call) || !has(outcomes_, event.outcome)) return false;
    if (glob_ != "*" && (event.is_of_whole_cache() || !glob_matches(glob_, event.key))) return false;
    if (client_ && (!event.client || !is_called(*event.client, *client_))) return false;
    return !pid_ || (event.client && event.client->pid == *pid_);
}

}  // namespace dummycache::cli
