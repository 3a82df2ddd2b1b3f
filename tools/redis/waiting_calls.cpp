// SPDX-License-Identifier: MIT
#include "tools/redis/waiting_calls.hpp"

#include <algorithm>
#include <utility>

#include "tools/redis/reply_error.hpp"

namespace dummycache::redis {

namespace {

constexpr std::chrono::seconds kLongestForLock{5};
constexpr std::chrono::milliseconds kPaceForLock{1};
constexpr std::chrono::milliseconds kPaceForData{10};

WaitingCalls* instance = nullptr;  // the server's callbacks bring no pointer

}  // namespace

bool WaitingCalls::can_wait(Context* context) noexcept {
    constexpr int kCannotWait = kInScript | kInTransaction | kDenyBlocking | kFromMaster;
    return (api::GetContextFlags(context) & kCannotWait) == 0;
}

int WaitingCalls::until_unlocked(Context* context, String** argv, int argc, int db, Attempt attempt) {
    const auto now = Clock::now();
    return add(context, {api::BlockClient(context, nullptr, nullptr, nullptr, 0),
                         {argv, argv + argc},
                         db,
                         std::move(attempt),
                         kPaceForLock,
                         now,
                         now + kLongestForLock});
}

int WaitingCalls::until_data(Context* context, String** argv, int argc, int db, Attempt attempt,
                             std::chrono::milliseconds most) {
    BlockedClient* const client = api::BlockClient(context, nullptr, has_timed_out, nullptr, most.count());
    api::SetDisconnectCallback(client, has_gone);
    return add(context, {client,
                         {argv, argv + argc},
                         db,
                         std::move(attempt),
                         kPaceForData,
                         Clock::now() + kPaceForData,
                         Clock::time_point::max()});  // the server ends it
}

int WaitingCalls::add(Context* context, Call call) {
    instance = this;
    for (String* const argument : call.arguments) api::RetainString(nullptr, argument);
    calls_.push_back(std::move(call));
    if (calls_.size() == 1) set_timer(context);
    return kOk;
}

void WaitingCalls::set_timer(Context* context) {
    const auto soonest = std::min_element(calls_.begin(), calls_.end(),
                                          [](const Call& a, const Call& b) { return a.pace < b.pace; });
    const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(soonest->pace);
    static_cast<void>(api::CreateTimer(context, ms.count(), look, this));
}

void WaitingCalls::look(Context* context, void* self) noexcept {
    auto& all = *static_cast<WaitingCalls*>(self);
    for (auto call = all.calls_.begin(); call != all.calls_.end();) {
        if (!call->is_over && !all.try_again(*call)) {
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
bool WaitingCalls::try_again(Call& call) noexcept {
    const auto now = Clock::now();
    if (now < call.next) return false;
    call.next = now + call.pace;
    Context* const context = api::GetThreadSafeContext(call.client);
    bool has_replied = true;
    try {
        has_replied = call.attempt(context, call.arguments.data(), static_cast<int>(call.arguments.size()),
                                   cache_of(call.db));
    } catch (const Error& error) {
        has_replied = error.code() != ErrorCode::busy || now >= call.end;
        if (has_replied) reply_with_exception(context);
    } catch (...) {
        reply_with_exception(context);
    }
    api::FreeThreadSafeContext(context);
    return has_replied;
}

int WaitingCalls::has_timed_out(Context* context, String**, int) noexcept {
    instance->end(api::GetBlockedClientHandle(context));
    return api::ReplyWithNullArray(context);
}

void WaitingCalls::has_gone(Context*, BlockedClient* client) noexcept { instance->end(client); }

void WaitingCalls::end(BlockedClient* client) noexcept {
    for (Call& call : calls_) call.is_over = call.is_over || call.client == client;
}

Cache& WaitingCalls::cache_of(int db) {
    auto found = handles_.find(db);
    if (found == handles_.end()) {
        Options options = settings_.options;
        options.lock_timeout = std::chrono::milliseconds(0);
        found = handles_.emplace(db, Cache::open(caches_.name_of_db(db), options)).first;
    }
    return found->second;
}

}  // namespace dummycache::redis
