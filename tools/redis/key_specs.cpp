// SPDX-License-Identifier: MIT
#include "tools/redis/key_specs.hpp"

#include <bit>
#include <cstdint>
#include <string_view>

#include "tools/redis/server_keyspace.hpp"

namespace dummycache::redis {

namespace {

struct Flag {
    std::string_view shown;
    std::uint64_t value;
};
constexpr Flag kFlags[] = {{"RO", 1},      {"RW", 2},      {"OW", 4},       {"RM", 8},       {"access", 16},
                           {"update", 32}, {"insert", 64}, {"delete", 128}, {"not_key", 256}};
constexpr std::uint64_t kWays = 15;  // RO to RM, of which a spec has one
constexpr std::uint64_t kReadWrite = 2;
constexpr std::uint64_t kEffects = 32 | 64 | 128;  // update to delete, of which a spec has one at most
constexpr std::uint64_t kUpdates = 32;

/// The rights of both specs together.
std::uint64_t merged(std::uint64_t one, std::uint64_t other) noexcept {
    std::uint64_t flags = one | other;
    if ((one & kWays) != (other & kWays)) flags = (flags & ~kWays) | kReadWrite;
    if (std::popcount(flags & kEffects) > 1) flags = (flags & ~kEffects) | kUpdates;
    return flags;
}

/// The value behind a name in a list of names and values.
CallReply* field(CallReply* map, std::string_view name) {
    for (std::size_t i = 0; i + 1 < api::CallReplyLength(map); i += 2)
        if (ServerReply::text_of(api::CallReplyArrayElement(map, i)) == name)
            return api::CallReplyArrayElement(map, i + 1);
    return nullptr;
}

int number(CallReply* map, std::string_view name) {
    CallReply* const value = field(map, name);
    return value == nullptr ? 0 : static_cast<int>(api::CallReplyInteger(value));
}

std::string_view text(CallReply* map, std::string_view name) {
    return ServerReply::text_of(field(map, name));
}

CallReply* specs_in(CallReply* described) {
    constexpr std::size_t kPlace = 8;
    return api::CallReplyLength(described) > kPlace ? api::CallReplyArrayElement(described, kPlace) : nullptr;
}

}  // namespace

KeySpecs::KeySpecs(CallReply* described) {
    CallReply* const own = specs_in(described);
    for (std::size_t i = 0; own != nullptr && i < api::CallReplyLength(own); ++i)
        add(api::CallReplyArrayElement(own, i));
    // All subcommands of one command have their key in the same place. Together they need the rights of each.
    each_subcommand(described, [&](CallReply* part) {
        CallReply* const specs = specs_in(part);
        if (specs == nullptr || api::CallReplyLength(specs) == 0) return;
        add(api::CallReplyArrayElement(specs, 0));
        if (specs_.size() < 2) return;
        KeySpec& first = specs_.front();
        first.flags = merged(first.flags, specs_.back().flags);
        specs_.pop_back();
    });
    specs_.push_back({});  // the end
}

void KeySpecs::add(CallReply* spec) {
    KeySpec added{};
    CallReply* const flags = field(spec, "flags");
    for (std::size_t i = 0; i < api::CallReplyLength(flags); ++i) {
        const std::string_view shown = ServerReply::text_of(api::CallReplyArrayElement(flags, i));
        if (shown == "variable_flags" || shown == "incomplete") complete_ = false;
        for (const Flag& flag : kFlags)
            if (flag.shown == shown) added.flags |= flag.value;
    }
    begin_at(added, field(spec, "begin_search"));
    find_by(added, field(spec, "find_keys"));
    specs_.push_back(added);
}

void KeySpecs::begin_at(KeySpec& spec, CallReply* begin) {
    CallReply* const how = field(begin, "spec");
    const std::string_view type = text(begin, "type");
    if (type == "index") {
        spec.begin = kAtIndex;
        spec.begin_at.index.position = number(how, "index");
    } else if (type == "keyword") {
        words_.emplace_back(text(how, "keyword"));
        spec.begin = kAtKeyword;
        spec.begin_at.keyword = {words_.back().c_str(), number(how, "startfrom")};
    } else {
        complete_ = false;
    }
}

void KeySpecs::find_by(KeySpec& spec, CallReply* find) {
    CallReply* const how = field(find, "spec");
    const std::string_view type = text(find, "type");
    if (type == "range") {
        spec.find = kByRange;
        spec.keys.range = {number(how, "lastkey"), number(how, "keystep"), number(how, "limit")};
    } else if (type == "keynum") {
        spec.find = kByCount;
        spec.keys.count = {number(how, "keynumidx"), number(how, "firstkey"), number(how, "keystep")};
    } else {
        complete_ = false;
    }
}

void KeySpecs::give_to(CommandHandle* command, int arity) {
    const CommandInfo info{&kInfoVersion, nullptr, nullptr,       nullptr, nullptr,
                           nullptr,       arity,   specs_.data(), nullptr};
    api::SetCommandInfo(command, &info);
}

}  // namespace dummycache::redis
