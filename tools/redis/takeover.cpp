// SPDX-License-Identifier: MIT
#include "tools/redis/takeover.hpp"

#include <algorithm>
#include <cstring>

#include <fmt/format.h>

#include "tools/redis/commands.hpp"
#include "tools/redis/dispatch.hpp"
#include "tools/redis/key_specs.hpp"
#include "tools/redis/module_state.hpp"
#include "tools/redis/server_keyspace.hpp"
#include "tools/redis/watching.hpp"

namespace dummycache::redis {

namespace {

struct Served {
    std::string_view name;
    CommandFunction run;
};
constexpr Served kServed[] = {
    {"get", run_proxy<get>},
    {"set", run_proxy<set>},
    {"setnx", run_proxy<setnx>},
    {"setex", run_proxy<setex>},
    {"psetex", run_proxy<psetex>},
    {"getset", run_proxy<getset>},
    {"getdel", run_proxy<getdel>},
    {"getex", run_proxy<getex>},
    {"append", run_proxy<append>},
    {"strlen", run_proxy<strlen>},
    {"getrange", run_proxy<getrange>},
    {"substr", run_proxy<getrange>},
    {"setrange", run_proxy<setrange>},
    {"incr", run_proxy<incr>},
    {"decr", run_proxy<decr>},
    {"incrby", run_proxy<incrby>},
    {"decrby", run_proxy<decrby>},
    {"incrbyfloat", run_proxy<incrbyfloat>},
    {"mget", run_proxy<mget>},
    {"mset", run_proxy<mset>},
    {"msetnx", run_proxy<msetnx>},
    {"del", run_proxy<del>},
    {"unlink", run_proxy<unlink>},
    {"exists", run_proxy<exists>},
    {"touch", run_proxy<exists>},
    {"ttl", run_proxy<ttl>},
    {"pttl", run_proxy<pttl>},
    {"expiretime", run_proxy<expiretime>},
    {"pexpiretime", run_proxy<pexpiretime>},
    {"expire", run_proxy<expire>},
    {"pexpire", run_proxy<pexpire>},
    {"expireat", run_proxy<expireat>},
    {"pexpireat", run_proxy<pexpireat>},
    {"persist", run_proxy<persist>},
    {"type", run_proxy<type>},
    {"rename", run_proxy<rename>},
    {"renamenx", run_proxy<renamenx>},
    {"object", run_proxy<object>},
    {"memory", run_proxy<memory>},
    {"info", run_proxy<info, Databases::several>},
    {"cluster", run_proxy<cluster>},
    {"keys", run_proxy<keys>},
    {"scan", run_proxy<scan_command>},
    {"dbsize", run_proxy<dbsize>},
    {"randomkey", run_proxy<randomkey>},
    {"flushdb", run_proxy<flushdb>},
    {"flushall", run_proxy<flushall, Databases::several>},
    {"swapdb", run_proxy<swapdb, Databases::several>},
    {"move", run_proxy<move, Databases::several>},
    {"copy", run_proxy<copy, Databases::several>},
};

/// Commands with keys that stay the server's own. Scripts call other commands, which have proxy commands. WATCH learns
/// of each change. MIGRATE sends keys to another server.
constexpr std::string_view kLeft[] = {"eval",  "eval_ro",  "evalsha", "evalsha_ro",
                                      "fcall", "fcall_ro", "watch",   "migrate"};

/// A flag, as COMMAND shows it and as CreateCommand wants it. denyoom is not here: a value goes into the segment, so a
/// served command is not refused when the server's own memory is full.
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

std::string flags_of(const std::vector<std::string_view>& shown, bool is_served, bool says_keys_itself) {
    std::string flags;
    for (const FlagName& flag : kFlags)
        if (has(shown, flag.shown)) flags += (flags.empty() ? "" : " ") + std::string(flag.wanted);
    if (!is_served && has(shown, "denyoom")) flags += " deny-oom";
    if (says_keys_itself) flags += " getkeys-api";
    return flags;
}

std::string categories_of(CallReply* reply) {
    std::string categories;
    for (const std::string_view word : words_of(reply))
        categories += (categories.empty() ? "" : " ") + std::string(word.substr(word.starts_with('@')));
    return categories;
}

/// Whether the server has a command of this name. redis.conf may have renamed it.
bool has_command(Context* context, const char* name) {
    const ServerReply info(api::Call(context, "COMMAND", "Ecc", "INFO", name));
    return !info.is_error() && info.size() == 1 && api::CallReplyLength(info.at(0)) > 2;
}

int integer_of(CallReply* described, std::size_t at) {
    return static_cast<int>(api::CallReplyInteger(api::CallReplyArrayElement(described, at)));
}

/// Makes small letters of eight bytes at once: bytes from A to Z get the bit by which small letters differ.
std::uint64_t in_small_letters(std::uint64_t word) noexcept {
    constexpr std::uint64_t kEach = 0x0101010101010101U;
    const std::uint64_t low = word & 0x7f * kEach;  // no sum below reaches into the next byte
    const std::uint64_t from_a = low + (0x80 - 'A') * kEach;
    const std::uint64_t past_z = low + (0x80 - ('Z' + 1)) * kEach;
    return word | ((from_a & ~past_z & ~word & 0x80 * kEach) >> 2);
}

const CommandName kWatch("watch");
const CommandName kExec("exec");
const CommandName kClient("client");
const CommandName kCluster("cluster");

bool has_part_with_keys(CallReply* described) {
    bool found = false;
    each_subcommand(described, [&](CallReply* part) { found = found || integer_of(part, 3) > 0; });
    return found;
}

/// The flags of a command. One that has subcommands writes if one of these does.
std::vector<std::string_view> flags_in(CallReply* described) {
    std::vector<std::string_view> flags = words_of(api::CallReplyArrayElement(described, 2));
    each_subcommand(described, [&](CallReply* part) {
        for (const std::string_view flag : words_of(api::CallReplyArrayElement(part, 2)))
            if ((flag == "write" || flag == "readonly" || flag == "denyoom") && !has(flags, flag))
                flags.push_back(flag);
    });
    if (has(flags, "write")) std::erase(flags, "readonly");
    return flags;
}

ProxyCommands* instance = nullptr;

}  // namespace

/// `described` is the command's part of what COMMAND says: name, arity, flags, first, last, step, categories.
bool ProxyCommands::create_one(Context* context, CallReply* described) {
    const std::string name(ServerReply::text_of(api::CallReplyArrayElement(described, 0)));
    const std::vector<std::string_view> flags = flags_in(described);
    CommandFunction run = served_by(name);
    const bool is_served = run != nullptr;
    const bool moves = has(flags, "movablekeys");
    ProxyCommand proxy{CommandName(name),
                       nullptr,
                       integer_of(described, 1),
                       integer_of(described, 3),
                       integer_of(described, 4),
                       integer_of(described, 5),
                       moves,
                       has(flags, "blocking")};
    if (!has_command(context, name.c_str())) return true;  // it has another name
    const bool has_keys = proxy.first > 0 || moves || has_part_with_keys(described);
    if (!is_served) {
        const bool is_left = std::find(std::begin(kLeft), std::end(kLeft), name) != std::end(kLeft);
        if (is_left || !has_keys || name.find('.') != std::string::npos) return true;
        if (has(flags, "admin") || has(flags, "pubsub")) return true;
        run = run_proxy<borrow>;
    }
    const std::string proxy_name = std::string(kProxyPrefix) + name;
    KeySpecs specs(described);
    const bool has_specs =
        specs.are_complete() && api::SetCommandInfo != nullptr && api::GetCommand != nullptr;
    const bool fixed = !moves && proxy.first > 0;
    // Permissions go by the specs, if there are any; a cluster's slots go by fixed places, or by what the command says.
    const bool says_keys_itself = has_keys && !(fixed && has_specs);
    if (api::CreateCommand(context, proxy_name.c_str(), run,
                           flags_of(flags, is_served, says_keys_itself).c_str(), fixed ? proxy.first : 0,
                           fixed ? proxy.last : 0, fixed ? proxy.step : 0) != kOk)
        return false;
    if (has_specs) specs.give_to(api::GetCommand(context, proxy_name.c_str()), proxy.arity);
    if (api::SetCommandACLCategories != nullptr && api::GetCommand != nullptr)
        api::SetCommandACLCategories(api::GetCommand(context, proxy_name.c_str()),
                                     categories_of(api::CallReplyArrayElement(described, 6)).c_str());
    proxy.name = api::CreateString(nullptr, proxy_name.data(), proxy_name.size());
    place_of(proxy.stands_for) = proxy;
    return true;
}

bool ProxyCommands::create(Context* context) {
    // These four carry values between the cache and the server.
    for (const char* const name : {"get", "set", "del", "pttl"})
        if (!has_command(context, name))
            throw ReplyError{fmt::format(
                "a takeover needs the server's own {} under its name, and rename-command has taken it away",
                name)};
    const ServerReply commands(api::Call(context, "COMMAND", "E"));
    if (commands.is_error()) return false;
    for (std::size_t i = 0; i < commands.size(); ++i)
        if (!create_one(context, commands.at(i))) return false;
    instance = this;
    own_context_ = api::GetDetachedThreadSafeContext(context);
    filter_ = api::RegisterCommandFilter(context, filter, kNotOwnCalls);
    return filter_ != nullptr;
}

void ProxyCommands::remove(Context* context) {
    if (filter_ != nullptr) api::UnregisterCommandFilter(context, filter_);
    for (const ProxyCommand& proxy : proxies_)
        if (!proxy.stands_for.is_empty()) api::FreeString(nullptr, proxy.name);
    proxies_.assign(kPlaces, {});
    if (own_context_ != nullptr) api::FreeThreadSafeContext(std::exchange(own_context_, nullptr));
    instance = nullptr;
}

/// Whether the takeover is about this call. With a prefix: whether one of the keys begins with it.
bool ProxyCommands::concerns(FilterContext* context, const ProxyCommand& proxy) {
    if (state().settings.takeover.kind != Takeover::Kind::prefix) return true;
    if (proxy.finds_keys_itself || proxy.first == 0) return true;
    const int count = api::CommandFilterArgsCount(context);
    const int last = proxy.last < 0 ? count + proxy.last : proxy.last;
    for (int at = proxy.first; at <= last && at < count; at += std::max(proxy.step, 1))
        if (takes_key(text_of(api::CommandFilterArgGet(context, at)))) return true;
    return false;
}

/// Whether an argument is the name of a string of a cache. Which database is selected, a filter does not know.
bool ProxyCommands::names_a_string(FilterContext* context) {
    for (int at = 1; at < api::CommandFilterArgsCount(context); ++at) {
        const std::string_view text = text_of(api::CommandFilterArgGet(context, at));
        if (takes_key(text) && state().caches.may_have(text)) return true;
    }
    return false;
}

CommandName::CommandName(std::string_view said) noexcept {
    if (said.size() > sizeof words_) return;
    std::memcpy(words_.data(), said.data(), said.size());
    for (std::uint64_t& word : words_) word = in_small_letters(word);
}

ProxyCommands::ProxyCommand& ProxyCommands::place_of(const CommandName& name) noexcept {
    for (std::size_t at = name.hash() % kPlaces;; at = (at + 1) % kPlaces)
        if (proxies_[at].stands_for.is_empty() || proxies_[at].stands_for == name) return proxies_[at];
}

void ProxyCommands::filter(FilterContext* context) noexcept {
    const CommandName name(text_of(api::CommandFilterArgGet(context, 0)));
    if (name.is_empty()) return;
    if (name == kWatch || name == kExec) [[unlikely]]
        return name == kExec ? before_exec(instance->own_context_)
                             : before_watch(context, instance->own_context_);
    if (name == kClient && starts_tracking(context)) [[unlikely]]
        state().tracks = true;
    const ProxyCommand& proxy = instance->place_of(name);
    if (proxy.stands_for.is_empty()) return;
    // The server itself reports a wrong number of arguments, also when it queues the command for a transaction.
    const int count = api::CommandFilterArgsCount(context);
    if (proxy.arity >= 0 ? count != proxy.arity : count < -proxy.arity) return;
    if (!concerns(context, proxy)) return;
    if (name == kCluster && !asks_for_keys_of_slot(context)) return;
    if (proxy.may_block && !names_a_string(context)) return;
    api::RetainString(nullptr, proxy.name);
    api::CommandFilterArgReplace(context, 0, proxy.name);
}

}  // namespace dummycache::redis
