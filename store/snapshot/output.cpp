// SPDX-License-Identifier: MIT
#include "store/snapshot/output.hpp"

#include <ostream>
#include <string>
#include <utility>

#include "dummycache/error.hpp"
#include "ipc/os/new_file.hpp"
#include "store/cache/background.hpp"

namespace dummycache::store::snapshot {

namespace {

class FileOutput : public Output {
public:
    explicit FileOutput(const std::string& path) : file_(path) {}

    void write(std::string_view bytes) override {
        buffer_ += bytes;
        if (buffer_.size() >= kPortion) hand_over();
    }
    void finish() override {
        hand_over();
        writing_.finish();
        file_.finish();
    }

private:
    static constexpr std::size_t kPortion = std::size_t{1} << 20;

    /// Gives bytes to a second thread, which writes them while the next ones are made.
    void hand_over() {
        writing_.run([this, bytes = std::exchange(buffer_, {})] { file_.write(bytes); });
        buffer_.reserve(kPortion + kPortion / 4);
    }

    ipc::NewFile file_;
    std::string buffer_;
    Background writing_;
};

class StreamOutput : public Output {
public:
    explicit StreamOutput(std::ostream& stream) : stream_(stream) {}

    void write(std::string_view bytes) override {
        stream_.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
        check();
    }
    void finish() override {
        stream_.flush();
        check();
    }

private:
    void check() const {
        if (!stream_) throw Error(ErrorCode::system, "dump: the stream cannot be written");
    }

    std::ostream& stream_;
};

}  // namespace

std::unique_ptr<Output> open_output(const std::string& path) { return std::make_unique<FileOutput>(path); }

std::unique_ptr<Output> open_output(std::ostream& stream) { return std::make_unique<StreamOutput>(stream); }

}  // namespace dummycache::store::snapshot
