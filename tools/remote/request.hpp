// SPDX-License-Identifier: MIT
// A command and the server that it goes to.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>

#include "failure.hpp"
#include "hash_slot.hpp"
#include "node.hpp"
#include "reply.hpp"

namespace dummycache::remote {

/// How often a command is repeated if the connection breaks after it was sent.
enum class Repeat : bool {
    never,  ///< the server may have carried it out, and a second time would be wrong
    once    ///< it changes nothing, or a second time changes nothing more
};

struct Request {
    std::string bytes;
    Repeat repeat = Repeat::never;
    std::uint16_t slot = 0;
    std::shared_ptr<Node> node = {};  ///< if not null, it goes to this node, whatever the slot
    Reply reply = {};                 ///< after the run; may be an error
};

/// A command whose second word is the key.
[[nodiscard]] inline Request request_for(Repeat repeat, std::initializer_list<std::string_view> words) {
    return {encoded(words), repeat, slot_of(words.begin()[1])};
}

/// A command for one node.
[[nodiscard]] inline Request request_to(std::shared_ptr<Node> node, Repeat repeat,
                                        std::initializer_list<std::string_view> words) {
    return {encoded(words), repeat, 0, std::move(node)};
}

/// The name of the call and its key, for messages.
struct What {
    std::string_view call;
    std::string_view key = {};

    [[nodiscard]] std::string text() const {
        return std::string(call) + (key.empty() ? "" : " " + shown(key));
    }
};

}  // namespace dummycache::remote
