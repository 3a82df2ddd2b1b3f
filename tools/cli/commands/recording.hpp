// SPDX-License-Identifier: MIT
// Reading what `record` has written.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include <dummycache/events.hpp>

namespace dummycache::cli {

struct Recording {
    std::string cache;
    std::uint64_t events = 0;
    std::uint64_t lost = 0;
    bool is_whole = false;  ///< it has its last line: the recorder was not killed
};

/// Calls `visit` for each event; its texts live as long as the call. `-` is standard input. Throws Failure with the number of the line if the file
/// is no recording, and Interrupted.
Recording read_recording(const std::string& path, const std::function<void(const Event&)>& visit);

}  // namespace dummycache::cli
