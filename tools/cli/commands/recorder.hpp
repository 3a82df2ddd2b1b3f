// SPDX-License-Identifier: MIT
// Writes the events of a cache into a file while something else goes on.
//
// A recording is lines of JSON:
//
//   {"dummycache_events":1,"cache":"NAME"}
//   an event, as monitor --json prints it, or {"lost":N}
//   ...
//   {"events":N,"lost":N}           if it came to its end
#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <thread>

#include <dummycache/events.hpp>

#include "tools/cli/call.hpp"
#include "tools/cli/commands/recording_file.hpp"

namespace dummycache::cli {

class Recorder {
public:
    /// Events are noted from now on. Throws what RecordingFile and EventStream throw.
    Recorder(const Cache& cache, const std::string& path);
    Recorder(const Recorder&) = delete;
    Recorder& operator=(const Recorder&) = delete;
    ~Recorder();

    /// From now on a thread writes.
    void begin();
    /// The thread takes what is there and ends. From then on the numbers below stay as they are.
    void stop();
    /// The same, writes what is left, and gives the file its name. Throws Failure if not all could be written.
    void finish();

    [[nodiscard]] std::uint64_t events() const noexcept { return events_; }
    [[nodiscard]] std::uint64_t lost() const noexcept { return stream_.lost(); }
    [[nodiscard]] const std::string& path() const noexcept { return file_.path(); }

private:
    void run() noexcept;
    std::size_t take();
    void write_buffer();

    RecordingFile file_;
    EventStream stream_;
    std::string buffer_;
    std::uint64_t events_ = 0;
    std::uint64_t told_lost_ = 0;
    std::string failure_;  ///< why no more events come
    std::atomic<bool> ends_{false};
    std::thread thread_;
};

/// Ends a recording and tells what is in it. Returns the command's status, or another one if that was 0 and the recording has failed.
/// A command that could not be run leaves an older file as it was.
[[nodiscard]] int finish_recording(const Call& call, Recorder& recorder, int status);

}  // namespace dummycache::cli
