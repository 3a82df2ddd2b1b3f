// SPDX-License-Identifier: MIT
#include "failure.hpp"

#include <algorithm>
#include <array>

#include <dummycache/error.hpp>
#include <dummycache/text.hpp>

namespace dummycache::remote {

namespace {

/// The beginning of an error reply, and the error that it becomes.
struct Meaning {
    std::string_view start;
    ErrorCode code;
    std::string_view text;  ///< replaces the server's own words; empty: those are clear enough
};

constexpr std::array kMeanings{
    Meaning{"WRONGTYPE", ErrorCode::wrong_kind,
            "the key holds no string but another type; erase or set it first"},
    Meaning{"ERR value is not an integer", ErrorCode::wrong_kind,
            "the value is no decimal int64; set it to one first"},
    Meaning{"ERR increment or decrement would overflow", ErrorCode::wrong_kind,
            "the sum overflows an int64; the key stays as it is"},
    Meaning{"ERR decrement would overflow", ErrorCode::wrong_kind,
            "the difference overflows an int64; the key stays as it is"},
    Meaning{"ERR string exceeds maximum allowed size", ErrorCode::invalid_argument, ""},
    Meaning{"OOM", ErrorCode::full, "the server has reached its memory limit; erase keys or raise maxmemory"},
    Meaning{"NOAUTH", ErrorCode::no_permission,
            "the server wants a password; give redis://[USER]:PASSWORD@HOST"},
    Meaning{"WRONGPASS", ErrorCode::no_permission, "the server does not know this user with this password"},
    Meaning{"NOPERM", ErrorCode::no_permission, ""},
    Meaning{"ERR AUTH", ErrorCode::no_permission,
            "the server has no password set; leave it out of the address"},
    Meaning{"ERR DB index", ErrorCode::invalid_argument, "the server has no database of this number"},
    Meaning{"ERR SELECT is not allowed in cluster mode", ErrorCode::invalid_argument,
            "a cluster has no databases but 0; leave it out of the address"},
    Meaning{"READONLY", ErrorCode::remote, "the server is a replica; connect to its primary"},
    Meaning{"CLUSTERDOWN", ErrorCode::unreachable, "the cluster does not serve the key: a node is down"},
    Meaning{"MASTERDOWN", ErrorCode::unreachable, "the server is a replica whose primary is down"},
    Meaning{"TRYAGAIN", ErrorCode::busy, "the slot of the key is moving; try again later"},
    Meaning{"BUSY", ErrorCode::busy, "the server is busy with a script; try again later"},
    Meaning{"LOADING", ErrorCode::busy, "the server is still loading its data; try again later"},
};

}  // namespace

std::string shown(std::string_view key) {
    constexpr std::size_t kShown = 40;
    return "'" + text::visible(key.substr(0, kShown)) + (key.size() > kShown ? "...'" : "'");
}

void throw_refused(const std::string& what, const std::string& server, const redisReply& reply) {
    const std::string_view said = text_of(reply);
    const auto* const meaning =
        std::ranges::find_if(kMeanings, [&](const Meaning& known) { return said.starts_with(known.start); });
    const bool known = meaning != kMeanings.end();
    const bool clear = known && !meaning->text.empty();
    throw Error(known ? meaning->code : ErrorCode::remote,
                what + ": " + server + ": " +
                    (clear ? std::string(meaning->text) : "the server says: " + text::visible(said)));
}

void throw_unexpected(const std::string& what, const std::string& server) {
    throw Error(ErrorCode::remote,
                what + ": " + server + ": the answer is none that Redis gives; is this a Redis server?");
}

}  // namespace dummycache::remote
