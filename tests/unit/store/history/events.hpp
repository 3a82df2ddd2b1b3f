// SPDX-License-Identifier: MIT
// Events as one text, for tests.
#pragma once

#include <string>

#include <dummycache/events.hpp>

namespace dummycache::test {

inline std::string text_of(const Event& event) {
    return std::string(event.call) + ' ' + std::string(event.outcome) + ' ' + event.key;
}

/// The events that have come meanwhile, one after the other, with a comma in between.
inline std::string events_of(EventStream& stream) {
    std::string all;
    stream.read([&](const Event& event) { all += (all.empty() ? "" : ", ") + text_of(event); });
    return all;
}

/// The events of one call.
template <class Call>
std::string of_call(Cache& cache, Call call) {
    EventStream stream(cache);
    call(cache);
    return events_of(stream);
}

}  // namespace dummycache::test
