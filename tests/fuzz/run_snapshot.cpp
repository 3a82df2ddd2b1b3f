// SPDX-License-Identifier: MIT
#include "fuzz/run_snapshot.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <optional>
#include <sstream>
#include <string>

#include <unistd.h>

#include "dummycache/snapshot.hpp"
#include "fuzz/snapshot_draft.hpp"
#include "ipc/os/file_descriptor.hpp"
#include "store/layout/attachment.hpp"
#include "support/test_cache.hpp"

namespace dummycache::fuzz {

namespace {

constexpr std::uint64_t kCapacity = 4 << 20;  ///< has room for whatever an input can hold
constexpr std::uint64_t kTightCapacity = 1 << 20;
constexpr std::uint64_t kTightFrom = 128 << 10;
constexpr std::uint64_t kInstantUs = 1'000'000'000;
constexpr std::size_t kLongestMessage = 600;
constexpr const char* kLoad = "load";

struct Reached {
    std::uint64_t runs = 0;
    std::uint64_t text = 0;     ///< loaded
    std::uint64_t binary = 0;   ///< loaded
    std::uint64_t entries = 0;  ///< in what was loaded
    std::uint64_t refused = 0;
};
Reached counts;

void require(bool holds, const std::string& what) {
    if (holds) return;
    std::fprintf(stderr, "snapshot_fuzz: %s\n", what.c_str());
    std::abort();
}

/// A file in memory that has a path. (The path of a descriptor would be read from where the descriptor stands.)
class MemoryFile {
public:
    explicit MemoryFile(const std::string& bytes) {
        const ipc::FileDescriptor file(::mkstemp(path_.data()));
        require(file.valid() &&
                    ::write(file.get(), bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()),
                "a file in memory cannot be written");
    }
    ~MemoryFile() { ::unlink(path_.c_str()); }
    MemoryFile(const MemoryFile&) = delete;
    MemoryFile& operator=(const MemoryFile&) = delete;

    [[nodiscard]] const std::string& path() const { return path_; }
    [[nodiscard]] SnapshotSource source() const { return SnapshotSource::file(path_); }

private:
    std::string path_ = "/dev/shm/snapshot-fuzz-XXXXXX";
};

struct Stored {
    std::string value;
    Codec codec;
    std::chrono::microseconds ttl;

    bool operator==(const Stored&) const = default;
};
using State = std::map<std::string, Stored, std::less<>>;

/// A cache with some entries whose keys inputs may meet. Its time stands still.
Cache make_cache(std::uint64_t capacity_bytes, bool filled = true) {
    Cache cache = Cache::make_private(test::options_of(capacity_bytes, WhenFull::refuse));
    ipc::CacheClock clock(test::attachment_of(cache).memory.superblock->clock);
    clock.freeze();
    clock.set(kInstantUs);
    if (!filled) return cache;
    cache.set("a", "old", std::chrono::seconds(7), Codec::text);
    cache.set("k", "old");
    cache.set("old", std::string(20'000, 'o'), {}, Codec::pickle);
    return cache;
}

State state_of(const Cache& cache) {
    State state;
    cache.visit([&](const EntryView& entry) {
        state.emplace(entry.key, Stored{std::string(entry.value), entry.codec, entry.ttl});
        return true;
    });
    return state;
}

State state_of(const SnapshotSource& file) {
    State state;
    std::string last;
    static const Cache empty = make_cache(kCapacity, false);
    diff(empty, file, [&](const Difference& difference) {
        require(!difference.before && difference.after, "something in an empty cache");
        require(last < difference.key, "keys that do not come in order");
        last = difference.key;
        const DifferenceSide& side = *difference.after;
        state.emplace(difference.key, Stored{std::string(side.value), side.codec, side.ttl});
        return true;
    });
    return state;
}

/// What a load makes of a cache.
State loaded(State state, const State& entries, const LoadOptions& options) {
    if (options.mode == LoadMode::replace) state.clear();
    for (const auto& [key, entry] : entries) {
        if (!glob_matches(options.match, key)) continue;
        const Stored stored{entry.value, entry.codec, options.ttl(entry.ttl)};
        if (options.mode == LoadMode::only_missing) {
            state.emplace(key, stored);
        } else {
            state.insert_or_assign(key, stored);
        }
    }
    return state;
}

/// What a call throws. Only an Error with a message for a terminal comes through.
template <class Call>
std::optional<Error> refusal_of(Call&& call) {
    try {
        call();
    } catch (const Error& error) {
        const std::string message = error.what();
        const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == '\x7f'; };
        require(!message.empty() && message.size() < kLongestMessage, "a long message, or none: " + message);
        require(std::ranges::none_of(message, is_control), "control characters in a message: " + message);
        return error;
    }
    return std::nullopt;
}

std::string dumped(const Cache& cache, SnapshotFormat format) {
    std::ostringstream stream;
    DumpOptions options;
    options.format = format;
    dump(cache, stream, options);
    return std::move(stream).str();
}

std::string exact_digest(const SnapshotSource& source) {
    SummaryOptions options;
    options.exact_ttl = true;
    return summarize(source, options).digest;
}

void check_no_difference(const SnapshotSource& one, const SnapshotSource& two) {
    CompareOptions exact;
    exact.ttl = CompareTtl::exact;
    const auto differs = [&](const Difference& difference) {
        require(false, "there is a difference at key " + std::string(difference.key.substr(0, 100)));
        return true;
    };
    diff(one, two, differs, exact);
}

/// One input, on its way through the library.
class Run {
public:
    explicit Run(std::string bytes) : bytes_(std::move(bytes)), file_(bytes_) {}

    void go() {
        ++counts.runs;
        const auto refusal = refusal_of([this] { entries_ = state_of(file_.source()); });
        if (refusal) {
            check_refused(*refusal);
        } else {
            check_accepted();
        }
    }

private:
    [[nodiscard]] LoadResult load_into(Cache& cache, const LoadOptions& options) const {
        if (options.mode != LoadMode::merge) return load(cache, file_.path(), options);
        std::istringstream stream(bytes_);
        return load(cache, stream, options);
    }

    void check_refused(const Error& first) const {
        ++counts.refused;
        require(first.code() == ErrorCode::bad_snapshot, "another refusal: " + std::string(first.what()));
        const auto refuses = [&](const char* what, auto&& call) {
            const auto refusal = refusal_of(call);
            require(refusal.has_value(), std::string(what) + " takes what diff refuses: " + first.what());
            // A load stops at what cannot fit, and may never see what else is wrong.
            const bool has_no_room =
                refusal->code() == ErrorCode::full || refusal->code() == ErrorCode::invalid_argument;
            const bool is_right =
                refusal->code() == ErrorCode::bad_snapshot || (what == kLoad && has_no_room);
            require(is_right, std::string(what) + " refuses otherwise than diff: " + refusal->what() + "; " +
                                  first.what());
        };
        refuses("summarize", [&] { static_cast<void>(summarize(file_.source())); });
        // Most files are refused, and most of the time would go into new caches: this one never changes.
        static Cache cache = make_cache(kCapacity);
        static const State old = state_of(cache);
        LoadOptions options;
        options.mode = static_cast<LoadMode>(bytes_.size() % 3);
        refuses(kLoad, [&] { static_cast<void>(load_into(cache, options)); });
        require(state_of(cache) == old, "a load that failed changed the cache");
    }

    void check_accepted() {
        const SnapshotSummary summary = summarize(file_.source());
        digest_ = exact_digest(file_.source());
        ++(summary.format == SnapshotFormat::binary ? counts.binary : counts.text);
        counts.entries += summary.entries;
        std::uint64_t bytes = 0;
        std::uint64_t with_deadline = 0;
        for (const auto& [key, entry] : entries_) {
            bytes += key.size() + entry.value.size();
            with_deadline += entry.ttl != kForever;
        }
        require(summary.entries == entries_.size() && summary.bytes == bytes &&
                    summary.with_deadline == with_deadline,
                "the summary is wrong");
        require((summary.format == SnapshotFormat::binary) == bytes_.starts_with(format::kMagic[0]),
                "the format is wrong");
        check_no_difference(file_.source(), file_.source());
        const Cache cache = check_loaded({});
        check_no_difference(cache, file_.source());
        require(digest(cache) == summary.digest, "the loaded cache has another digest than the file");
        require(exact_digest(cache) == digest_, "the loaded cache has another exact digest than the file");
        for (const SnapshotFormat format : {SnapshotFormat::text, SnapshotFormat::binary})
            check_dump(cache, format);
        LoadOptions options;
        options.mode = bytes_.size() % 2 == 0 ? LoadMode::only_missing : LoadMode::merge;
        if (bytes_.size() % 4 < 2) {
            options.match = "*[a-m]*";
            options.ttl = TtlRule::scale(1.5);
        }
        check_loaded(options);
        if (bytes > kTightFrom) check_tight(summary.capacity);
    }

    Cache check_loaded(const LoadOptions& options) const {
        Cache cache = make_cache(kCapacity);
        const State expected = loaded(state_of(cache), entries_, options);
        const LoadResult result = load_into(cache, options);
        require(result.stored + result.present + result.unmatched == entries_.size(), "a load lost count");
        require(state_of(cache) == expected, "a load stored something else");
        require(test::problems_of(cache).empty(), "a load broke the cache");
        return cache;
    }

    void check_dump(const Cache& cache, SnapshotFormat format) const {
        const std::string once = dumped(cache, format);
        require(dumped(cache, format) == once, "two dumps differ");
        const MemoryFile file(once);
        require(exact_digest(file.source()) == digest_, "a dump has another digest than the cache");
        Cache again = make_cache(kCapacity, false);
        load(again, file.path());
        require(state_of(again) == entries_, "a dump was loaded as something else");
        require(dumped(again, format) == once, "the dump of a loaded dump differs");
    }

    /// A cache that has just the room that is needed, and one that may be too small, and refuses.
    void check_tight(std::uint64_t capacity_bytes) const {
        Cache roomy = make_cache(capacity_bytes, false);
        load(roomy, file_.path());
        require(state_of(roomy) == entries_, "a cache of the capacity that summarize says is too small");
        Cache cache = make_cache(kTightCapacity);
        const State old = state_of(cache);
        const auto refusal = refusal_of([&] { load(cache, file_.path()); });
        require(state_of(cache) == (refusal ? old : entries_), "a load into a small cache did half its work");
        require(test::problems_of(cache).empty(), "a load broke a small cache");
    }

    std::string bytes_;
    MemoryFile file_;
    State entries_;       ///< of the file, if it is a snapshot
    std::string digest_;  ///< its exact one
};

}  // namespace

void run_snapshot(std::span<const std::uint8_t> input) {
    Run(stretched({reinterpret_cast<const char*>(input.data()), input.size()})).go();
}

void print_snapshots_reached() {
    std::printf("fuzz: %lu runs, %lu texts loaded, %lu binary files loaded, %lu entries, %lu files refused\n",
                counts.runs, counts.text, counts.binary, counts.entries, counts.refused);
    std::fflush(stdout);
}

}  // namespace dummycache::fuzz
