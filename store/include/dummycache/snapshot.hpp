// SPDX-License-Identifier: MIT
// A cache's state in a file: written, read, compared.
//
// There are two formats. `binary` is fast and carries checksums; `text` is one line of JSON for each
// entry, sorted by key, for a repository. Both hold keys, values, codecs and remaining times; the same
// state gives the same bytes. store/FORMAT.md describes them.
#pragma once

#include <cstdint>
#include <functional>
#include <iosfwd>
#include <optional>
#include <string>
#include <string_view>

#include "dummycache/cache.hpp"

namespace dummycache {

enum class SnapshotFormat : std::uint8_t {
    text,    ///< JSON lines, usually *.jsonl
    binary,  ///< usually *.dcs
};

/// What becomes of the remaining times of entries on their way into a file or a cache.
class TtlRule {
public:
    /// They stay as they are.
    [[nodiscard]] static TtlRule keep() noexcept { return {Kind::keep, 1.0}; }
    /// Every entry lives for ever.
    [[nodiscard]] static TtlRule drop() noexcept { return {Kind::drop, 1.0}; }
    /// Each is multiplied by a factor above 0, and rounded up to a microsecond. Throws
    /// ErrorCode::invalid_argument for any other factor.
    [[nodiscard]] static TtlRule scale(double factor);

    /// What a remaining time becomes; kForever stays kForever.
    [[nodiscard]] std::chrono::microseconds operator()(std::chrono::microseconds ttl) const noexcept;

private:
    enum class Kind : std::uint8_t { keep, drop, scale };

    TtlRule(Kind kind, double factor) noexcept : kind_(kind), factor_(factor) {}

    Kind kind_;
    double factor_;
};

/// Called now and then from the thread that does the work; `total` is known from the start. A dump counts
/// entries, a load and a verification count bytes of the file (a load reads it twice). May throw: the
/// work ends as after an error.
using Progress = std::function<void(std::uint64_t done, std::uint64_t total)>;

struct DumpOptions {
    SnapshotFormat format = SnapshotFormat::text;
    std::string match = "*";  ///< only keys that match this glob, as in Cache::erase_if
    TtlRule ttl = TtlRule::keep();
    Progress progress = {};
    std::string checkpoint = {};  ///< if not empty, the state at that checkpoint
};

/// What a load does with what is in the cache already.
enum class LoadMode : std::uint8_t {
    replace,       ///< the cache then holds what the snapshot holds and nothing else
    merge,         ///< entries of the snapshot take the place of those with the same key
    only_missing,  ///< entries whose key is there stay as they are
};

struct LoadOptions {
    LoadMode mode = LoadMode::replace;
    std::string match = "*";  ///< only keys that match this glob
    TtlRule ttl = TtlRule::keep();
    Progress progress = {};
};

struct LoadResult {
    std::uint64_t stored = 0;     ///< entries written
    std::uint64_t unmatched = 0;  ///< left out because their key does not match
    std::uint64_t present = 0;    ///< left out because their key was there (only_missing)
};

/// Writes the cache's entries as of one moment and returns their number. What it costs: a private copy
/// of the used memory, taken while writers wait (as Cache::visit), and 64 MiB (in text also one value).
/// Readers go on. A file is written under a temporary name beside it, synced, and renamed: it holds the
/// old snapshot or the new one, also after a crash or a kill, which may leave the temporary file for the
/// next dump to that name to replace. A path that is no regular file (a device, a pipe) is written straight.
/// `-` is standard output. Throws ErrorCode::full or ErrorCode::system if it cannot be written.
std::uint64_t dump(const Cache& cache, const std::string& path, const DumpOptions& options = {});
std::uint64_t dump(const Cache& cache, std::ostream& stream, const DumpOptions& options = {});

/// Loads a snapshot of either format; the bytes say which. Everything is read and checked before the cache
/// is changed: bytes that are no snapshot throw ErrorCode::bad_snapshot with the place (`file:line:column`
/// in text) and change nothing, and so does a snapshot that cannot fit (ErrorCode::full). Entries get
/// their remaining time counted from the moment at which the load begins to write. Takes at most 64 MiB
/// of memory, in text also one line; a pipe or stream is first copied to a temporary file (`-` is standard input).
///
/// It is one step: writers wait from the moment at which it begins to write, and a process that is killed inside
/// leaves the cache as it was. Readers see each key as it was or as it is in the snapshot; what is not in the
/// snapshot goes for all at once, at the end. If there is no room for the old and the new entries side by side, a
/// kill leaves those that were written. `progress` is called while writers wait: it must not take long. A second
/// thread helps to store.
LoadResult load(Cache& cache, const std::string& path, const LoadOptions& options = {});
/// `name` stands for the stream in messages.
LoadResult load(Cache& cache, std::istream& stream, const LoadOptions& options = {},
                const std::string& name = "<stream>");

/// What one side of a comparison is: the state of a cache at one moment or at a checkpoint, or a snapshot in a file.
class SnapshotSource {
public:
    SnapshotSource(const Cache& cache) : cache_(cache) {}  // NOLINT: implicit by design
    /// The state to which a rollback would go.
    SnapshotSource(const Cache& cache, std::string checkpoint)
        : cache_(cache), checkpoint_(std::move(checkpoint)) {}
    /// `-` is standard input.
    [[nodiscard]] static SnapshotSource file(std::string path) { return SnapshotSource(std::move(path)); }

    /// A null pointer if it is a file.
    [[nodiscard]] const Cache* cache() const noexcept { return cache_ ? &*cache_ : nullptr; }
    [[nodiscard]] const std::string& path() const noexcept { return path_; }
    /// Empty if it is a file, or a cache as it is now.
    [[nodiscard]] const std::string& checkpoint() const noexcept { return checkpoint_; }

private:
    explicit SnapshotSource(std::string path) : path_(std::move(path)) {}

    std::optional<Cache> cache_;
    std::string path_;
    std::string checkpoint_;
};

/// Which remaining times count as equal.
enum class CompareTtl : std::uint8_t {
    /// Exactly equal ones where time stands still on both sides (files, frozen clocks); where it runs, any
    /// two: only whether there is a deadline counts.
    automatic,
    ignore,  ///< all, and also none
    exact,   ///< equal ones, and those within CompareOptions::slack
};

struct CompareOptions {
    std::string match = "*";  ///< only keys that match this glob
    CompareTtl ttl = CompareTtl::automatic;
    std::chrono::microseconds slack{0};
    Progress progress = {};
};

/// One side of a Difference. Valid during the visit.
struct DifferenceSide {
    std::string_view value;
    Codec codec = Codec::bytes;
    std::chrono::microseconds ttl = kForever;
};

/// A key that is not the same on both sides.
struct Difference {
    std::string_view key;
    std::optional<DifferenceSide> before;  ///< empty: the key is new
    std::optional<DifferenceSide> after;   ///< empty: the key is gone
};

/// Calls `visitor` for each key that differs, in the order of the keys, until it returns false. Codecs count
/// as part of the value, but for bytes and text, which differ in how they are shown only. Throws as load does, after having visited what came before the bad place.
void diff(const SnapshotSource& before, const SnapshotSource& after,
          const std::function<bool(const Difference&)>& visitor, const CompareOptions& options = {});

/// What a snapshot holds, or a cache would dump.
struct SnapshotSummary {
    std::uint64_t entries = 0;
    std::uint64_t bytes = 0;               ///< of keys and values
    std::uint64_t with_deadline = 0;       ///< entries that have a remaining time
    std::uint64_t capacity = 0;            ///< bytes: a new cache of this capacity has room for all of it
    std::string digest;                    ///< 32 hexadecimal digits; equal for equal states, in any format
    std::optional<SnapshotFormat> format;  ///< of a file
};

struct SummaryOptions {
    std::string match = "*";
    /// Whether remaining times are part of the digest. If not, it says of each entry only whether it has
    /// one: it stays the same while time goes on, until something expires.
    bool exact_ttl = false;
    Progress progress = {};
};

/// Reads all of it, so it checks a file as load does.
[[nodiscard]] SnapshotSummary summarize(const SnapshotSource& source, const SummaryOptions& options = {});

/// Of keys, values, codecs, and which entries have a deadline: summarize(source).digest. Good against
/// accidents, not against somebody who makes two states with one digest.
[[nodiscard]] std::string digest(const SnapshotSource& source);

}  // namespace dummycache
