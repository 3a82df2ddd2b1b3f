// SPDX-License-Identifier: MIT
// INFO and MEMORY USAGE: what the server says of its keys, with those of the caches.
#include <algorithm>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <unordered_set>

#include <fmt/format.h>

#include "tools/redis/command_figures.hpp"
#include "tools/redis/commands.hpp"
#include "tools/redis/key_walk.hpp"
#include "tools/redis/module_state.hpp"
#include "tools/redis/server_keyspace.hpp"

namespace dummycache::redis {

namespace {

struct Figures {
    std::uint64_t keys = 0;
    std::uint64_t expires = 0;  ///< keys with a time to live; not counted in a large cache
};

Figures figures_of(Cache& cache) {
    if (const auto entries = rough_count(cache)) return {*entries, 0};
    std::unordered_set<std::string> keys;
    each_key(cache, [&](std::string_view key) {
        if (takes_key(key)) keys.emplace(key);
    });
    const auto expires = [&](const std::string& key) {
        return cache.ttl(key).value_or(kForever) != kForever;
    };
    return {keys.size(), static_cast<std::uint64_t>(std::ranges::count_if(keys, expires))};
}

/// Adds to the number that follows the name, if the text has it.
void add_to(std::string& text, std::string_view name, std::uint64_t more) {
    const std::size_t at = text.find(name);
    if (at == text.npos) return;
    const std::size_t begin = at + name.size();
    const std::size_t end = text.find_first_not_of("0123456789", begin);
    const auto number = number_in<std::uint64_t>(std::string_view(text).substr(begin, end - begin));
    text.replace(begin, end - begin, std::to_string(number.value_or(0) + more));
}

/// The text with 0 in the place of each number.
std::string with_zeros(std::string_view text) {
    std::string zeros;
    for (const char letter : text) {
        const bool is_digit = letter >= '0' && letter <= '9';
        if (!is_digit) zeros += letter;
        if (letter == '=') zeros += '0';
    }
    return zeros;
}

/// The section Keyspace has a line for each database that is not empty: db0:keys=1,expires=0,avg_ttl=0
class Keyspace {
public:
    /// `text` follows the section's title.
    explicit Keyspace(std::string_view text) {
        while (text.starts_with("db")) {
            const std::size_t end = text.find('\n') + 1;
            const auto db = number_in<int>(text.substr(2, text.find(':') - 2));
            const std::string_view line = text.substr(0, end);
            lines_[db.value_or(0)] = line;
            empty_ = line.substr(line.find(':'));
            text.remove_prefix(end);
            bytes_ += end;
        }
    }
    void add(int db, const Figures& figures) {
        if (figures.keys == 0) return;
        const auto [line, is_new] = lines_.try_emplace(db);
        if (is_new) line->second = fmt::format("db{}{}", db, with_zeros(empty_));
        add_to(line->second, "keys=", figures.keys);
        add_to(line->second, "expires=", figures.expires);
    }
    [[nodiscard]] std::string text() const {
        std::string all;
        for (const auto& [db, line] : lines_) all += line;
        return all;
    }
    /// How long the text was.
    [[nodiscard]] std::size_t bytes() const noexcept { return bytes_; }

private:
    std::map<int, std::string> lines_;
    std::string empty_ =
        ":keys=0,expires=0,avg_ttl=0\r\n";  ///< or a line of the server's, which may have more fields
    std::size_t bytes_ = 0;
};

void add_keys(std::string& text) {
    constexpr std::string_view kTitle = "# Keyspace\r\n";
    const std::size_t at = text.find(kTitle);
    if (at == text.npos) return;
    const std::size_t begin = at + kTitle.size();
    Keyspace keyspace(std::string_view(text).substr(begin));
    for (const int slot : state().caches.databases())
        keyspace.add(state().caches.databases_of(slot).front(), figures_of(state().caches.of_slot(slot)));
    text.replace(begin, keyspace.bytes(), keyspace.text());
}

void add_reads(std::string& text) {
    if (text.find("\nkeyspace_hits:") == text.npos) return;
    for (const int slot : state().caches.attached()) {
        const Stats stats = state().caches.of_slot(slot).stats();
        add_to(text, "\nkeyspace_hits:", stats.hits);
        add_to(text, "\nkeyspace_misses:", stats.misses);
    }
}

}  // namespace

int info(const Request& request) {
    const ServerReply reply(request.call_server());
    if (reply.is_error()) return reply_with(request.context(), reply);
    std::string text(reply.text());
    try {
        add_keys(text);
        add_reads(text);
        show_plain_names(text);
    } catch (const Error&) {  // a cache that cannot be attached; the server's own part is right
    }
    if (api::ReplyWithVerbatimString != nullptr)
        return api::ReplyWithVerbatimString(request.context(), text.data(), text.size());
    return request.reply_bulk(std::string_view(text));
}

/// MEMORY USAGE of a string: the bytes of its entry in the segment, and its slot in the index.
int memory(const Request& request) {
    constexpr std::uint64_t kSlotBytes = 8;
    if (!request.is(1, "usage") || request.count() < 3 || request.is_elsewhere(2)) return request.forward();
    const auto entry = request.cache().peek(request[2]);
    if (!entry) return request.forward();
    for (int at = 3; at < request.count(); at += 2) {
        if (!request.is(at, "samples") || at + 1 == request.count()) throw ReplyError{replies::kSyntax};
        if (request.integer(at + 1) < 0) throw ReplyError{replies::kSyntax};
    }
    return request.reply(static_cast<std::int64_t>(entry->stored_bytes + kSlotBytes));
}

}  // namespace dummycache::redis
