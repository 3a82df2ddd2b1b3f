// SPDX-License-Identifier: MIT
// Calls for all keys. They use SCAN, on one node after the other.
#include <dummycache/remote.hpp>

#include "answer.hpp"
#include "pipeline.hpp"
#include "scan.hpp"

namespace dummycache {

using namespace remote;

namespace {

/// The data that visit reads for each key.
struct Fetched {
    std::string key;
    std::optional<std::string> value = {};
    std::optional<std::chrono::microseconds> ttl = {};
    std::string type = "string";
};

constexpr std::string_view kOtherType = "WRONGTYPE";

/// Fills in value and remaining time. For keys that are no strings it asks for the type in a second round trip.
void fetch(Router& router, const What& what, std::vector<Fetched>& entries) {
    std::vector<Request> requests;
    for (const Fetched& entry : entries) {
        requests.push_back(request_for(Repeat::once, {"GET", entry.key}));
        requests.push_back(request_for(Repeat::once, {"PTTL", entry.key}));
    }
    router.run(requests, what);
    std::vector<Request> types;
    std::vector<Fetched*> others;
    for (std::size_t i = 0; i < entries.size(); ++i) {
        const redisReply& value = *requests[2 * i].reply;
        router.check(*requests[2 * i + 1].reply, what);
        entries[i].ttl = ttl_in(*requests[2 * i + 1].reply, router, what);
        if (is_error(value) && text_of(value).starts_with(kOtherType)) {
            others.push_back(&entries[i]);
            types.push_back(request_for(Repeat::once, {"TYPE", entries[i].key}));
            continue;
        }
        router.check(value, what);
        entries[i].value = value_in(value, router, what);
    }
    if (types.empty()) return;
    router.run_and_check(types, what);
    for (std::size_t i = 0; i < others.size(); ++i) others[i]->type = text_of(*types[i].reply);
}

/// False if the visitor wants no more. Keys that expired or changed their type meanwhile are not shown.
bool show(const std::vector<Fetched>& entries, const std::function<bool(const RemoteEntry&)>& visitor) {
    for (const Fetched& entry : entries) {
        const bool is_string = entry.type == "string";
        if (!entry.ttl || entry.type == "none" || is_string != entry.value.has_value()) continue;
        const std::string_view value = is_string ? std::string_view(*entry.value) : std::string_view{};
        if (!visitor({entry.key, value, *entry.ttl, entry.type})) return false;
    }
    return true;
}

}  // namespace

void Remote::visit_keys(std::string_view glob, const std::function<bool(std::string_view)>& visitor) const {
    scan(*router_, {"visit_keys"}, glob, [&](std::vector<std::string>& keys) {
        for (const std::string& key : keys)
            if (!visitor(key)) return false;
        return true;
    });
}

void Remote::visit(std::string_view glob, const std::function<bool(const RemoteEntry&)>& visitor) const {
    const What what{"visit"};
    scan(*router_, what, glob, [&](std::vector<std::string>& keys) {
        std::vector<Fetched> entries;
        for (std::string& key : keys) entries.push_back({std::move(key)});
        fetch(*router_, what, entries);
        return show(entries, visitor);
    });
}

std::size_t Remote::erase_if(std::string_view glob) {
    const What what{"erase_if"};
    std::size_t erased = 0;
    Pipeline pipeline(*router_, what, [&](std::size_t, const redisReply& reply) {
        erased += integer_in(reply, *router_, what) > 0 ? 1 : 0;
    });
    scan(*router_, what, glob, [&](std::vector<std::string>& keys) {
        for (const std::string& key : keys) pipeline.add(request_for(Repeat::never, {"DEL", key}));
        return true;
    });
    pipeline.finish();
    return erased;
}

void Remote::clear() {
    for (const auto& node : router_->primaries())
        router_->run(request_to(node, Repeat::never, {"FLUSHDB"}), {"clear"});
}

std::uint64_t Remote::size() const {
    const What what{"size"};
    std::uint64_t keys = 0;
    for (const auto& node : router_->primaries()) {
        const Reply reply = router_->run(request_to(node, Repeat::once, {"DBSIZE"}), what);
        keys += static_cast<std::uint64_t>(integer_in(*reply, *router_, what));
    }
    return keys;
}

}  // namespace dummycache
