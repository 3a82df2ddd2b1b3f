// SPDX-License-Identifier: MIT
// Bytes in hexadecimal and as characters. By hand: no library lays it out for the width of a terminal.
//
//   00000010  68 65 6c 6c 6f 00 ff 0a  68 65 6c 6c 6f 00 ff 0a  |hello...hello...|
#include "tools/cli/format/hexdump.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

#include "tools/cli/format/text.hpp"

namespace dummycache::cli {

namespace {

constexpr std::size_t kGroupBytes = 8;

/// Columns of a line: the offset, three for each byte, a blank before each group, the characters.
constexpr std::size_t columns_for(std::size_t bytes) {
    return 8 + 3 * bytes + (bytes + kGroupBytes - 1) / kGroupBytes + 3 + bytes + 1;
}

std::size_t bytes_per_line(std::size_t width) {
    std::size_t bytes = 4;
    while (bytes < 32 && columns_for(bytes * 2) <= width) bytes *= 2;
    return bytes;
}

void append_line(std::string& out, std::size_t offset, std::string_view bytes, std::size_t per_line) {
    std::array<char, 24> buffer{};
    std::snprintf(buffer.data(), buffer.size(), "%08zx", offset);
    out += buffer.data();
    for (std::size_t i = 0; i < per_line; ++i) {
        if (i % kGroupBytes == 0) out += ' ';
        out += i < bytes.size() ? ' ' + hex(bytes.substr(i, 1)) : "   ";
    }
    out += "  |";
    for (const char byte : bytes) out += byte >= ' ' && byte <= '~' ? byte : '.';
    out += "|\n";
}

}  // namespace

std::string hexdump(std::string_view bytes, std::size_t width) {
    const std::size_t per_line = bytes_per_line(width);
    std::string out;
    for (std::size_t offset = 0; offset < bytes.size(); offset += per_line) {
        append_line(out, offset, bytes.substr(offset, per_line), per_line);
    }
    return out;
}

}  // namespace dummycache::cli
