// SPDX-License-Identifier: MIT
// Commands that only the server knows, on keys that may be strings of the cache. Each such string is lent: it is copied
// to the server, the server runs its own command, and the cache takes the string back as the command left it. So SETBIT
// works, LPUSH replies WRONGTYPE in the server's own words, and a string that becomes a list leaves the cache.
//
// The cache keeps its entry while the copy is in the server. So nothing is lost if the server is killed meanwhile.
//
// Who watches or tracks the key, or listens to events, learns of what the command does, and nothing of the copy. A command that is about
// strings alone, as SETBIT, does not go to replicas, as nothing of the cache's strings does. Any other that writes does, and before it
// the copies, without which it would do something else there:
//
//   the server     copy of k    SORT l BY k STORE m    the copy is gone
//   its replicas   SET k ...    SORT l BY k STORE m    DEL k
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <exception>
#include <unordered_set>
#include <vector>

#include "tools/redis/commands.hpp"
#include "tools/redis/expiry.hpp"
#include "tools/redis/module_state.hpp"
#include "tools/redis/patience.hpp"
#include "tools/redis/server_key.hpp"
#include "tools/redis/server_keyspace.hpp"
#include "tools/redis/sort.hpp"
#include "tools/redis/transfer.hpp"

namespace dummycache::redis {

namespace {

/// How a command is called whose strings are lent.
struct Loan {
    bool is_about_strings;  ///< neither the command nor the copies go to replicas
    Replicates replicates;  ///< the copies
};

/// Commands whose keys are strings, before and after.
bool is_about_strings(std::string_view command) {
    static const std::unordered_set<std::string_view> names{
        "setbit",  "getbit", "bitcount", "bitpos", "bitop",    "bitfield", "bitfield_ro", "pfadd", "pfcount",
        "pfmerge", "lcs",    "getrange", "substr", "setrange", "append",   "set",         "getex", "getset"};
    return names.contains(command);
}

Loan loan_of(const Request& request, const std::vector<KeyPlace>& places) {
    constexpr int kWrites = 2 | 4 | 8;  // read and write, overwrite, remove
    bool takes_all = true;
    bool writes = false;
    for (const KeyPlace& place : places) {
        takes_all = takes_all && takes_key(text_of(request.raw(place.at)));
        writes = writes || (place.flags & kWrites) != 0;
    }
    if (takes_all && is_about_strings(request.name())) return {true, Replicates::no};
    return {false, writes ? Replicates::yes : Replicates::no};
}

struct Lent {
    String* key;
    std::optional<Entry> entry;    ///< empty: it was not in the cache
    bool is_theirs = false;        ///< the server had it before
    std::int64_t deadline_ms = 0;  ///< of the entry, since 1970; 0: it lives for ever
};

/// Those keys of the command that the cache may have.
std::vector<Lent> keys_of(const Request& request, const std::vector<KeyPlace>& places) {
    std::vector<Lent> keys;
    for (const KeyPlace& place : places) {
        String* const key = request.raw(place.at);
        if (takes_key(text_of(key))) keys.push_back({.key = key, .entry = std::nullopt});
    }
    return keys;
}

/// A local process may have set a key that has another type in the server. Then the string comes first.
void lend(const Request& request, Lent& lent, Replicates replicates) {
    const std::string_view key = text_of(lent.key);
    const int type = server_type(request.context(), lent.key);
    if (type != kNoKey) {
        lent.is_theirs = true;
        if (type != kStringKey && request.cache().contains(key)) throw ReplyError{replies::kWrongType};
        return;
    }
    lent.entry = request.cache().get_entry(key);
    if (!lent.entry) return;
    if (lent.entry->ttl != kForever) lent.deadline_ms = unix_ms_after(lent.entry->ttl);
    copy_to_server(request.context(), lent.key, *lent.entry, replicates);
}

/// Whether the command has left the remaining time alone. The server counts in milliseconds, and some may have passed
/// between two looks at the clock.
bool has_same_deadline(const Lent& lent, std::int64_t ttl_ms) {
    constexpr std::int64_t kSlackMs = 5;
    if (ttl_ms == kNoDeadline || lent.deadline_ms == 0) return ttl_ms == kNoDeadline && lent.deadline_ms == 0;
    return std::abs(unix_ms_after(std::chrono::milliseconds(ttl_ms)) - lent.deadline_ms) <= kSlackMs;
}

/// The copy has done its work.
void take_away(const Request& request, const Lent& lent, Replicates replicates) {
    ServerKey(request.context(), lent.key).remove();
    if (replicates == Replicates::yes) replicate_delete(request.context(), lent.key);
}

bool is_as_lent(const Request& request, const Lent& lent) {
    ServerKey there(request.context(), lent.key);
    return there.value() == lent.entry->value && has_same_deadline(lent, there.ttl_ms());
}

/// After the command: a string goes to the cache, a key of any other type stays in the server.
void take_back(const Request& request, const Lent& lent, Loan loan) {
    const int type = server_type(request.context(), lent.key);
    // Replicas have it if the server had it; and if it is a result of a command that they run too.
    const auto replicates = lent.is_theirs || !loan.is_about_strings ? Replicates::yes : Replicates::no;
    if (type == kNoKey && lent.is_theirs && loan.is_about_strings)
        replicate_delete(request.context(), lent.key);
    if (type != kStringKey) {
        if (lent.entry) patiently([&] { request.cache().erase(text_of(lent.key)); });
    } else if (lent.entry && is_as_lent(request, lent)) {
        take_away(request, lent, loan.replicates);
    } else {
        move_to_cache(request.context(), lent.key, request.cache(), lent.entry, replicates);
    }
}

/// All or none.
void lend_all(const Request& request, std::vector<Lent>& keys, Replicates replicates) {
    try {
        for (Lent& lent : keys) lend(request, lent, replicates);
    } catch (...) {
        for (const Lent& lent : keys)
            if (lent.entry && !lent.is_theirs) take_away(request, lent, replicates);
        throw;
    }
}

void take_all_back(const Request& request, const std::vector<Lent>& keys, Loan loan) {
    std::exception_ptr problem;
    for (const Lent& lent : keys) {
        try {
            take_back(request, lent, loan);
        } catch (const Error&) {
            // The cache has no room, or another process holds its lock. It keeps its entry, so nothing was done.
            if (!lent.is_theirs) take_away(request, lent, loan.replicates);
            problem = std::current_exception();
        }
    }
    if (problem != nullptr) std::rethrow_exception(problem);
}

CallReply* call(const Request& request, Loan loan) {
    if (request.name().starts_with("sort") && sorts_set_by_constant(request))
        return call_sort_in_order(request);
    return loan.is_about_strings ? request.call_server_alone() : request.call_server();
}

/// Whether it replied. Otherwise no data came to the list that it moves from, and it has left all as it was.
bool lend_and_call(const Request& request, bool may_wait) {
    const std::vector<KeyPlace> places =
        key_places(request.context(), request.name(), request.raws(), request.count());
    std::vector<Lent> keys = keys_of(request, places);
    const bool is_sort = request.name().starts_with("sort");
    const std::vector<OwnString> lookups = is_sort ? sort_lookups(request) : std::vector<OwnString>();
    for (const OwnString& key : lookups) keys.push_back({.key = key.get(), .entry = std::nullopt});
    const Loan loan = loan_of(request, places);
    lend_all(request, keys, loan.replicates);
    const ServerReply reply(call(request, loan));
    take_all_back(request, keys, loan);
    if (may_wait && reply.is_null()) return false;
    reply_with(request.context(), reply);
    return true;
}

/// Commands that wait for a list to have an element, though their target is a string: that is an error only then.
bool waits_for_data(std::string_view command) { return command == "blmove" || command == "brpoplpush"; }

int wait_for_data(const Request& request) {
    const double seconds = number_in<double>(request[request.count() - 1]).value_or(0);
    const auto most = std::chrono::milliseconds(static_cast<std::int64_t>(std::ceil(seconds * 1000)));
    const auto attempt = [](Context* context, String** argv, int argc, Cache& cache) {
        return lend_and_call(Request(context, argv, argc, Rules::redis, cache), true);
    };
    return state().waiting_calls.until_data(request.context(), request.raws(), request.count(),
                                            api::GetSelectedDb(request.context()), attempt, most);
}

}  // namespace

int borrow(const Request& request) {
    const bool may_wait = waits_for_data(request.name()) && WaitingCalls::can_wait(request.context());
    return lend_and_call(request, may_wait) ? kOk : wait_for_data(request);
}

}  // namespace dummycache::redis
