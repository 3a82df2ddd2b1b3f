// SPDX-License-Identifier: MIT
// What a command gets to work with: its arguments, the settings, the cache and the output.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <dummycache/cache.hpp>
#include <dummycache/clock.hpp>

#include "tools/cli/command.hpp"
#include "tools/cli/format/output.hpp"
#include "tools/cli/format/progress.hpp"
#include "tools/cli/process/exit_code.hpp"

namespace dummycache::cli {

/// What was said on the command line. Operands are the caller's bytes, untouched.
class Arguments {
public:
    std::vector<std::string> operands;

    /// `option` is a long name, as OptionSpec::long_name gives it.
    void set(std::string_view option, std::string value) {
        options_.insert_or_assign(std::string(option), std::move(value));
    }
    [[nodiscard]] bool has(std::string_view option) const { return options_.contains(option); }
    /// A null pointer if the option was not given.
    [[nodiscard]] const std::string* value(std::string_view option) const;

private:
    std::map<std::string, std::string, std::less<>> options_;
};

struct Settings {
    std::string cache = "default";
    bool cache_is_said = false;  ///< with -c, and not by $DUMMYCACHE
    Options options;             ///< for opening it: among the clients of a cache, a command goes by its name
    bool json = false;
    bool quiet = false;
    ColorChoice color = ColorChoice::automatic;
};

class Call {
public:
    Call(const Settings& said, const Arguments& given) noexcept
        : settings(said), arguments(given), out(said.color) {}

    const Settings& settings;
    const Arguments& arguments;
    Output out;

    /// For commands that write: creates the cache if there is none.
    [[nodiscard]] Cache open() const;
    /// For commands that need a cache; throws if there is none.
    [[nodiscard]] Cache attach() const { return Cache::attach(settings.cache, settings.options); }
    /// attach() for commands that take the cache's name as an operand too. Throws Failure if -c names one as well.
    [[nodiscard]] Cache attach_operand() const;
    /// For commands to which a cache that does not exist is an empty one.
    [[nodiscard]] std::optional<Cache> find() const;

    [[nodiscard]] const std::string& operand(std::size_t index) const { return arguments.operands[index]; }
    /// The timeout given with --ttl; for ever without it.
    [[nodiscard]] Timeout ttl_option() const;

    /// The pattern given with --match; every key without it.
    [[nodiscard]] std::string match_option() const;
    /// The pattern given as the operand or with --match. Throws Failure if there are both.
    [[nodiscard]] std::string glob_operand() const;

    /// Not drawn if the user wants quiet. `label` has to live as long as the bar.
    [[nodiscard]] ProgressBar progress_bar(std::string_view label) const noexcept {
        return {label, !settings.quiet};
    }

    /// Says something that is no error on standard error, unless the user wants quiet.
    void note(std::string_view message) const;
    /// Notes the caches of this name that other users opened to this one. For a name that this user has no cache of.
    void note_others() const;
    /// Notes it if the cache's clock is frozen: nothing of what is shown expires. Also what note_faked_clock notes.
    void note_frozen_clock(const Cache& cache) const;
    /// Notes it if this process sees another boot clock than the machine's: times are not what it would expect.
    void note_faked_clock(const Cache& cache) const;

private:
    void note_faked(const ClockReading& clock) const;
};

/// For match_option().
inline constexpr OptionSpec kMatchOption{"--match", "GLOB", "only the keys that match"};

[[nodiscard]] constexpr Exit done_if(bool yes) noexcept { return yes ? Exit::done : Exit::no; }

}  // namespace dummycache::cli
