// SPDX-License-Identifier: MIT
// Streams of requests: made here, or read from a file that the user names.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace dummycache::bench {

struct Request {
    std::uint64_t key = 0;    ///< of key_of
    std::uint32_t bytes = 0;  ///< of the value; 0: the stream says nothing of sizes
    bool erases = false;
};

struct Stream {
    std::string name;
    std::vector<Request> requests;
};

/// The first `most` requests of a file, plain or compressed by xz or gzip. What is in it, the name and the first line
/// say: `.i32be` big-endian numbers of 32 bits; a line of names with `key` among them, a table with commas, of
/// which op, op_count and size are used; else a key a line, and lines of `*` that mean nothing. Throws
/// std::runtime_error with one line about what is wrong.
[[nodiscard]] Stream read_trace(const std::string& path, std::size_t most);

}  // namespace dummycache::bench
