// SPDX-License-Identifier: MIT
#include "tools/redis/request.hpp"

#include <charconv>

#include "tools/redis/worlds.hpp"

namespace dummycache::redis {

namespace {

char lower(char c) noexcept { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

const char* code_of(ErrorCode code) noexcept {
    switch (code) {
        case ErrorCode::busy: return "BUSY ";
        case ErrorCode::full:
        case ErrorCode::out_of_memory: return "OOM ";
        default: return "ERR ";
    }
}

}  // namespace

std::string Request::name() const {
    std::string name;
    for (const char c : (*this)[0]) name += lower(c);
    return rules_ == Rules::redis ? name.substr(kTwinPrefix.size()) : name;
}

std::int64_t Request::integer(int at) const {
    const auto number = integer_in((*this)[at]);
    if (!number) throw ReplyError{replies::kNotInteger};
    return *number;
}

bool Request::is(int at, std::string_view word) const noexcept {
    const std::string_view text = (*this)[at];
    if (text.size() != word.size()) return false;
    for (std::size_t i = 0; i < text.size(); ++i)
        if (lower(text[i]) != lower(word[i])) return false;
    return true;
}

bool Request::takes(int at) const noexcept { return rules_ == Rules::cache || takes_key((*this)[at]); }

bool Request::is_elsewhere(int at) const {
    if (rules_ == Rules::cache) return false;
    return !takes(at) || (in_server(context_, raw(at)) && !cache_->contains((*this)[at]));
}

bool Request::exists(int at) const {
    if (takes(at) && cache_->contains((*this)[at])) return true;
    return rules_ == Rules::redis && in_server(context_, raw(at));
}

int Request::forward() const { return forward_call(context_, name().c_str(), argv_ + 1, argc_ - 1); }

void Request::changed(int at, const char* event, int type) const {
    api::SignalModifiedKey(context_, raw(at));
    api::NotifyKeyspaceEvent(context_, type, event, raw(at));
}

std::optional<std::int64_t> integer_in(std::string_view text) noexcept {
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    const std::string_view digits = text.front() == '-' ? text.substr(1) : text;
    if (digits.front() == '0' && text != "0") return std::nullopt;
    return number;
}

int reply_with_exception(Context* context) noexcept {
    try {
        throw;
    } catch (const ReplyError& error) {
        return api::ReplyWithError(context, error.text.c_str());
    } catch (const Error& error) {
        try {
            const std::string text = std::string(code_of(error.code())) + "dummycache: " + error.what();
            return api::ReplyWithError(context, text.c_str());
        } catch (const std::exception&) {
            return api::ReplyWithError(context, "ERR dummycache: out of memory");
        }
    } catch (const std::bad_alloc&) {
        return api::ReplyWithError(context, "OOM dummycache: out of memory");
    } catch (...) {
        return api::ReplyWithError(context, "ERR dummycache: an error of no known kind");
    }
}

}  // namespace dummycache::redis
