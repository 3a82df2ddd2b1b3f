// SPDX-License-Identifier: MIT
#include "tools/cli/commands/recorder.hpp"

#include <cerrno>
#include <chrono>
#include <cstring>

#include <fcntl.h>

#include "tools/cli/format/event_text.hpp"
#include "tools/cli/format/json.hpp"
#include "tools/cli/process/exit_code.hpp"

namespace dummycache::cli {

namespace {

constexpr std::size_t kBufferBytes = std::size_t{256} << 10;
constexpr unsigned kMode = 0666;  // less what the umask takes away

[[noreturn]] void throw_cannot_write(const std::string& path, int error) {
    throw Failure(Exit::refused, "cannot write the recording " + path + ": " + std::strerror(error) +
                                     "; choose another file, or free some space there");
}

int open_new(const std::string& path) {
    const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, kMode);
    if (file < 0) throw_cannot_write(path, errno);
    return file;
}

}  // namespace

Recorder::Recorder(const Cache& cache, const std::string& path)
    : path_(path), file_(open_new(path)), stream_(cache) {
    buffer_ = JsonObject().number("dummycache_events", 1).bytes("cache", cache.info().name).text() + '\n';
    write_buffer();
    if (error_ != 0) throw_cannot_write(path_, error_);
}

Recorder::~Recorder() {
    ends_ = true;
    if (thread_.joinable()) thread_.join();
}

void Recorder::begin() {
    thread_ = std::thread([this] { run(); });
}

void Recorder::write_buffer() {
    std::string_view left = buffer_;
    while (!left.empty() && error_ == 0) {
        const ssize_t written = ::write(file_.number(), left.data(), left.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) error_ = errno;
        if (written > 0) left.remove_prefix(static_cast<std::size_t>(written));
    }
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
    } catch (...) {
        error_ = ENOMEM;
    }
}

void Recorder::finish() {
    // An event whose writer was killed is given up after 20 ms.
    std::this_thread::sleep_for(std::chrono::milliseconds(30));
    ends_ = true;
    if (thread_.joinable()) thread_.join();
    buffer_ += JsonObject().number("events", events_).number("lost", lost()).text() + '\n';
    write_buffer();
    if (error_ != 0) throw_cannot_write(path_, error_);
}

int finish_recording(const Call& call, Recorder& recorder, const std::string& path, int status) {
    try {
        recorder.finish();
    } catch (const Failure& failure) {
        complain(call.settings.color, failure.what());
        return status != 0 ? status : static_cast<int>(failure.exit());
    }
    const auto counted = [](std::uint64_t count, const char* what) {
        return std::to_string(count) + ' ' + what + (count == 1 ? "" : "s");
    };
    call.note(path + " has " + counted(recorder.events(), "event") + "; " + std::to_string(recorder.lost()) +
              (recorder.lost() == 1 ? " was lost" : " were lost"));
    return status;
}

}  // namespace dummycache::cli
