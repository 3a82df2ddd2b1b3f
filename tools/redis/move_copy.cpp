// SPDX-License-Identifier: MIT
// MOVE and COPY into another database. Each database has its own cache, or none.
#include <utility>

#include "tools/redis/commands.hpp"
#include "tools/redis/module_state.hpp"
#include "tools/redis/patience.hpp"
#include "tools/redis/server_key.hpp"
#include "tools/redis/server_keyspace.hpp"
#include "tools/redis/transfer.hpp"

namespace dummycache::redis {

namespace {

/// The place that a value goes to: the name `key` in a database that is not the selected one.
struct Target {
    int db;
    String* key;
    bool replaces;

    [[nodiscard]] std::string_view text() const noexcept { return text_of(key); }
    /// The cache of that database. Null if the cache does not serve the database or the key.
    [[nodiscard]] Cache* cache() const {
        return takes_db(db) && takes_key(text()) ? &state().caches.of_db(db) : nullptr;
    }
};

/// The string that is moved or copied, if the cache has it.
std::optional<Entry> own_entry(const Request& request) {
    const bool is_served = takes_db(api::GetSelectedDb(request.context())) && takes_key(request[1]);
    return is_served ? request.cache().get_entry(request[1]) : std::nullopt;
}

bool put(const Request& request, const Target& target, const Entry& entry) {
    const Selected other(request.context(), target.db);
    if (!target.replaces && in_server(request.context(), target.key)) return false;
    const Timeout timeout = remaining(entry);
    if (Cache* const cache = target.cache()) {
        if (!target.replaces && !cache->add(target.text(), entry.value, timeout, entry.codec)) return false;
        // In the server what is replaced is deleted first, so the key is always new.
        api::NotifyKeyspaceEvent(request.context(), kNewEvent, "new", target.key);
        if (target.replaces) patiently([&] { cache->set(target.text(), entry.value, timeout, entry.codec); });
        replace_in_server(request.context(), target.key);
    } else {
        copy_to_server(request.context(), target.key, entry);
    }
    api::SignalModifiedKey(request.context(), target.key);
    note_change(target.db, target.text());
    return true;
}

void tell(const Request& request, const Target& target, const char* event) {
    const Selected other(request.context(), target.db);
    api::NotifyKeyspaceEvent(request.context(), kGenericEvent, event, target.key);
}

/// The server's own command moves or copies a key of the server, unless the target's cache has a string of that name.
int by_server(const Request& request, const Target& target) {
    Cache* const cache = target.cache();
    if (!target.replaces && cache != nullptr && cache->contains(target.text())) return request.reply(0);
    const ServerReply reply(request.call_server());
    if (reply.integer() == 1 && cache != nullptr) patiently([&] { cache->erase(target.text()); });
    return reply_with(request.context(), reply);
}

/// The number of the other database. Empty if it is no number, or is the selected database, or if all databases share
/// one cache.
std::optional<int> other_db(const Request& request, int at) {
    if (state().settings.takeover.kind == Takeover::Kind::prefix) return std::nullopt;
    const auto db = request.database(at);
    return db == api::GetSelectedDb(request.context()) ? std::nullopt : db;
}

/// The server itself moves or copies, and says what is wrong with the command.
int within_one(const Request& request) {
    return takes_db(api::GetSelectedDb(request.context())) ? borrow(request) : request.forward();
}

}  // namespace

int move(const Request& request) {
    const auto db = other_db(request, 2);
    if (!db) return within_one(request);
    const Target target{*db, request.raw(1), false};
    const auto entry = own_entry(request);
    if (!entry) return by_server(request, target);
    if (!put(request, target, *entry)) return request.reply(0);
    patiently([&] { request.cache().erase(request[1]); });
    request.changed(1, "move_from", kGenericEvent);
    tell(request, target, "move_to");
    return request.reply(1);
}

int copy(const Request& request) {
    const int selected = api::GetSelectedDb(request.context());
    Target target{selected, request.raw(2), false};
    for (int at = 3; at < request.count(); ++at) {
        if (request.is(at, "replace")) {
            target.replaces = true;
        } else if (request.is(at, "db") && at + 1 < request.count()) {
            const auto db = other_db(request, ++at);
            if (!db && integer_in(request[at]) != selected) return within_one(request);
            target.db = db.value_or(selected);
        } else {
            return within_one(request);
        }
    }
    const bool within = target.db == selected;
    // A copy that the server makes has no codec. So it makes only those of its own keys.
    const auto entry = within && request[1] == request[2] ? std::nullopt : own_entry(request);
    if (!entry) return within ? within_one(request) : by_server(request, target);
    if (!put(request, target, *entry)) return request.reply(0);
    tell(request, target, "copy_to");
    return request.reply(1);
}

}  // namespace dummycache::redis
