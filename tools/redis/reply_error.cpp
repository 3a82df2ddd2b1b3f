// SPDX-License-Identifier: MIT
#include "tools/redis/reply_error.hpp"

#include <dummycache/error.hpp>
#include <dummycache/text.hpp>

#include <fmt/format.h>

namespace dummycache::redis {

namespace {

const char* code_of(ErrorCode code) noexcept {
    switch (code) {
        case ErrorCode::busy: return "BUSY";
        case ErrorCode::full:
        case ErrorCode::out_of_memory: return "OOM";
        default: return "ERR";
    }
}

/// The text may hold what a client has sent.
int reply_with_text(Context* context, const std::string& text) noexcept {
    try {
        return api::ReplyWithError(context, text::visible(text).c_str());
    } catch (const std::exception&) {
        return api::ReplyWithError(context, "OOM dummycache: out of memory");
    }
}

}  // namespace

int reply_with_exception(Context* context) noexcept {
    try {
        throw;
    } catch (const ReplyError& error) {
        return reply_with_text(context, error.text);
    } catch (const Error& error) {
        try {
            const std::string text = fmt::format("{} dummycache: {}", code_of(error.code()), error.what());
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
