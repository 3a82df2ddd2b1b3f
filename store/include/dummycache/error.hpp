// SPDX-License-Identifier: MIT
// The one exception type of the library.
#pragma once

#include "dummycache/detail/language.hpp"

#include <stdexcept>
#include <string>

namespace dummycache {

/// What kind of failure an Error reports. An absent key, and a write whose condition does not hold, are no
/// failures: those calls return an empty std::optional or `false`.
enum class ErrorCode {
    invalid_argument,   ///< the caller's mistake: a bad key, timeout, name or option
    not_found,          ///< no such cache, or its directory is missing
    no_permission,      ///< the cache belongs to another user, or the system refused
    not_a_file,         ///< a directory or a circle of links stands where a file has to be
    not_a_cache,        ///< the file is not a segment, or is damaged
    incompatible,       ///< a segment of another layout version or architecture
    full,               ///< no room, and the cache may not (or cannot) evict
    wrong_kind,         ///< the entry's value is not of the kind the call needs
    bad_snapshot,       ///< a snapshot that is damaged, wrong, or of a later version
    no_checkpoint,      ///< no checkpoint of that name is held
    checkpoint_exists,  ///< one of that name is held already
    checkpoint_lost,    ///< there was no room for new entries beside those that the checkpoint needs
    busy,               ///< a live process held a lock for longer than lock_timeout
    removed,            ///< the cache was removed under an attached process
    different,          ///< the cache exists with other options, and WhenDifferent::refuse was asked for
    unreachable,        ///< no answer from a server (dummycache/remote.hpp)
    uncertain,          ///< a connection broke under a write: it was done or not
    remote,             ///< a server refuses in a way that has no better name
    out_of_memory,      ///< the process's own memory ran out
    system,             ///< the operating system failed in a way that has no better name
};

/// Thrown for a caller's mistake and for a failure outside of the program, never for an absent key. what()
/// is one line: what failed, on what, and what to do next.
class Error : public std::runtime_error {
public:
    /// Invisible characters of the message are escaped (text::visible): a key in it may hold any bytes, and
    /// what() is to be one line that is safe to show.
    Error(ErrorCode code, const std::string& message);

    [[nodiscard]] ErrorCode code() const noexcept { return code_; }

private:
    ErrorCode code_;
};

}  // namespace dummycache
