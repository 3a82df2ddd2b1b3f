// SPDX-License-Identifier: MIT
// A cache's state in a file: written, read, compared.
//
// There are two formats. `binary` is fast and carries checksums; `text` is one line of JSON for each
// entry, sorted by key, for a repository. Both hold keys, values, codecs and remaining times; the same
// state gives the same bytes. store/FORMAT.md describes them.
#pragma once

#include "dummycache/detail/language.hpp"

#include <cstdint>
#include <functional>
#include <iosfwd>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dummycache/cache.hpp"

namespace dummycache {

namespace ipc {
class ReadableFile;
}

enum class SnapshotFormat : std::uint8_t {
    text,    ///< JSON lines, usually *.jsonl
    binary,  ///< usually *.dcs
};

/// What happens to the remaining times of entries on their way into a file or a cache.
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

/// Called from time to time by the thread that does the work. `total` is known from the start, but for a
/// pipe, whose total grows. A dump counts entries. A load and a verification count bytes of the file; a load
/// reads the file twice. May throw: the work then ends as after an error.
using Progress = std::function<void(std::uint64_t done, std::uint64_t total)>;

struct DumpOptions {
    SnapshotFormat format = SnapshotFormat::text;
    std::string match = "*";  ///< only keys that match this glob, as in Cache::erase_if
    TtlRule ttl = TtlRule::keep();
    Progress progress = {};
    std::string checkpoint = {};  ///< if not empty, the state at that checkpoint
    /// If not empty, only keys that also match one of these globs. glob_of(key) stands for a single key; any number of
    /// them costs no more than one.
    std::vector<std::string> any_of = {};
};

/// The glob that this key matches and no other: with a backslash before each star, question mark, [ and
/// backslash.
[[nodiscard]] std::string glob_of(std::string_view key);

/// What a load does with the entries that are in the cache already.
enum class LoadMode : std::uint8_t {
    /// Afterwards the cache holds the entries of the snapshot and no others. With LoadOptions::match this is so of
    /// the keys that match; all others stay as they are.
    replace,
    merge,         ///< entries of the snapshot replace those with the same key
    only_missing,  ///< entries whose key is present stay as they are
};

struct LoadOptions {
    LoadMode mode = LoadMode::replace;
    std::string match = "*";  ///< only keys that match this glob, of the snapshot and of the cache
    TtlRule ttl = TtlRule::keep();
    Progress progress = {};
};

struct LoadResult {
    std::uint64_t stored = 0;     ///< entries written
    std::uint64_t unmatched = 0;  ///< left out because their key does not match
    std::uint64_t present = 0;    ///< left out because their key was present (only_missing)
};

/// Writes the cache's entries as of one moment, and returns their number. It needs memory for a private
/// copy of the used memory, and 64 MiB (in text also one value). Writers wait while the copy is made (as in
/// Cache::visit); readers go on. A file is written under a temporary name beside it, synced, and renamed.
/// So it holds the old snapshot or the new one, also after a crash or a kill. These may leave a temporary
/// file, which the next dump to that name removes. A path that is no regular file (a device, a pipe) or that
/// names a descriptor (/dev/stdout, /dev/fd/3) is written from where it stands. `-` is standard output. Throws
/// ErrorCode::full or ErrorCode::system if it cannot be written.
std::uint64_t dump(const Cache& cache, const std::string& path, const DumpOptions& options = {});
std::uint64_t dump(const Cache& cache, std::ostream& stream, const DumpOptions& options = {});

/// One side of a comparison: the state of a cache at one moment or at a checkpoint, or a snapshot in a
/// file.
class SnapshotSource {
public:
    SnapshotSource(const Cache& cache) : cache_(cache) {}  // NOLINT: implicit by design
    /// The state to which a rollback would go.
    SnapshotSource(const Cache& cache, std::string checkpoint)
        : cache_(cache), checkpoint_(std::move(checkpoint)) {}
    /// `-` is standard input.
    [[nodiscard]] static SnapshotSource file(std::string path) { return SnapshotSource(std::move(path)); }
    /// A snapshot that can be read only once, such as a pipe. `read` gives the next bytes, at most `most`, and
    /// 0 at the end; what it throws ends the call. `name` stands for it in messages. What was read is kept in a
    /// temporary file without a name ($TMPDIR, or /tmp), so that calls may read it again, also several
    /// calls. It is gone with the last copy of this object, also after a kill. Nothing is read before it is
    /// needed. Throws ErrorCode::system.
    [[nodiscard]] static SnapshotSource stream(std::function<std::size_t(char* to, std::size_t most)> read,
                                               std::string name);

    /// Null if this side is a file.
    [[nodiscard]] const Cache* cache() const noexcept { return cache_ ? &*cache_ : nullptr; }
    [[nodiscard]] const std::string& path() const noexcept { return path_; }
    /// For the library. Null if this side is no stream.
    [[nodiscard]] const ipc::ReadableFile* input() const noexcept { return stream_.get(); }
    /// Empty if this side is a file, or a cache as it is now.
    [[nodiscard]] const std::string& checkpoint() const noexcept { return checkpoint_; }

private:
    explicit SnapshotSource(std::string path) : path_(std::move(path)) {}

    std::optional<Cache> cache_;
    std::shared_ptr<const ipc::ReadableFile> stream_;
    std::string path_;
    std::string checkpoint_;
};

/// Loads a snapshot of either format; its bytes show which. Everything is read and checked before the cache
/// is changed. Bytes that are no snapshot throw ErrorCode::bad_snapshot with the place (`file:line:column`
/// in text) and change nothing. A snapshot that cannot fit throws ErrorCode::full and changes nothing. The
/// remaining time of entries counts from the moment at which the load begins to write. Takes at most 64 MiB
/// of memory, in text also one line. A pipe or stream is copied to a temporary file while it is checked (`-`
/// is standard input). Reading stops at the first entry that is bad or that cannot fit: an input may have no
/// end.
///
/// It is one step. Writers wait from the moment at which it begins to write, and a process that is killed
/// inside leaves the cache as it was. Readers see each key as it was or as it is in the snapshot. Entries
/// that are not in the snapshot go all at once, at the end. If there is no room for the old and the new
/// entries side by side, a kill leaves those that were written. `progress` is called while writers wait, so
/// it must not take long. A second thread helps to store.
LoadResult load(Cache& cache, const std::string& path, const LoadOptions& options = {});
/// From a file or a stream; a cache throws ErrorCode::invalid_argument.
LoadResult load(Cache& cache, const SnapshotSource& source, const LoadOptions& options = {});
/// `name` stands for the stream in messages.
LoadResult load(Cache& cache, std::istream& stream, const LoadOptions& options = {},
                const std::string& name = "<stream>");

/// Which remaining times count as equal.
enum class CompareTtl : std::uint8_t {
    /// If time stands still on both sides (files, frozen clocks): exactly equal times. If it runs on a
    /// side: any two times; only whether there is a deadline counts.
    automatic,
    ignore,  ///< any two times are equal, and "no deadline" equals any time
    exact,   ///< equal times, and those that differ by at most CompareOptions::slack
};

/// Which values count as equal. The codecs bytes and text are one here: they differ only in how a value is shown.
enum class CompareValue : std::uint8_t {
    /// Values that mean the same, whichever program stored them:
    ///   - of the codecs bytes, text, int64 and json: the same bytes;
    ///   - json, and anything but cereal and pickle that is JSON too: the same JSON value. Blanks, escapes and
    ///     the order of an object's names do not count. Numbers are compared exactly: 1, 1.0 and 10e-1 are
    ///     one, and large ones are not rounded. JSON that is nested more than 256 deep, has a number above
    ///     1.7e308, or has 2 GiB, is compared by its bytes;
    ///   - int64, and bytes that Cache::incr would take: the same integer;
    ///   - of the codecs cereal and pickle: the same codec and bytes.
    meaning,
    exact,  ///< the same codec and bytes, as for a digest
};

struct CompareOptions {
    std::string match = "*";  ///< only keys that match this glob
    CompareValue value = CompareValue::meaning;
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

/// Calls `visitor` for each key that differs, in the order of the keys, until it returns false. Throws as load
/// does, after it has visited the keys before the bad place. Two values that are not the same bytes, but may mean
/// the same JSON, are held in memory, and a few times their size on top.
void diff(const SnapshotSource& before, const SnapshotSource& after,
          const std::function<bool(const Difference&)>& visitor, const CompareOptions& options = {});

/// A summary of a snapshot, or of the snapshot that a cache would dump.
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
    /// Whether remaining times are part of the digest. If not, only whether each entry has a deadline
    /// counts: then the digest stays the same while time goes on, until an entry expires.
    bool exact_ttl = false;
    Progress progress = {};
    /// If not 0: throws ErrorCode::full as soon as it is clear that the entries need more than this.
    std::uint64_t most_capacity = 0;
};

/// Reads the whole source, so it checks a file as load does.
[[nodiscard]] SnapshotSummary summarize(const SnapshotSource& source, const SummaryOptions& options = {});

/// A digest of keys, values, codecs, and which entries have a deadline: summarize(source).digest. It finds
/// accidents. It does not stop a person who makes two states with one digest. Two values of one meaning and
/// different bytes have different digests (CompareValue::exact).
[[nodiscard]] std::string digest(const SnapshotSource& source);

}  // namespace dummycache
