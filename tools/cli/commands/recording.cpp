// SPDX-License-Identifier: MIT
#include "tools/cli/commands/recording.hpp"

#include <cerrno>
#include <chrono>
#include <cstring>
#include <fstream>
#include <iostream>
#include <optional>

#include <rapidjson/document.h>

#include <dummycache/text.hpp>

#include "tools/cli/process/exit_code.hpp"
#include "tools/cli/process/interrupt.hpp"

namespace dummycache::cli {

namespace {

namespace json = rapidjson;

std::optional<std::string> text_in(const json::Value& object, const char* name) {
    const auto found = object.FindMember(name);
    if (found == object.MemberEnd() || !found->value.IsString()) return std::nullopt;
    return std::string(found->value.GetString(), found->value.GetStringLength());
}

/// Bytes as JsonObject::bytes writes them.
std::string bytes_in(const json::Value& object, const std::string& name) {
    if (auto text = text_in(object, name.c_str())) return *std::move(text);
    const auto encoded = text_in(object, (name + "_base64").c_str());
    return encoded ? text::from_base64(*encoded).value_or("") : "";
}

std::uint64_t number_in(const json::Value& object, const char* name) {
    const auto found = object.FindMember(name);
    return found != object.MemberEnd() && found->value.IsUint64() ? found->value.GetUint64() : 0;
}

std::optional<Client> client_in(const json::Value& event) {
    const auto found = event.FindMember("client");
    if (found == event.MemberEnd() || !found->value.IsObject()) return std::nullopt;
    Client client;
    client.is_load = found->value.HasMember("loaded_from") || found->value.HasMember("loaded_from_base64");
    client.program = bytes_in(found->value, client.is_load ? "loaded_from" : "program");
    client.name = bytes_in(found->value, "name");
    client.pid = static_cast<std::uint32_t>(number_in(found->value, "pid"));
    return client;
}

/// The texts to which an event's views lead are those of the line.
Event event_in(const json::Value& line) {
    using std::chrono::system_clock;
    Event event;
    const auto time = line.FindMember("time");
    if (time != line.MemberEnd() && time->value.IsNumber())
        event.at = system_clock::time_point(std::chrono::duration_cast<system_clock::duration>(
            std::chrono::duration<double>(time->value.GetDouble())));
    event.call = line["call"].GetString();
    event.outcome = line["outcome"].GetString();
    event.key = bytes_in(line, "key");
    event.key_bytes = number_in(line, "key_bytes");
    if (const auto hash = text_in(line, "key_hash"))
        event.key_hash = std::strtoull(hash->c_str(), nullptr, 16);
    event.value_bytes = number_in(line, "value_bytes");
    event.entries = number_in(line, "entries");
    event.client = client_in(line);
    return event;
}

class Reader {
public:
    Reader(const std::string& path, std::istream& in) : path_(path), in_(in) {}

    Recording read(const std::function<void(const Event&)>& visit) {
        while (std::getline(in_, line_)) {
            ++number_;
            throw_if_interrupted();
            json::Document line;
            line.Parse<json::kParseIterativeFlag>(line_.data(), line_.size());
            const bool is_last = in_.eof();  // without a newline: its writer was killed
            if (line.HasParseError() || !line.IsObject()) {
                if (is_last && number_ > 1) break;
                refuse("is no JSON object");
            }
            take(line, visit);
        }
        if (in_.bad()) refuse(std::strerror(errno));
        if (number_ == 0) refuse("is empty");
        return recording_;
    }

private:
    void take(const json::Document& line, const std::function<void(const Event&)>& visit) {
        if (number_ == 1) {
            if (number_in(line, "dummycache_events") != 1)
                refuse("does not begin as a recording of this version ({\"dummycache_events\":1,...})");
            recording_.cache = bytes_in(line, "cache");
        } else if (text_in(line, "call") && text_in(line, "outcome")) {
            ++recording_.events;
            visit(event_in(line));
        } else if (line.HasMember("events")) {
            recording_.is_whole = true;
            recording_.lost = number_in(line, "lost");
        } else if (line.HasMember("lost")) {
            recording_.lost += number_in(line, "lost");
        } else {
            refuse("is neither an event nor a number of lost ones");
        }
    }
    [[noreturn]] void refuse(const std::string& what) const {
        throw Failure(Exit::bad_data, path_ + ':' + std::to_string(number_) + " " + what +
                                          "; give a file that 'record' has written");
    }

    const std::string& path_;
    std::istream& in_;
    std::string line_;
    std::uint64_t number_ = 0;
    Recording recording_;
};

}  // namespace

Recording read_recording(const std::string& path, const std::function<void(const Event&)>& visit) {
    if (path == "-") return Reader("standard input", std::cin).read(visit);
    std::ifstream file(path);
    if (!file)
        throw Failure(Exit::absent, "cannot read " + path + ": " + std::strerror(errno) +
                                        "; give a file that 'record' has written");
    return Reader(path, file).read(visit);
}

}  // namespace dummycache::cli
