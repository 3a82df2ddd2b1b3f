// SPDX-License-Identifier: MIT
// Snapshot files of a test, and caches that hold a bit of everything.
#pragma once

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include <unistd.h>

#include "dummycache/snapshot.hpp"
#include "support/test_cache.hpp"

namespace dummycache::test {

/// A folder of its own, gone at the end.
class SnapshotFolder {
public:
    SnapshotFolder()
        : path_(std::filesystem::temp_directory_path() /
                ("dummycache-snapshots-" + std::to_string(::getpid()) + "-" + std::to_string(++count()))) {
        std::filesystem::create_directories(path_);
    }
    ~SnapshotFolder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    SnapshotFolder(const SnapshotFolder&) = delete;
    SnapshotFolder& operator=(const SnapshotFolder&) = delete;

    [[nodiscard]] std::string file(const std::string& name) const { return (path_ / name).string(); }
    [[nodiscard]] std::size_t files() const {
        return static_cast<std::size_t>(
            std::distance(std::filesystem::directory_iterator(path_), std::filesystem::directory_iterator()));
    }
    /// A file with these bytes; its path.
    [[nodiscard]] std::string write(const std::string& name, const std::string& bytes) const {
        std::ofstream(file(name), std::ios::binary) << bytes;
        return file(name);
    }
    [[nodiscard]] std::string read(const std::string& name) const {
        std::ifstream in(file(name), std::ios::binary);
        std::ostringstream bytes;
        bytes << in.rdbuf();
        return std::move(bytes).str();
    }

private:
    static int& count() {
        static int folders = 0;
        return folders;
    }
    std::filesystem::path path_;
};

/// Entries of all sorts: codecs, bytes, sizes, deadlines.
inline void set_all_sorts(Cache& cache) {
    using namespace std::chrono_literals;
    cache.set("plain", "hello");
    cache.set("text", "with \"quotes\", \\ and\nlines\t\x01\x7f", {}, Codec::text);
    cache.set("utf8", "Gr\xc3\xbc\xc3\x9f\x65 \xe2\x82\xac \xf0\x9f\x98\x80 \xe2\x80\xae", 90s, Codec::text);
    cache.set("number", "-42", {}, Codec::int64);
    cache.set("odd number", "007", {}, Codec::int64);
    cache.set("json", R"({"a": [1, 2.50, null], "b":"x"})", 3600s, Codec::json);
    cache.set("json with lines", "{\n}", {}, Codec::json);
    cache.set("broken json", "{", {}, Codec::json);
    cache.set("pickle", std::string("\x80\x04K*.\0", 6), 1us, Codec::pickle);
    cache.set("cereal", std::string("\x01\xff\x00", 3), {}, Codec::cereal);
    cache.set("empty", "");
    cache.set(std::string("key\xff\0with bytes", 15), "v", 12345678us);
    cache.set(std::string("\0", 1), "zero");
    cache.set(std::string(40'000, 'k'), "a long key");
    cache.set("large", std::string(100'000, 'l'));
    std::string huge;
    for (int i = 0; huge.size() < 1'500'000; ++i) huge += std::to_string(i) + "\xff";
    cache.set("huge", huge, 5s);
    for (std::size_t i = 0; i < 500; ++i) cache.set("many" + std::to_string(i), std::string(i, 'm'));
}

inline constexpr SnapshotFormat kFormats[] = {SnapshotFormat::text, SnapshotFormat::binary};

inline DumpOptions as(SnapshotFormat format) {
    DumpOptions options;
    options.format = format;
    return options;
}

inline std::string exact_digest(const SnapshotSource& source) {
    SummaryOptions options;
    options.exact_ttl = true;
    return summarize(source, options).digest;
}

/// The message of what a call throws, with its code in front; empty if it throws nothing.
template <class Call>
std::string failure_of(Call call) {
    try {
        call();
    } catch (const Error& error) {
        return std::to_string(static_cast<int>(error.code())) + " " + error.what();
    }
    return {};
}
[[nodiscard]] inline bool is_bad_snapshot(const std::string& failure) {
    return failure.starts_with(std::to_string(static_cast<int>(ErrorCode::bad_snapshot)) + " ");
}

}  // namespace dummycache::test

namespace dummycache {
inline std::ostream& operator<<(std::ostream& out, SnapshotFormat format) {
    return out << (format == SnapshotFormat::text ? "text" : "binary");
}
}  // namespace dummycache
