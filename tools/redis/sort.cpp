// SPDX-License-Identifier: MIT
#include "tools/redis/sort.hpp"

#include <string>
#include <string_view>
#include <unordered_set>

#include "tools/redis/commands.hpp"
#include "tools/redis/module_state.hpp"
#include "tools/redis/server_keyspace.hpp"

namespace dummycache::redis {

namespace {

/// The name that SORT looks up for an element: the pattern with the element in the place of its star. Empty if the
/// pattern names no string: it has no star, or is about a field of a hash.
std::string looked_up(std::string_view pattern, std::string_view element) {
    const std::size_t star = pattern.find('*');
    if (star == pattern.npos) return {};
    const std::size_t arrow = pattern.find("->", star);
    if (arrow != pattern.npos && arrow + 2 < pattern.size()) return {};
    return std::string(pattern.substr(0, star)).append(element).append(pattern.substr(star + 1));
}

/// The patterns of SORT's BY and GET.
std::vector<std::string_view> sort_patterns(const Request& request) {
    std::vector<std::string_view> patterns;
    for (int at = 2; at + 1 < request.count(); ++at)
        if (request.is(at, "by") || request.is(at, "get")) patterns.push_back(request[++at]);
    return patterns;
}

/// The elements of a list, a set or a sorted set.
CallReply* elements_of(Context* context, String* key) {
    switch (server_type(context, key)) {
        case kListKey: return api::Call(context, "LRANGE", "Escc", key, "0", "-1");
        case kSetKey: return api::Call(context, "SMEMBERS", "Es", key);
        case kSortedSetKey: return api::Call(context, "ZRANGE", "Escc", key, "0", "-1");
        default: return nullptr;
    }
}

/// Where BY stands, if its pattern has no star; 0 if it does not.
int place_of_constant(const Request& request) {
    for (int at = 2; at + 1 < request.count(); ++at)
        if (request.is(at, "by")) return request[at + 1].find('*') == std::string_view::npos ? at : 0;
    return 0;
}

}  // namespace

std::vector<OwnString> sort_lookups(const Request& request) {
    std::vector<OwnString> keys;
    const std::vector<std::string_view> patterns = sort_patterns(request);
    if (patterns.empty()) return keys;
    std::unordered_set<std::string> names;
    const ServerReply elements(elements_of(request.context(), request.raw(1)));
    for (std::size_t i = 0; elements.get() != nullptr && i < elements.size(); ++i)
        for (const std::string_view pattern : patterns)
            names.insert(looked_up(pattern, ServerReply::text_of(elements.at(i))));
    for (const std::string& name : names)
        if (takes_key(name) && request.cache().contains(name)) keys.emplace_back(request.context(), name);
    return keys;
}

bool sorts_set_by_constant(const Request& request) {
    return (api::GetContextFlags(request.context()) & kInScript) != 0 && place_of_constant(request) != 0 &&
           server_type(request.context(), request.raw(1)) == kSetKey;
}

CallReply* call_sort_in_order(const Request& request) {
    const int by = place_of_constant(request);
    const OwnString alpha(request.context(), "ALPHA");
    std::vector<String*> words;
    for (int at = 1; at < request.count(); ++at)
        if (at != by && at != by + 1) words.push_back(request.raw(at));
    words.push_back(alpha.get());
    return call_as_client(request.context(), request.name().c_str(), words.data(),
                          static_cast<int>(words.size()));
}

}  // namespace dummycache::redis
