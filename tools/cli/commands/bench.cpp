// SPDX-License-Identifier: MIT
// bench: what the cache's calls cost on this machine.
#include <algorithm>
#include <array>
#include <optional>

#include <dummycache/owned_name.hpp>

#include "tools/bench/keys.hpp"
#include "tools/bench/timing.hpp"
#include "tools/cli/call.hpp"
#include "tools/cli/command_line.hpp"
#include "tools/cli/commands.hpp"
#include "tools/cli/commands/bench_workloads.hpp"
#include "tools/cli/format/json.hpp"
#include "tools/cli/format/text.hpp"
#include "tools/cli/names.hpp"
#include "tools/cli/parse.hpp"
#include "tools/cli/process/caretaker.hpp"

namespace dummycache::cli {

namespace {

constexpr std::uint64_t kMiB = std::uint64_t{1} << 20;

constexpr std::array kOptions{
    OptionSpec{"--workload", "NAMES", "only these, with commas between them", kWorkloadNames},
    OptionSpec{"--entries", "N", "entries in the cache, 1 to 10000000 (default 100000)"},
    OptionSpec{"--value-bytes", "SIZE", "size of a value, 1 to 1048576 (default 100)"},
    OptionSpec{"--repeat", "N", "rounds that count, 1 to 1000 (default 7)"},
};

struct Measured {
    const Workload* workload;
    std::vector<double> samples{};
};

std::uint64_t number_option(const Call& call, std::string_view option, std::uint64_t usual,
                            std::uint64_t most) {
    const std::string* text = call.arguments.value(option);
    return text == nullptr ? usual : parse_count(*text, option, most);
}

std::uint64_t size_option(const Call& call, std::string_view option, std::uint64_t usual,
                          std::uint64_t most) {
    const std::string* text = call.arguments.value(option);
    return text == nullptr ? usual : parse_bytes(*text, option, most);
}

const Workload& workload_of(std::string_view name) {
    std::vector<std::string_view> names;
    for (const Workload& workload : workloads()) {
        if (workload.name == name) return workload;
        names.push_back(workload.name);
    }
    refuse_unknown("workload", name, names, "see 'dummycache help bench'");
}

std::vector<Measured> wanted_workloads(const Call& call) {
    std::vector<Measured> wanted;
    const std::string* names = call.arguments.value("--workload");
    for (std::size_t from = 0; names != nullptr && from <= names->size();) {
        const std::size_t end = std::min(names->find(',', from), names->size());
        wanted.push_back({&workload_of(std::string_view(*names).substr(from, end - from))});
        from = end + 1;
    }
    if (names == nullptr)
        for (const Workload& workload : workloads()) wanted.push_back({&workload});
    // A later one may spoil the cache for an earlier one.
    std::ranges::sort(wanted, {}, &Measured::workload);
    const auto same = [](const Measured& a, const Measured& b) { return a.workload == b.workload; };
    wanted.erase(std::unique(wanted.begin(), wanted.end(), same), wanted.end());
    return wanted;
}

/// Room for the entries twice, so that overwriting them is not slowed down by a cache that is nearly full.
Options room_for(std::uint64_t entries, std::uint64_t value_bytes) {
    constexpr std::uint64_t kLeast = 8 * kMiB;
    constexpr std::uint64_t kMost = std::uint64_t{512} << 30;
    constexpr std::uint64_t kBesides = 135;  // two keys, and what goes with them
    const std::uint64_t bytes = entries * (2 * value_bytes + kBesides);
    if (bytes > kMost)
        throw Failure(Exit::usage,
                      std::to_string(entries) + " entries with values of " + human_size(value_bytes) +
                          " are more than a cache can hold; give a smaller --entries or --value-bytes");
    Options options;
    options.capacity = std::max(kLeast, (bytes + kMiB - 1) / kMiB * kMiB);
    options.when_full = WhenFull::refuse;  // one that evicts would hold fewer than it was given
    return options;
}

/// A cache that is gone when the round is over.
class ScratchCache {
public:
    ScratchCache(OwnedName& name, const Options& options)
        : name_(name.text()), cache_(name.create(name.text(), options)) {
        if (!cache_) throw Failure(Exit::refused, "bench: " + exists_already(name_));
    }
    ScratchCache(const ScratchCache&) = delete;
    ScratchCache& operator=(const ScratchCache&) = delete;
    ~ScratchCache() {
        try {
            Cache::remove(name_);
        } catch (const Error&) {
            // What went wrong before says more.
        }
    }
    [[nodiscard]] Cache& cache() noexcept { return *cache_; }

private:
    const std::string& name_;
    std::optional<Cache> cache_;
};

/// One sample of each workload; the cache is made anew for each filling.
void one_round(std::span<Measured> all, OwnedName& name, const Options& options, const BenchQueries& queries,
               std::string_view value) {
    for (auto first = all.begin(); first != all.end();) {
        const Filling filling = first->workload->filling;
        const auto last = std::find_if(first, all.end(),
                                       [&](const Measured& one) { return one.workload->filling != filling; });
        ScratchCache scratch(name, options);
        BenchRound round{scratch.cache(), name.text(), queries, value};
        fill(round, filling);
        for (; first != last; ++first) first->samples.push_back(first->workload->sample(round));
    }
}

void report(Output& out, const std::vector<Measured>& all, bool json) {
    using enum Table::Align;
    Table table({left, right, right, left});
    table.row({"workload", "median", "least", "unit"});
    for (const Measured& one : all) {
        const double median = bench::median(one.samples);
        const double least = bench::least(one.samples);
        JsonObject object;
        object.bytes("workload", one.workload->name).field("ours", bench::formatted("%.6g", median));
        object.field("ours_min", bench::formatted("%.6g", least)).bytes("unit", one.workload->unit);
        if (json) out.line(object.text());
        table.row({std::string(one.workload->name), bench::short_form(median), bench::short_form(least),
                   std::string(one.workload->unit)});
    }
    if (!json) table.write(out);
}

Exit run_bench(Call& call) {
    constexpr std::uint64_t kMostEntries = 10'000'000;
    constexpr std::uint64_t kMostRounds = 1000;
    std::vector<Measured> all = wanted_workloads(call);
    const std::uint64_t entries = number_option(call, "--entries", 100'000, kMostEntries);
    const std::string value(size_option(call, "--value-bytes", bench::kValueBytes, kMiB), 'v');
    const std::uint64_t rounds = number_option(call, "--repeat", 7, kMostRounds);
    const Options options = room_for(entries, value.size());
    const BenchQueries queries(entries, value.size());
    OwnedName name("bench");
    const Caretaker caretaker("bench", [&] { Cache::remove(name.text()); });
    ProgressBar bar = call.progress_bar("bench");
    const Progress progress = bar.interruptible();
    for (std::uint64_t done = 0; done <= rounds; ++done) {
        progress(done, rounds + 1);
        one_round(all, name, options, queries, value);
        if (done > 0) continue;
        for (Measured& one : all) one.samples.clear();  // the first round does not count
    }
    report(call.out, all, call.settings.json);
    return Exit::done;
}

}  // namespace

constinit const Command kBench{
    .name = "bench",
    .group = Group::measure,
    .operands = "",
    .options = kOptions,
    .cache = CacheOption::refused,
    .summary = "measures what the cache's calls cost on this machine",
    .details =
        "Makes a cache of its own in shared memory, bench-XXXXXXXXXXXX, and prints for each workload the\n"
        "median round, the fastest one, and the unit. Times are of one operation, with keys of 20 bytes.\n"
        "Column heads are shown on a terminal only. By default it needs about 30 MiB of /dev/shm and a few\n"
        "seconds; on a busy machine look at the fastest rounds.\n"
        "\n"
        "  get_hot           reads of 10,000 of the keys\n"
        "  get_uniform       reads of any of them\n"
        "  get_zipf          reads by Zipf 0.99: few keys often, most of them rarely\n"
        "  get_miss          reads of keys that are not there\n"
        "  get_many_uniform  reads of 16 keys a call; the time a key\n"
        "  set_new           sets of new keys in an empty cache\n"
        "  attach            attaching to the cache\n"
        "  bytes_per_entry   memory in use, the index included, of entries that were never overwritten\n"
        "  set, set_hot      overwrites of any of the keys, and of 10,000 of them\n"
        "  ttl_get           get_hot of entries with a deadline\n"
        "  incr              adds 1 to any of 10,000 counters\n"
        "\n"
        "The cache is removed at the end, after an error and after Ctrl-C; if the command is killed, a\n"
        "second process removes it. If that one is killed as well, 'dummycache gc' does. Exit code 4 if\n"
        "there is no room for it.\n",
    .example = "dummycache bench --workload get_hot,set --json",
    .run = run_bench,
};

}  // namespace dummycache::cli
