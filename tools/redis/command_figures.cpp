// SPDX-License-Identifier: MIT
#include "tools/redis/command_figures.hpp"

#include <algorithm>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "tools/redis/commands.hpp"
#include "tools/redis/server_keyspace.hpp"

namespace dummycache::redis {

namespace {

/// As INFO writes it: no colon may stand in a name there.
constexpr std::string_view kPrefixInInfo = "dc_";
/// The beginnings of the lines that are about one command each.
constexpr std::string_view kAbout[] = {"cmdstat_", "latency_percentiles_usec_"};

/// The line as it is about the plain command; empty if it is not about a proxy command.
std::optional<std::string> with_plain_name(std::string_view line) {
    for (const std::string_view about : kAbout)
        if (line.starts_with(about) && line.substr(about.size()).starts_with(kPrefixInInfo))
            return std::string(about).append(line.substr(about.size() + kPrefixInInfo.size()));
    return std::nullopt;
}

std::vector<std::string_view> lines_of(std::string_view text) {
    std::vector<std::string_view> lines;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size() - 1) + 1;
        lines.push_back(text.substr(0, end));
        text.remove_prefix(end);
    }
    return lines;
}

std::string beginning_of(std::string_view line) { return std::string(line.substr(0, line.find(':'))); }

constexpr std::string_view kRejected = "rejected_calls=";

/// The digits of that number in a line; empty if it has none.
std::string_view rejected_digits(std::string_view line) {
    const std::size_t at = line.find(kRejected);
    if (at == line.npos) return {};
    const std::string_view from = line.substr(at + kRejected.size());
    return from.substr(0, from.find_first_not_of("0123456789"));
}

std::uint64_t rejected_in(std::string_view line) {
    return number_in<std::uint64_t>(rejected_digits(line)).value_or(0);
}

void add_rejected(std::string& line, std::uint64_t more) {
    const std::string_view digits = rejected_digits(line);
    if (more == 0 || digits.empty()) return;
    const std::string sum = std::to_string(rejected_in(line) + more);
    line.replace(line.find(kRejected) + kRejected.size(), digits.size(), sum);
}

/// What is counted of one command: its name, and the server's list of names and numbers.
struct Counted {
    std::string name;
    CallReply* figures;
};

/// The figures of a proxy command under the name of the plain one, whose own are left out then.
std::vector<Counted> under_plain_names(const ServerReply& reply) {
    std::vector<Counted> all;
    std::unordered_set<std::string> of_proxies;
    for (std::size_t i = 0; i + 1 < reply.size(); i += 2) {
        std::string name(ServerReply::text_of(reply.at(i)));
        if (name.starts_with(kProxyPrefix)) of_proxies.insert(name.erase(0, kProxyPrefix.size()));
        all.push_back({std::move(name), reply.at(i + 1)});
    }
    std::size_t at = 0;
    std::erase_if(all, [&](const Counted& one) {
        const std::string_view said = ServerReply::text_of(reply.at(2 * at++));
        return !said.starts_with(kProxyPrefix) && of_proxies.contains(one.name);
    });
    return all;
}

void reply_text(Context* context, std::string_view text) {
    api::ReplyWithStringBuffer(context, text.data(), text.size());
}

/// A list of names, numbers and such lists, as a map.
void reply_map(Context* context, CallReply* list) {
    const std::size_t size = api::CallReplyLength(list);
    api::ReplyWithMap(context, static_cast<long>(size / 2));
    for (std::size_t i = 0; i < size; ++i) {
        CallReply* const one = api::CallReplyArrayElement(list, i);
        if (ServerReply::is_list(one)) {
            reply_map(context, one);
        } else if (ServerReply::text_of(one).data() != nullptr) {
            reply_text(context, ServerReply::text_of(one));
        } else {
            api::ReplyWithLongLong(context, api::CallReplyInteger(one));
        }
    }
}

}  // namespace

void show_plain_names(std::string& text) {
    // By the beginnings of such lines, as `cmdstat_get`: what the server has rejected, of which no proxy command knew.
    std::unordered_map<std::string, std::uint64_t> of_proxies;
    for (const std::string_view line : lines_of(text))
        if (const auto plain = with_plain_name(line)) of_proxies[beginning_of(*plain)] = 0;
    if (of_proxies.empty()) return;
    for (const std::string_view line : lines_of(text))
        if (const auto found = of_proxies.find(beginning_of(line)); found != of_proxies.end())
            found->second = rejected_in(line);
    std::string shown;
    for (const std::string_view line : lines_of(text)) {
        if (auto plain = with_plain_name(line)) {
            add_rejected(*plain, of_proxies[beginning_of(*plain)]);
            shown += *plain;
        } else if (!of_proxies.contains(beginning_of(line))) {
            shown += line;
        }
    }
    text = std::move(shown);
}

int latency(const Request& request) {
    if (api::ReplyWithMap == nullptr) return request.forward();
    std::vector<OwnString> names;
    std::vector<String*> words{request.raw(1)};
    for (int at = 2; at < request.count(); ++at) {
        names.emplace_back(request.context(), std::string(kProxyPrefix).append(request[at]));
        words.insert(words.end(), {request.raw(at), names.back().get()});
    }
    const ServerReply reply(api::Call(request.context(), "LATENCY", "Ev", words.data(), words.size()));
    if (reply.is_error()) return reply_with(request.context(), reply);
    const std::vector<Counted> all = under_plain_names(reply);
    api::ReplyWithMap(request.context(), static_cast<long>(all.size()));
    for (const Counted& one : all) {
        reply_text(request.context(), one.name);
        reply_map(request.context(), one.figures);
    }
    return kOk;
}

}  // namespace dummycache::redis
