// SPDX-License-Identifier: MIT
#include "tests/bench/trace.hpp"

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string_view>
#include <unordered_map>

namespace dummycache::bench {

namespace {

[[noreturn]] void refuse(const std::string& path, const std::string& why) {
    throw std::runtime_error("trace " + path + ": " + why);
}

std::string quoted(const std::string& path) {
    std::string out = "'";
    for (const char letter : path) out += letter == '\'' ? std::string("'\\''") : std::string(1, letter);
    return out + "'";
}

/// The program that unpacks a file; null if it is a plain one.
const char* unpacker_of(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    std::string head(6, '\0');
    if (!file.is_open() || std::filesystem::is_directory(path)) refuse(path, "cannot be read");
    file.read(head.data(), static_cast<std::streamsize>(head.size()));
    if (head == std::string_view("\xfd"
                                 "7zXZ\0",
                                 6))
        return "xzcat";
    if (head.starts_with("\x1f\x8b")) return "zcat";
    return nullptr;
}

std::string contents_of(const std::string& path) {
    const char* const unpacker = unpacker_of(path);
    const std::string command =
        std::string(unpacker != nullptr ? unpacker : "cat") + " -- " + quoted(path) + " 2>&1";
    std::FILE* const pipe = ::popen(command.c_str(), "r");
    if (pipe == nullptr) refuse(path, "cannot be unpacked");
    std::string all;
    std::vector<char> some(1 << 16);
    for (std::size_t got = 0; (got = std::fread(some.data(), 1, some.size(), pipe)) != 0;)
        all.append(some.data(), got);
    if (::pclose(pipe) != 0) refuse(path, "cannot be unpacked");
    return all;
}

std::vector<std::string_view> fields_of(std::string_view text, char separator) {
    std::vector<std::string_view> fields;
    for (std::size_t end = 0; end != std::string_view::npos;
         text.remove_prefix(std::min(end + 1, text.size()))) {
        end = text.find(separator);
        fields.push_back(text.substr(0, end));
    }
    return fields;
}

/// Gives keys that are text the numbers 0, 1, 2, ...
class Numbers {
public:
    std::uint64_t of(std::string_view key) {
        return known_.try_emplace(std::string(key), known_.size()).first->second;
    }

private:
    std::unordered_map<std::string, std::uint64_t> known_;
};

std::vector<Request> from_binary(const std::string& path, const std::string& bytes, std::size_t most) {
    constexpr std::size_t kNumber = 4;
    if (bytes.size() % kNumber != 0) refuse(path, "does not end with a whole number of 32 bits");
    std::vector<Request> requests(std::min(bytes.size() / kNumber, most));
    for (std::size_t i = 0; i < requests.size() * kNumber; ++i) {
        std::uint64_t& key = requests[i / kNumber].key;
        key = key << 8 | static_cast<unsigned char>(bytes[i]);
    }
    return requests;
}

/// Which columns of a table have what we ask for.
struct Columns {
    explicit Columns(std::string_view head) {
        const auto names = fields_of(head, ',');
        const auto find = [&](std::string_view name) -> std::optional<std::size_t> {
            const auto found = std::find(names.begin(), names.end(), name);
            if (found == names.end()) return std::nullopt;
            return static_cast<std::size_t>(found - names.begin());
        };
        key = find("key");
        op = find("op");
        count = find("op_count");
        size = find("size");
        fields = names.size();
    }
    std::optional<std::size_t> key, op, count, size;
    std::size_t fields = 0;
};

std::vector<Request> from_table(const std::string& path, const std::vector<std::string_view>& lines,
                                const Columns& columns, std::size_t most) {
    Numbers numbers;
    std::vector<Request> requests;
    for (std::size_t i = 1; i < lines.size() && requests.size() < most; ++i) {
        if (lines[i].empty()) continue;
        const auto fields = fields_of(lines[i], ',');
        const auto number = [&](std::optional<std::size_t> column, std::uint32_t otherwise) {
            if (!column) return otherwise;
            const std::string_view text = fields[*column];
            std::uint32_t value = 0;
            const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
            if (error != std::errc() || end != text.data() + text.size())
                refuse(path, "line " + std::to_string(i + 1) + ": no number where one should be");
            return value;
        };
        if (fields.size() != columns.fields)
            refuse(path, "line " + std::to_string(i + 1) + ": not as many fields as there are names");
        Request request{numbers.of(fields[*columns.key]), number(columns.size, 0), false};
        request.erases = columns.op && fields[*columns.op] == "DELETE";
        requests.insert(requests.end(),
                        std::min<std::size_t>(number(columns.count, 1), most - requests.size()), request);
    }
    return requests;
}

std::vector<Request> from_lines(const std::vector<std::string_view>& lines, std::size_t most) {
    Numbers numbers;
    std::vector<Request> requests;
    for (const std::string_view line : lines) {
        if (requests.size() == most) break;
        if (!line.empty() && line != "*") requests.push_back({numbers.of(line), 0, false});
    }
    return requests;
}

}  // namespace

Stream read_trace(const std::string& path, std::size_t most) {
    Stream stream;
    const std::string file = std::filesystem::path(path).filename().string();
    stream.name = file.substr(0, file.find('.'));
    const std::string bytes = contents_of(path);
    if (file.find(".i32be") != std::string::npos) {
        stream.requests = from_binary(path, bytes, most);
    } else {
        if (bytes.find('\0') != std::string::npos) refuse(path, "is neither text nor named .i32be");
        const auto lines = fields_of(bytes, '\n');
        const Columns columns(lines.front());
        if (!columns.key && (columns.op || columns.size)) refuse(path, "is a table without a column 'key'");
        stream.requests = columns.key ? from_table(path, lines, columns, most) : from_lines(lines, most);
    }
    if (stream.requests.empty()) refuse(path, "has no requests");
    return stream;
}

}  // namespace dummycache::bench
