// SPDX-License-Identifier: MIT
#include "store/snapshot/output.hpp"

#include <ostream>

#include "dummycache/error.hpp"
#include "ipc/new_file.hpp"

namespace dummycache::store::snapshot {

namespace {

class FileOutput : public Output {
public:
    explicit FileOutput(const std::string& path) : file_(path) {}

    void write(std::string_view bytes) override { file_.write(bytes); }
    void finish() override { file_.finish(); }

private:
    ipc::NewFile file_;
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
