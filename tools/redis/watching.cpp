// SPDX-License-Identifier: MIT
#include "tools/redis/watching.hpp"

#include <exception>

#include "tools/redis/argument_text.hpp"
#include "tools/redis/module_state.hpp"

namespace dummycache::redis {

void before_watch(FilterContext* filter, Context* context) noexcept {
    try {
        for (int at = 1; at < api::CommandFilterArgsCount(filter); ++at)
            state().watched.note_everywhere(context, text_of(api::CommandFilterArgGet(filter, at)));
    } catch (const std::exception&) {
        // The server will not be told when this key changes.
    }
}

void before_exec(Context* context) noexcept {
    constexpr std::size_t kLast = 256;
    try {
        state().watched.tell(context, kLast);
    } catch (const std::exception&) {
        // It will be told a tenth of a second later.
    }
}

namespace {

bool is(FilterContext* filter, int at, std::string_view word) {
    return is_word(text_of(api::CommandFilterArgGet(filter, at)), word);
}

}  // namespace

bool starts_tracking(FilterContext* filter) noexcept {
    return api::CommandFilterArgsCount(filter) > 2 && is(filter, 1, "tracking") && is(filter, 2, "on");
}

bool asks_for_keys_of_slot(FilterContext* filter) noexcept {
    return api::CommandFilterArgsCount(filter) > 2 &&
           (is(filter, 1, "countkeysinslot") || is(filter, 1, "getkeysinslot"));
}

}  // namespace dummycache::redis
