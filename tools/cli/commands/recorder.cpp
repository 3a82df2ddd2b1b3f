// SPDX-License-Identifier: MIT
#include "tools/cli/commands/recorder.hpp"

#include <chrono>
#include <cstring>
#include <exception>

#include <dummycache/text.hpp>

#include "tools/cli/commands/child_command.hpp"
#include "tools/cli/format/event_text.hpp"
#include "tools/cli/format/json.hpp"
#include "tools/cli/process/exit_code.hpp"

namespace dummycache::cli {

namespace {

constexpr std::size_t kBufferBytes = std::size_t{256} << 10;

[[noreturn]] void throw_cut(const std::string& path, const std::string& why) {
    throw Failure(Exit::refused, "the recording '" + path + "' has a part only: " + why +
                                     "; the command has run to its end");
}

}  // namespace

Recorder::Recorder(const Cache& cache, const std::string& path) : file_(path), stream_(cache) {
    buffer_ = JsonObject().number("dummycache_events", 1).bytes("cache", cache.info().name).text() + '\n';
    write_buffer();  // a recording that is empty is none
}

Recorder::~Recorder() {
    ends_ = true;
    if (thread_.joinable()) thread_.join();
}

void Recorder::begin() {
    thread_ = std::thread([this] { run(); });
}

void Recorder::write_buffer() {
    if (!file_.write(buffer_) && failure_.empty()) failure_ = std::strerror(file_.error());
    buffer_.clear();
}

std::size_t Recorder::take() {
    const auto tell_lost = [&] {
        const std::uint64_t lost = stream_.lost();
        if (lost != told_lost_) buffer_ += lost_json(lost - told_lost_) + '\n';
        told_lost_ = lost;
    };
    const std::size_t count = stream_.read([&](const Event& event) {
        tell_lost();
        buffer_ += event_json(event) + '\n';
    });
    tell_lost();
    events_ += count;
    return count;
}

void Recorder::run() noexcept {
    constexpr auto kPause = std::chrono::milliseconds(1);
    try {
        for (;;) {
            const bool ends = ends_;  // read before the last look, which takes what came before it
            const std::size_t count = take();
            if (buffer_.size() >= kBufferBytes || count == 0) write_buffer();
            if (count != 0) continue;
            if (ends) return;
            std::this_thread::sleep_for(kPause);
        }
    } catch (const std::exception& error) {  // the cache was removed, or there is no memory
        failure_ = error.what();
    }
}

void Recorder::stop() {
    if (!thread_.joinable()) return;
    // An event whose writer was killed is given up after 20 ms.
    std::this_thread::sleep_for(std::chrono::milliseconds(30));
    ends_ = true;
    thread_.join();
}

void Recorder::finish() {
    stop();
    const auto unwatched = stream_.unwatched();
    if (failure_.empty() && unwatched.count() != 0)
        failure_ = "for " + text::time_text(unwatched) + " this program was stopped, and nothing was noted";
    if (failure_.empty())
        buffer_ += JsonObject().number("events", events_).number("lost", lost()).text() + '\n';
    write_buffer();
    file_.keep();
    if (!failure_.empty()) throw_cut(path(), failure_);
}

int finish_recording(const Call& call, Recorder& recorder, int status) {
    recorder.stop();
    if ((status == kCannotRun || status == kNotFound) && recorder.events() == 0) return status;
    try {
        recorder.finish();
    } catch (const Failure& failure) {
        complain(call.settings.color, failure.what());
        return status != 0 ? status : static_cast<int>(failure.exit());
    }
    const auto counted = [](std::uint64_t count, const char* what) {
        return std::to_string(count) + ' ' + what + (count == 1 ? "" : "s");
    };
    call.note(recorder.path() + " has " + counted(recorder.events(), "event") + "; " +
              std::to_string(recorder.lost()) + (recorder.lost() == 1 ? " was lost" : " were lost"));
    return status;
}

}  // namespace dummycache::cli
