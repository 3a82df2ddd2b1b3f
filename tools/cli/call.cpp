// SPDX-License-Identifier: MIT
// What a command gets to work with: its arguments, the settings, the cache and the output.
#include "tools/cli/call.hpp"

#include "tools/cli/format/text.hpp"
#include "tools/cli/names.hpp"
#include "tools/cli/parse.hpp"

namespace dummycache::cli {

const std::string* Arguments::value(std::string_view option) const {
    const auto found = options_.find(option);
    return found == options_.end() ? nullptr : &found->second;
}

std::optional<Cache> Call::find() const {
    try {
        return attach();
    } catch (const Error& error) {
        if (error.code() != ErrorCode::not_found) throw;
        note_others();
        return std::nullopt;
    }
}

Cache Call::open() const {
    if (std::optional<Cache> there = find()) return *std::move(there);
    return Cache::open(settings.cache, settings.options);
}

void Call::note_others() const {
    for (const ListedCache& cache : Cache::list_of_others()) {
        const std::size_t end_of_user = cache.name.find(':') + 1;
        if (name_that_opens(cache.name.substr(end_of_user)) != settings.cache) continue;
        note("you have no cache '" + settings.cache + "', but user " + std::to_string(cache.uid) +
             " opened one to you: -c " + name_that_opens(cache.name));
    }
}

Timeout Call::ttl_option() const {
    const std::string* text = arguments.value("--ttl");
    return text == nullptr ? Timeout::forever() : parse_timeout(*text);
}

std::string Call::match_option() const {
    const std::string* text = arguments.value(kMatchOption.long_name());
    return text == nullptr ? "*" : parse_pattern(*text);
}

std::string Call::glob_operand() const {
    if (arguments.operands.empty()) return match_option();
    if (arguments.has(kMatchOption.long_name()))
        throw Failure(Exit::usage,
                      "there are two patterns, '" + operand(0) + "' and that of --match; give one");
    return operand(0);
}

Cache Call::attach_operand() const {
    if (arguments.operands.empty()) return attach();
    if (settings.cache_is_said && settings.cache != operand(0))
        throw Failure(Exit::usage, "-c names the cache '" + settings.cache + "', and there is '" +
                                       operand(0) + "' too; name one");
    return Cache::attach(operand(0), settings.options);
}

void Call::note(std::string_view message) const {
    if (!settings.quiet) complain(settings.color, message);
}

void Call::note_faked_clock(const Cache& cache) const { note_faked(Clock(cache).read()); }

void Call::note_frozen_clock(const Cache& cache) const {
    const ClockReading clock = Clock(cache).read();
    note_faked(clock);
    if (clock.frozen)
        note("the clock is frozen at " + seconds(clock.now) + " s; 'dummycache clock resume' lets it go on");
}

void Call::note_faked(const ClockReading& clock) const {
    constexpr std::chrono::seconds kNoMatter{1};  // between two looks at a clock
    const std::chrono::microseconds ahead = clock.process_ahead;
    if (ahead >= -kNoMatter && ahead <= kNoMatter) return;
    const bool behind = ahead < ahead.zero();
    note("the clock of this process is faked, it is " + seconds(behind ? -ahead : ahead) + " s " +
         (behind ? "behind" : "ahead of") +
         " the machine's; the cache goes by the machine's, and 'dummycache clock advance' moves its time");
}

}  // namespace dummycache::cli
