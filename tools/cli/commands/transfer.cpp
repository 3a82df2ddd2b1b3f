// SPDX-License-Identifier: MIT
// import and export: entries come from a server, or go to one.
#include <algorithm>
#include <array>
#include <map>
#include <string>
#include <vector>

#include <dummycache/clock.hpp>
#include <dummycache/limits.hpp>
#include <dummycache/remote.hpp>

#include "tools/cli/call.hpp"
#include "tools/cli/commands.hpp"
#include "tools/cli/format/json.hpp"
#include "tools/cli/process/interrupt.hpp"

namespace dummycache::cli {

namespace {

constexpr std::array kImportOptions{
    kMatchOption,
    OptionSpec{"--strict", "", "import nothing if there are keys of other types than string"},
};
constexpr std::array kExportOptions{kMatchOption};

/// Keys that a cache has no entry for: by type, with one of them as an example.
class Skipped {
public:
    void add(const RemoteEntry& entry) {
        if (counts_.empty()) first_ = entry.key;
        ++counts_[std::string(entry.type == "string" ? "string with a bad key" : entry.type)];
    }
    [[nodiscard]] bool is_empty() const noexcept { return counts_.empty(); }

    /// "3 hash, 1 list (first: user:1)"
    [[nodiscard]] std::string text() const {
        constexpr std::size_t kShown = 60;
        std::string list;
        for (const auto& [type, count] : counts_)
            list.append(list.empty() ? "" : ", ").append(std::to_string(count)).append(" ").append(type);
        return list + " (first: " + first_.substr(0, kShown) + (first_.size() > kShown ? "...)" : ")");
    }
    [[nodiscard]] std::string json() const {
        std::string list;
        for (const auto& [type, count] : counts_)
            list.append(list.empty() ? "" : ",")
                .append(json_string(type))
                .append(":")
                .append(std::to_string(count));
        return "{" + list + "}";
    }

private:
    std::map<std::string, std::uint64_t> counts_;
    std::string first_;
};

/// A server's key may also be empty, or longer than a cache's.
bool fits(const RemoteEntry& entry) {
    return entry.type == "string" && !entry.key.empty() && entry.key.size() <= kMaxKeyBytes;
}

/// Calls `take` with each entry that fits, and returns the others.
template <class Take>
Skipped each_entry(const Call& call, const Remote& server, std::string_view label, Take take) {
    Skipped skipped;
    ProgressBar bar = call.progress_bar(label);
    std::uint64_t total = server.size();
    std::uint64_t done = 0;
    server.visit(call.match_option(), [&](const RemoteEntry& entry) {
        throw_if_interrupted();
        ++done;
        total = std::max(total, done);  // The server may grow meanwhile.
        bar.show(done, total);
        if (fits(entry)) {
            take(entry);
        } else {
            skipped.add(entry);
        }
        return true;
    });
    return skipped;
}

void note_evictions(const Call& call, const Cache& cache, std::uint64_t before) {
    const std::uint64_t evicted = cache.stats().evicted - before;
    if (evicted == 0) return;
    call.note("import: " + std::to_string(evicted) +
              " entries were evicted: the cache is full; create one with a larger --capacity");
}

Exit run_import(Call& call) {
    const Remote server = Remote::connect(call.operand(0));
    if (call.arguments.has("--strict")) {
        const Skipped others = each_entry(call, server, "check", [](const RemoteEntry&) {});
        if (!others.is_empty()) {
            throw Failure(Exit::refused, "import: " + server.address() + " has what is no string: " +
                                             others.text() + "; nothing was imported");
        }
    }
    Cache cache = call.open();
    const std::uint64_t evicted_before = cache.stats().evicted;
    std::uint64_t stored = 0;
    const Skipped skipped = each_entry(call, server, "import", [&](const RemoteEntry& entry) {
        const Timeout timeout = entry.ttl == kForever ? Timeout::forever() : Timeout(entry.ttl);
        cache.set(entry.key, entry.value, timeout);
        ++stored;
    });
    note_evictions(call, cache, evicted_before);
    if (!skipped.is_empty()) call.note("import: skipped: " + skipped.text());
    call.out.note_done();
    if (call.settings.json)
        call.out.line(JsonObject().number("stored", stored).field("skipped", skipped.json()).text());
    return Exit::done;
}

/// Entries on their way to a server, with bytes of their own.
class Outbox {
public:
    explicit Outbox(Remote& server) : server_(server) {}

    void add(const EntryView& entry, std::chrono::microseconds ttl) {
        entries_.push_back({std::string(entry.key), std::string(entry.value), ttl});
        bytes_ += entry.key.size() + entry.value.size();
        if (entries_.size() >= kMostEntries || bytes_ >= kMostBytes) flush();
    }
    void flush() {
        std::vector<RemoteEntry> views;
        for (const Held& held : entries_) views.push_back({held.key, held.value, held.ttl});
        stored_ += server_.set_entries(views);
        entries_.clear();
        bytes_ = 0;
    }
    [[nodiscard]] std::uint64_t stored() const noexcept { return stored_; }

private:
    struct Held {
        std::string key;
        std::string value;
        std::chrono::microseconds ttl;
    };

    static constexpr std::size_t kMostEntries = 1000;
    static constexpr std::size_t kMostBytes = std::size_t{8} << 20;

    Remote& server_;
    std::vector<Held> entries_;
    std::size_t bytes_ = 0;
    std::uint64_t stored_ = 0;
};

Exit run_export(Call& call) {
    const std::string glob = call.match_option();
    const Cache cache = call.attach();
    Remote server = Remote::connect(call.operand(0));
    const bool frozen = Clock(cache).read().frozen;
    const std::uint64_t total = cache.stats().entries;
    std::uint64_t done = 0;
    Outbox outbox(server);
    {
        ProgressBar bar = call.progress_bar("export");
        const auto start = std::chrono::steady_clock::now();
        cache.visit([&](const EntryView& entry) {
            throw_if_interrupted();
            bar.show(++done, total);
            // What is seen is of the start; the time that the transfer takes is part of an entry's life.
            const auto passed = frozen ? std::chrono::microseconds(0)
                                       : std::chrono::duration_cast<std::chrono::microseconds>(
                                             std::chrono::steady_clock::now() - start);
            const auto ttl = entry.ttl == kForever ? kForever : entry.ttl - passed;
            if (ttl.count() > 0 && glob_matches(glob, entry.key)) outbox.add(entry, ttl);
            return true;
        });
        outbox.flush();
    }
    call.out.note_done();
    if (call.settings.json) call.out.line(JsonObject().number("stored", outbox.stored()).text());
    return Exit::done;
}

}  // namespace

constinit const Command kImport{
    .name = "import",
    .group = Group::fixtures,
    .operands = "SERVER",
    .min_operands = 1,
    .max_operands = 1,
    .options = kImportOptions,
    .summary = "copies the strings of a Redis server into the cache",
    .details =
        "SERVER is redis://[USER:PASSWORD@]HOST[:PORT][/DB] or unix:///PATH; a node of a cluster stands for\n"
        "all of it. Remaining times are kept to the millisecond. Entries take the place of those with the\n"
        "same key. Keys of other types are skipped, and counted on standard error; with --strict they are\n"
        "looked for first, and if there is one, nothing is imported (exit code 4). It is not one step: what\n"
        "others write on the server meanwhile may be there or not. With --json prints how many entries were\n"
        "stored and what was skipped.\n",
    .example = "dummycache import redis://localhost --match 'user:*'",
    .run = run_import,
};

constinit const Command kExport{
    .name = "export",
    .group = Group::fixtures,
    .operands = "SERVER",
    .min_operands = 1,
    .max_operands = 1,
    .options = kExportOptions,
    .summary = "copies the entries of the cache to a Redis server, as strings",
    .details =
        "SERVER is as for import. The entries are those of one moment, with their remaining times; they "
        "take\n"
        "the place of keys of the same name, and others stay. Codecs are lost. Ctrl-C leaves what was sent.\n"
        "With --json prints how many were stored.\n",
    .example = "dummycache export redis://localhost:6380/1",
    .run = run_export,
};

}  // namespace dummycache::cli
