// SPDX-License-Identifier: MIT
// A command and where it has to go.
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

/// What happens if the connection breaks after the command has left.
enum class Repeat : bool {
    never,  ///< the server may have carried it out, and once more would be wrong
    once    ///< it changes nothing, or nothing more the second time
};

struct Request {
    std::string bytes;
    Repeat repeat = Repeat::never;
    std::uint16_t slot = 0;
    std::shared_ptr<Node> node = {};  ///< if not null, this one, whatever the slot
    Reply reply = {};                 ///< once it was run; may be an error
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

/// Which call it is, for messages.
struct What {
    std::string_view call;
    std::string_view key = {};

    [[nodiscard]] std::string text() const {
        return std::string(call) + (key.empty() ? "" : " " + shown(key));
    }
};

}  // namespace dummycache::remote
