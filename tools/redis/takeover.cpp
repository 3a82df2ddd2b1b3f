// SPDX-License-Identifier: MIT
#include "tools/redis/takeover.hpp"

#include <algorithm>
#include <cstring>

#include "tools/redis/commands.hpp"
#include "tools/redis/dispatch.hpp"
#include "tools/redis/module_state.hpp"
#include "tools/redis/server_keyspace.hpp"

namespace dummycache::redis {

namespace {

struct Served {
    std::string_view name;
    CommandFunction run;
};
constexpr Served kServed[] = {
    {"get", run_twin<get>},
    {"set", run_twin<set>},
    {"setnx", run_twin<setnx>},
    {"setex", run_twin<setex>},
    {"psetex", run_twin<psetex>},
    {"getset", run_twin<getset>},
    {"getdel", run_twin<getdel>},
    {"getex", run_twin<getex>},
    {"append", run_twin<append>},
    {"strlen", run_twin<strlen>},
    {"getrange", run_twin<getrange>},
    {"substr", run_twin<getrange>},
    {"setrange", run_twin<setrange>},
    {"incr", run_twin<incr>},
    {"decr", run_twin<decr>},
    {"incrby", run_twin<incrby>},
    {"decrby", run_twin<decrby>},
    {"incrbyfloat", run_twin<incrbyfloat>},
    {"mget", run_twin<mget>},
    {"mset", run_twin<mset>},
    {"msetnx", run_twin<msetnx>},
    {"del", run_twin<del>},
    {"unlink", run_twin<del>},
    {"exists", run_twin<exists>},
    {"touch", run_twin<exists>},
    {"ttl", run_twin<ttl>},
    {"pttl", run_twin<pttl>},
    {"expiretime", run_twin<expiretime>},
    {"pexpiretime", run_twin<pexpiretime>},
    {"expire", run_twin<expire>},
    {"pexpire", run_twin<pexpire>},
    {"expireat", run_twin<expireat>},
    {"pexpireat", run_twin<pexpireat>},
    {"persist", run_twin<persist>},
    {"type", run_twin<type>},
    {"rename", run_twin<rename>},
    {"renamenx", run_twin<renamenx>},
    {"object", run_twin<object>},
    {"keys", run_twin<keys>},
    {"scan", run_twin<scan_command>},
    {"dbsize", run_twin<dbsize>},
    {"randomkey", run_twin<randomkey>},
    {"flushdb", run_twin<flushdb>},
    {"flushall", run_twin<flushall, Databases::several>},
    {"swapdb", run_twin<swapdb, Databases::several>},
    {"move", run_twin<move, Databases::several>},
    {"copy", run_twin<copy, Databases::several>},
};

/// They name keys and are left to the server: scripts call commands that have twins, a watch is told of each change,
/// and MIGRATE takes keys to another server.
constexpr std::string_view kLeft[] = {"eval",     "eval_ro", "evalsha", "evalsha_ro", "fcall",
                                      "fcall_ro", "watch",   "migrate", "memory"};

/// How a flag of COMMAND is called when a command is made. A value goes into the segment, so the server's own
/// memory being full refuses no served one (denyoom).
struct FlagName {
    std::string_view shown, wanted;
};
constexpr FlagName kFlags[] = {{"write", "write"},
                               {"readonly", "readonly"},
                               {"fast", "fast"},
                               {"noscript", "deny-script"},
                               {"loading", "allow-loading"},
                               {"stale", "allow-stale"},
                               {"skip_monitor", "no-monitor"},
                               {"skip_slowlog", "no-slowlog"},
                               {"no_mandatory_keys", "no-mandatory-keys"}};

CommandFunction served_by(std::string_view name) noexcept {
    for (const Served& served : kServed)
        if (served.name == name) return served.run;
    return nullptr;
}

std::vector<std::string_view> words_of(CallReply* reply) {
    std::vector<std::string_view> words;
    for (std::size_t i = 0; reply != nullptr && i < api::CallReplyLength(reply); ++i)
        words.push_back(ServerReply::text_of(api::CallReplyArrayElement(reply, i)));
    return words;
}

bool has(const std::vector<std::string_view>& words, std::string_view word) {
    return std::find(words.begin(), words.end(), word) != words.end();
}

std::string flags_of(const std::vector<std::string_view>& shown, bool is_served) {
    std::string flags;
    for (const FlagName& flag : kFlags)
        if (has(shown, flag.shown)) flags += (flags.empty() ? "" : " ") + std::string(flag.wanted);
    if (!is_served && has(shown, "denyoom")) flags += " deny-oom";
    return flags;
}

std::string categories_of(CallReply* reply) {
    std::string categories;
    for (const std::string_view word : words_of(reply))
        categories += (categories.empty() ? "" : " ") + std::string(word.substr(word.starts_with('@')));
    return categories;
}

/// Whether the server knows the command under this name: redis.conf may have renamed it.
bool has_command(Context* context, const char* name) {
    const ServerReply info(api::Call(context, "COMMAND", "Ecc", "INFO", name));
    return !info.is_error() && info.size() == 1 && api::CallReplyLength(info.at(0)) > 2;
}

int integer_of(CallReply* described, std::size_t at) {
    return static_cast<int>(api::CallReplyInteger(api::CallReplyArrayElement(described, at)));
}

/// Eight bytes at once: those from A to Z get the bit that makes them small.
std::uint64_t in_small_letters(std::uint64_t word) noexcept {
    constexpr std::uint64_t kEach = 0x0101010101010101U;
    const std::uint64_t low = word & 0x7f * kEach;  // no sum below reaches into the next byte
    const std::uint64_t from_a = low + (0x80 - 'A') * kEach;
    const std::uint64_t past_z = low + (0x80 - ('Z' + 1)) * kEach;
    return word | ((from_a & ~past_z & ~word & 0x80 * kEach) >> 2);
}

const CommandName kWatch("watch");

void note_watched(FilterContext* context) noexcept {
    try {
        for (int at = 1; at < api::CommandFilterArgsCount(context); ++at)
            state().watched.add(text_of(api::CommandFilterArgGet(context, at)));
    } catch (const std::bad_alloc&) {
        // A flush will not tell of this key.
    }
}

Twins* instance = nullptr;

}  // namespace

/// `described` is the command's part of what COMMAND says: name, arity, flags, first, last, step, categories.
bool Twins::create_one(Context* context, CallReply* described) {
    const std::string name(ServerReply::text_of(api::CallReplyArrayElement(described, 0)));
    const std::vector<std::string_view> flags = words_of(api::CallReplyArrayElement(described, 2));
    CommandFunction run = served_by(name);
    const bool is_served = run != nullptr;
    const bool moves = has(flags, "movablekeys");
    Twin twin{CommandName(name),
              nullptr,
              integer_of(described, 1),
              integer_of(described, 3),
              integer_of(described, 4),
              integer_of(described, 5),
              moves};
    if (!has_command(context, name.c_str())) return true;  // it has another name
    if (!is_served) {
        const bool is_left = std::find(std::begin(kLeft), std::end(kLeft), name) != std::end(kLeft);
        const bool has_keys = twin.first > 0 || moves;
        if (is_left || !has_keys || name.find('.') != std::string::npos) return true;
        if (has(flags, "blocking") || has(flags, "admin") || has(flags, "pubsub")) return true;
        run = run_twin<borrow>;
    }
    const std::string twin_name = std::string(kTwinPrefix) + name;
    // The last key of a command whose keys have no fixed places is found by the command that it is handed on to.
    const bool fixed = !moves && twin.first > 0;
    if (api::CreateCommand(context, twin_name.c_str(), run, flags_of(flags, is_served).c_str(),
                           fixed ? twin.first : 0, fixed ? twin.last : 0, fixed ? twin.step : 0) != kOk)
        return false;
    if (api::SetCommandACLCategories != nullptr && api::GetCommand != nullptr)
        api::SetCommandACLCategories(api::GetCommand(context, twin_name.c_str()),
                                     categories_of(api::CallReplyArrayElement(described, 6)).c_str());
    twin.name = api::CreateString(nullptr, twin_name.data(), twin_name.size());
    place_of(twin.stands_for) = twin;
    return true;
}

bool Twins::create(Context* context) {
    // Values go to and fro by these.
    for (const char* const name : {"get", "set", "del", "pttl"})
        if (!has_command(context, name))
            throw ReplyError{std::string("a takeover needs the server's own ") + name +
                             " under its name, and rename-command has taken it away"};
    const ServerReply commands(api::Call(context, "COMMAND", "E"));
    if (commands.is_error()) return false;
    for (std::size_t i = 0; i < commands.size(); ++i)
        if (!create_one(context, commands.at(i))) return false;
    instance = this;
    filter_ = api::RegisterCommandFilter(context, filter, kNotOwnCalls);
    return filter_ != nullptr;
}

void Twins::remove(Context* context) {
    if (filter_ != nullptr) api::UnregisterCommandFilter(context, filter_);
    for (const Twin& twin : twins_)
        if (!twin.stands_for.is_empty()) api::FreeString(nullptr, twin.name);
    twins_.assign(kPlaces, {});
    instance = nullptr;
}

/// With a prefix: whether one of the keys begins with it.
bool Twins::concerns(FilterContext* context, const Twin& twin) {
    if (state().settings.takeover.kind != Takeover::Kind::prefix) return true;
    if (twin.finds_keys_itself || twin.first == 0) return true;
    const int count = api::CommandFilterArgsCount(context);
    const int last = twin.last < 0 ? count + twin.last : twin.last;
    for (int at = twin.first; at <= last && at < count; at += std::max(twin.step, 1))
        if (takes_key(text_of(api::CommandFilterArgGet(context, at)))) return true;
    return false;
}

CommandName::CommandName(std::string_view said) noexcept {
    if (said.size() > sizeof words_) return;
    std::memcpy(words_.data(), said.data(), said.size());
    for (std::uint64_t& word : words_) word = in_small_letters(word);
}

Twins::Twin& Twins::place_of(const CommandName& name) noexcept {
    for (std::size_t at = name.hash() % kPlaces;; at = (at + 1) % kPlaces)
        if (twins_[at].stands_for.is_empty() || twins_[at].stands_for == name) return twins_[at];
}

void Twins::filter(FilterContext* context) noexcept {
    const CommandName name(text_of(api::CommandFilterArgGet(context, 0)));
    if (name.is_empty()) return;
    if (name == kWatch) return note_watched(context);
    const Twin& twin = instance->place_of(name);
    if (twin.stands_for.is_empty()) return;
    // A wrong number of arguments is the server's to report, also when it queues for a transaction.
    const int count = api::CommandFilterArgsCount(context);
    if (twin.arity >= 0 ? count != twin.arity : count < -twin.arity) return;
    if (!concerns(context, twin)) return;
    api::RetainString(nullptr, twin.name);
    api::CommandFilterArgReplace(context, 0, twin.name);
}

}  // namespace dummycache::redis
