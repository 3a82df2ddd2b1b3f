// SPDX-License-Identifier: MIT
#include "tools/redis/request.hpp"

#include "tools/redis/module_state.hpp"
#include "tools/redis/server_keyspace.hpp"

namespace dummycache::redis {

std::string Request::name() const {
    return rules_ == Rules::redis ? name_behind(raw(0)) : lowercase((*this)[0]);
}

std::int64_t Request::integer(int at) const {
    const auto number = integer_in((*this)[at]);
    if (!number) throw ReplyError{replies::kNotInteger};
    return *number;
}

std::optional<int> Request::database(int at) const {
    constexpr std::int64_t kMost = 1'000'000;
    const auto number = integer_in((*this)[at]);
    if (!number || *number < 0 || *number > kMost) return std::nullopt;
    const auto db = static_cast<int>(*number);
    return Selected(context_, db).is_there() ? std::optional(db) : std::nullopt;
}

bool Request::is(int at, std::string_view word) const noexcept { return is_word((*this)[at], word); }

bool Request::takes(int at) const noexcept { return rules_ == Rules::cache || takes_key((*this)[at]); }

bool Request::is_elsewhere(int at) const {
    if (rules_ == Rules::cache) return false;
    return !takes(at) || (in_server(context_, raw(at)) && !cache_->contains((*this)[at]));
}

bool Request::exists(int at) const {
    if (takes(at) && cache_->contains((*this)[at])) return true;
    return rules_ == Rules::redis && in_server(context_, raw(at));
}

CallReply* Request::call_server() const {
    return call_as_client(context_, name().c_str(), argv_ + 1, argc_ - 1);
}

CallReply* Request::call_server_alone() const {
    return call_as_client(context_, name().c_str(), argv_ + 1, argc_ - 1, Replicates::no);
}

int Request::forward() const { return reply_with(context_, ServerReply(call_server())); }

void Request::changed(int at, const char* event, int type) const {
    api::SignalModifiedKey(context_, raw(at));
    note_change(rules_ == Rules::redis ? api::GetSelectedDb(context_) : 0, (*this)[at]);
    tell(at, event, type);
}

void Request::stored(int at, const char* event, bool is_new, int type) const {
    if (is_new) tell(at, "new", kNewEvent);
    changed(at, event, type);
}

void Request::got_time(int at, const Timeout& timeout) const {
    if (timeout.kind() != Timeout::Kind::over) return changed(at, "expire", kGenericEvent);
    state().past_expires ? changed(at, "expired", kExpiredEvent) : changed(at, "del", kGenericEvent);
}

bool Request::makes(int at) const { return (api::GetNotifyKeyspaceEvents() & kNewEvent) != 0 && !exists(at); }

std::nullopt_t Request::missed(int at) const {
    tell(at, "keymiss", kMissEvent);
    return std::nullopt;
}

void Request::tell(int at, const char* event, int type) const {
    api::NotifyKeyspaceEvent(context_, type, event, raw(at));
}

}  // namespace dummycache::redis
