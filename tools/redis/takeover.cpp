// SPDX-License-Identifier: MIT
#include "tools/redis/takeover.hpp"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "tools/redis/commands.hpp"
#include "tools/redis/dispatch.hpp"
#include "tools/redis/key_specs.hpp"
#include "tools/redis/module_state.hpp"
#include "tools/redis/served_commands.hpp"
#include "tools/redis/server_keyspace.hpp"
#include "tools/redis/watching.hpp"

namespace dummycache::redis {

namespace {

/// A flag, as COMMAND shows it and as CreateCommand wants it. With denyoom a server whose own keys have reached maxmemory refuses a string
/// too, as a plain one does, though its value goes into the segment.
struct FlagName {
    std::string_view shown, wanted;
};
constexpr FlagName kFlags[] = {{"write", "write"},
                               {"denyoom", "deny-oom"},
                               {"readonly", "readonly"},
                               {"fast", "fast"},
                               {"noscript", "deny-script"},
                               {"loading", "allow-loading"},
                               {"stale", "allow-stale"},
                               {"skip_monitor", "no-monitor"},
                               {"skip_slowlog", "no-slowlog"},
                               {"no_mandatory_keys", "no-mandatory-keys"}};

std::vector<std::string_view> words_of(CallReply* reply) {
    std::vector<std::string_view> words;
    for (std::size_t i = 0; reply != nullptr && i < api::CallReplyLength(reply); ++i)
        words.push_back(ServerReply::text_of(api::CallReplyArrayElement(reply, i)));
    return words;
}

bool has(const std::vector<std::string_view>& words, std::string_view word) {
    return std::find(words.begin(), words.end(), word) != words.end();
}

std::string flags_of(std::string_view name, const std::vector<std::string_view>& shown,
                     bool says_keys_itself) {
    std::string flags;
    for (const FlagName& flag : kFlags)
        if (has(shown, flag.shown)) flags += (flags.empty() ? "" : " ") + std::string(flag.wanted);
    if (says_keys_itself) flags += " getkeys-api";
    // CLIENT PAUSE WRITE holds up the commands of this flag too. COMMAND does not show it; this one with keys has it.
    if (name == "pfcount") flags += " may-replicate";
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

const CommandName kWatch("watch");
const CommandName kExec("exec");
const CommandName kClient("client");
const CommandName kCluster("cluster");
const CommandName kLatency("latency");

bool has_part_with_keys(CallReply* described) {
    bool found = false;
    each_subcommand(described, [&](CallReply* part) { found = found || integer_of(part, 3) > 0; });
    return found;
}

/// The flags of a command. One that has subcommands writes if one of these does, and has any other flag that all of them have; HELP is not
/// looked at.
std::vector<std::string_view> flags_in(CallReply* described) {
    std::vector<std::string_view> flags = words_of(api::CallReplyArrayElement(described, 2));
    std::optional<std::vector<std::string_view>> common;
    each_subcommand(described, [&](CallReply* part) {
        const std::vector<std::string_view> own = words_of(api::CallReplyArrayElement(part, 2));
        for (const std::string_view flag : own)
            if ((flag == "write" || flag == "readonly" || flag == "denyoom") && !has(flags, flag))
                flags.push_back(flag);
        if (ServerReply::text_of(api::CallReplyArrayElement(part, 0)).ends_with("|help")) return;
        if (!common) common = own;
        std::erase_if(*common, [&](std::string_view flag) { return !has(own, flag); });
    });
    for (const std::string_view flag : common.value_or(std::vector<std::string_view>()))
        if (!has(flags, flag)) flags.push_back(flag);
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
    const bool moves = has(flags, "movablekeys");
    ProxyCommand proxy{CommandName(name),
                       nullptr,
                       integer_of(described, 1),
                       integer_of(described, 3),
                       integer_of(described, 4),
                       integer_of(described, 5),
                       moves,
                       run != nullptr && integer_of(described, 3) == 1,
                       has(flags, "blocking"),
                       nullptr};
    if (!has_command(context, name.c_str())) return true;  // it has another name
    const bool has_keys = proxy.first > 0 || moves || has_part_with_keys(described);
    if (run == nullptr) {
        if (stays_with_server(name) || !has_keys || name.find('.') != std::string::npos) return true;
        if (has(flags, "pubsub")) return true;
        run = run_proxy<borrow>;
    }
    const std::string proxy_name = std::string(kProxyPrefix) + name;
    KeySpecs specs(described);
    const bool has_specs =
        specs.are_complete() && api::SetCommandInfo != nullptr && api::GetCommand != nullptr;
    const bool fixed = !moves && proxy.first > 0;
    // Permissions go by the specs, if there are any; a cluster's slots go by fixed places, or by what the command says.
    const bool says_keys_itself = has_keys && !(fixed && has_specs);
    if (api::CreateCommand(context, proxy_name.c_str(), run, flags_of(name, flags, says_keys_itself).c_str(),
                           fixed ? proxy.first : 0, fixed ? proxy.last : 0, fixed ? proxy.step : 0) != kOk)
        return false;
    if (has_specs) specs.give_to(api::GetCommand(context, proxy_name.c_str()), proxy.arity);
    if (api::SetCommandACLCategories != nullptr && api::GetCommand != nullptr)
        api::SetCommandACLCategories(api::GetCommand(context, proxy_name.c_str()),
                                     categories_of(api::CallReplyArrayElement(described, 6)).c_str());
    proxy.name = api::CreateString(nullptr, proxy_name.data(), proxy_name.size());
    state().plain_names.add(proxy.name, name);
    if (Subcommands parts(described); !parts.are_none()) proxy.parts = &parts_.emplace_back(std::move(parts));
    place_of(proxy.stands_for) = proxy;
    return true;
}

bool ProxyCommands::create(Context* context) {
    // By these, replicas learn of a string that is lent or replaced.
    for (const char* const name : {"set", "del"})
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
    parts_.clear();
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

/// Whether one of the keys is a string of a cache. Which database is selected, a filter does not know.
bool ProxyCommands::has_string_as_key(FilterContext* context, Context* own) {
    std::vector<String*> words(static_cast<std::size_t>(api::CommandFilterArgsCount(context)));
    for (int at = 0; at < std::ssize(words); ++at)
        words[static_cast<std::size_t>(at)] = api::CommandFilterArgGet(context, at);
    for (const KeyPlace& place :
         key_places(own, text_of(words[0]), words.data(), static_cast<int>(words.size()))) {
        const std::string_view key = text_of(words[static_cast<std::size_t>(place.at)]);
        if (takes_key(key) && state().caches.may_have(key)) return true;
    }
    return false;
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
    // The server itself reports a wrong number of arguments or an unknown subcommand, also when it queues the command for a transaction.
    const int count = api::CommandFilterArgsCount(context);
    if (!fits(count, proxy.arity)) return;
    if (proxy.parts != nullptr) [[unlikely]] {
        const std::string_view part = text_of(api::CommandFilterArgGet(context, 1));
        if (!proxy.parts->have(part, count)) return;
        if (name == kLatency && !is_word(part, "histogram")) return;
        if (name == kCluster && !asks_for_keys_of_slot(context)) return;
    }
    if (!concerns(context, proxy)) return;
    if (proxy.may_block && !has_string_as_key(context, instance->own_context_)) return;
    // From here to the command the server has work of its own. Meanwhile the entry's memory arrives.
    if (proxy.reads_first_key) state().caches.expect(text_of(api::CommandFilterArgGet(context, 1)));
    api::RetainString(nullptr, proxy.name);
    api::CommandFilterArgReplace(context, 0, proxy.name);
}

}  // namespace dummycache::redis
