// SPDX-License-Identifier: MIT
#include "tools/redis/dispatch.hpp"

#include "tools/redis/commands.hpp"
#include "tools/redis/module_state.hpp"
#include "tools/redis/patience.hpp"
#include "tools/redis/server_keyspace.hpp"

namespace dummycache::redis {

namespace {

/// The server asks which of the arguments are keys, and what becomes of them: for permissions and the cluster's slots.
int tell_keys(Context* context, String** argv, int argc) {
    for (const KeyPlace& key : key_places(context, name_behind(argv[0]), argv, argc))
        api::KeyAtPosWithFlags(context, key.at, key.flags);
    return kOk;
}

/// Calls the function. Options that it does not know may be those of a newer server. So the server's own command decides:
/// it gets the keys lent, and says what is wrong, if anything is.
int call_or_lend(const Request& request, Function function) {
    try {
        return function(request);
    } catch (const ReplyError& error) {
        const bool is_unknown =
            error.text == replies::kSyntax || error.text.starts_with(replies::kUnsupported);
        if (request.rules() == Rules::cache || !is_unknown) throw;
        if (key_places(request.context(), request.name(), request.raws(), request.count()).empty()) throw;
    }
    return borrow(request);
}

/// If the cache is locked, the client waits, or if it cannot, the server.
int call(Context* context, String** argv, int argc, const CommandDescription& command, int db) {
    const Request request(context, argv, argc, command.rules, state().caches.of_db(db));
    try {
        return call_or_lend(request, command.function);
    } catch (const Error& error) {
        if (error.code() != ErrorCode::busy) throw;
    }
    if (!WaitingCalls::can_wait(context)) return patiently([&] { return command.function(request); });
    const auto attempt = [command](Context* its_own, String** words, int count, Cache& cache) {
        command.function(Request(its_own, words, count, command.rules, cache));
        return true;
    };
    return state().waiting_calls.until_unlocked(context, argv, argc, db, attempt);
}

/// A client that tracks keys wants to know when one that it has read changes.
void note_tracked(Context* context, String** argv, int argc, int db) {
    for (const KeyPlace& key : key_places(context, name_behind(argv[0]), argv, argc))
        state().tracked.note(context, state().caches.slot_of(db), text_of(argv[key.at]));
}

int run_in_database(Context* context, String** argv, int argc, const CommandDescription& command, int db) {
    const bool is_proxy = command.rules == Rules::redis;
    if (is_proxy && command.databases == Databases::selected && !takes_db(db))
        return forward_call(context, name_behind(argv[0]).c_str(), argv + 1, argc - 1);
    const int reply = call(context, argv, argc, command, db);
    if (is_proxy && state().tracks) [[unlikely]]
        note_tracked(context, argv, argc, db);
    state().caches.log_news(context, db);
    return reply;
}

}  // namespace

int run(Context* context, String** argv, int argc, const CommandDescription& command) noexcept {
    const bool is_proxy = command.rules == Rules::redis;
    int reply = kOk;
    try {
        if (is_proxy && api::IsKeysPositionRequest(context) != 0) return tell_keys(context, argv, argc);
        reply = run_in_database(context, argv, argc, command, is_proxy ? api::GetSelectedDb(context) : 0);
    } catch (...) {
        reply = reply_with_exception(context);
    }
    if (is_proxy) state().plain_names.give_back(argv);
    return reply;
}

}  // namespace dummycache::redis
