// SPDX-License-Identifier: MIT
#include "tools/redis/locked_calls.hpp"

#include <utility>

#include "tools/redis/reply_error.hpp"

namespace dummycache::redis {

namespace {

using std::chrono::steady_clock;

constexpr std::chrono::seconds kLongestWait{5};
constexpr long long kBetweenTriesMs = 1;

}  // namespace

bool LockedCalls::can_wait(Context* context) noexcept {
    constexpr int kCannotWait = kInScript | kInTransaction | kDenyBlocking | kFromMaster;
    return (api::GetContextFlags(context) & kCannotWait) == 0;
}

int LockedCalls::add(Context* context, String** argv, int argc, int db, Attempt attempt) {
    Call call{nullptr, {argv, argv + argc}, db, std::move(attempt), steady_clock::now() + kLongestWait};
    for (String* const argument : call.arguments) api::RetainString(nullptr, argument);
    call.client = api::BlockClient(context, nullptr, nullptr, nullptr, 0);
    calls_.push_back(std::move(call));
    if (calls_.size() == 1) set_timer(context);
    return kOk;
}

void LockedCalls::set_timer(Context* context) {
    static_cast<void>(api::CreateTimer(context, kBetweenTriesMs, look, this));
}

void LockedCalls::look(Context* context, void* self) noexcept {
    auto& all = *static_cast<LockedCalls*>(self);
    for (auto call = all.calls_.begin(); call != all.calls_.end();) {
        if (!all.try_again(*call)) {
            ++call;
            continue;
        }
        for (String* const argument : call->arguments) api::FreeString(nullptr, argument);
        api::UnblockClient(call->client, nullptr);
        call = all.calls_.erase(call);
    }
    all.calls_.empty() ? all.handles_.clear() : all.set_timer(context);
}

/// The context collects the reply. The server hands it to the client when that is unblocked.
bool LockedCalls::try_again(Call& call) noexcept {
    Context* const context = api::GetThreadSafeContext(call.client);
    bool has_replied = true;
    try {
        call.attempt(context, call.arguments.data(), static_cast<int>(call.arguments.size()),
                     cache_of(call.db));
    } catch (const Error& error) {
        has_replied = error.code() != ErrorCode::busy || steady_clock::now() >= call.end;
        if (has_replied) reply_with_exception(context);
    } catch (...) {
        reply_with_exception(context);
    }
    api::FreeThreadSafeContext(context);
    return has_replied;
}

Cache& LockedCalls::cache_of(int db) {
    auto found = handles_.find(db);
    if (found == handles_.end()) {
        Options options = settings_.options;
        options.lock_timeout = std::chrono::milliseconds(0);
        found = handles_.emplace(db, Cache::open(caches_.name_of_db(db), options)).first;
    }
    return found->second;
}

}  // namespace dummycache::redis
