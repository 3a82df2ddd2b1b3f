// SPDX-License-Identifier: MIT
// The cache: a key-value store that local processes share without a server.
#pragma once

#include "dummycache/detail/language.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <iterator>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "dummycache/detail/handle.hpp"
#include "dummycache/detail/typed_calls.hpp"
#include "dummycache/detail/views.hpp"
#include "dummycache/diagnosis.hpp"
#include "dummycache/entry.hpp"
#include "dummycache/error.hpp"
#include "dummycache/options.hpp"
#include "dummycache/stats.hpp"
#include "dummycache/timeout.hpp"
#include "dummycache/version.hpp"

namespace dummycache {

/// A handle on a named cache in shared memory, on one in a file, or on a private one.
///
/// Handles are cheap to copy; copies share one attachment, which ends with the last of them. Any
/// number of threads may use a handle at once, and any number of processes the cache. A child made
/// by fork() may go on using its parent's handle. One that was moved from may only be assigned to or destroyed.
///
/// What every call promises:
///  - Absence is an empty std::optional or `false`, never an exception. Everything else that goes wrong is a
///    dummycache::Error with a code and a one-line message.
///  - A read takes no lock and never waits for a writer. A write locks the key's shard and throws ErrorCode::busy,
///    with the holder's pid, when a live process keeps it for longer than Options::lock_timeout. A holder that died
///    is no reason to wait: its shard is repaired.
///  - A process may be killed inside any call: its key has the old or the new value, no other entry changes.
///  - Keys are 1 to 65,535 bytes, any bytes. Values are 0 bytes to half the capacity, any bytes.
///  - An expired entry is absent. Time is the cache's own, the same for every process; it counts
///    while the machine sleeps, and does not jump with the wall clock.
///
/// Not promised: surviving a reboot (except a cache in a file), defence against a hostile process
/// of the same user, network file systems, sharing between CPU architectures. When the cache is
/// full it drops what was used least, unless it was created with WhenFull::refuse.
///
/// Costs are measured on a small virtual machine with 20-byte keys and 100-byte values; tests/bench repeats them.
class Cache {
public:
    // ---- opening -----------------------------------------------------------------------------

    /// Attaches to the cache called `name`, and creates it first if there is none. A name that begins with `/`,
    /// `./` or `../` is the path of a cache in a file; any other is one in shared memory: 1 to 200 bytes, no `/`,
    /// no control characters. `%w` is the id of the test worker (a note on standard error says so if there is
    /// none), `%r` that of the run, `%%` a percent sign (tools/guide/command_line.md). `UID:NAME` is another user's,
    /// never found by NAME alone: anybody can make a cache of any name. Processes that open at once get the same
    /// cache. Under 1 ms. What a process that dies inside leaves is cleared by the next to create or remove.
    static Cache open(std::string_view name, const Options& options = {});

    /// Attaches to a cache that exists, or throws ErrorCode::not_found.
    static Cache attach(std::string_view name, const Options& options = {});
    /// Creates a cache and attaches to it; empty if there was one already.
    static std::optional<Cache> create(std::string_view name, const Options& options = {});

    /// Removes the cache called `name`; `false` if there was none. In processes that are attached the next
    /// call throws ErrorCode::removed, or goes on with a new cache: Options::when_removed. See also clear.
    static bool remove(std::string_view name);

    /// A cache in this process's own memory, without a name. After fork() parent and child have copies of their own.
    static Cache make_private(const Options& options = {});

    /// The caches in shared memory that belong to this user, by name, damaged ones included.
    static std::vector<ListedCache> list();
    /// Those of other users that let this user in, as these users say: name, path and owner. It attaches to none.
    static std::vector<ListedCache> list_of_others();

    // ---- one key -----------------------------------------------------------------------------

    /// Stores `value` under `key`, in place of the old value. A timeout of zero or less stores
    /// nothing, deletes the old value and returns false; otherwise true. Throws ErrorCode::full
    /// if there is no room and no more can be evicted. About 0.1 to 0.5 us, more for large values.
    bool set(std::string_view key, std::string_view value, Timeout timeout = {}, Codec codec = Codec::bytes);

    /// The value, if the key is there. No lock; about 0.1 to 0.3 us.
    [[nodiscard]] std::optional<std::string> get(std::string_view key) const;

    /// Reads into `value`, whose memory is used again; false if the key is absent (`value` is then undefined).
    bool get(std::string_view key, std::string& value) const;
    /// Reads as much as the buffer holds, and allocates nothing. Returns the whole size of the value.
    [[nodiscard]] std::optional<std::size_t> get(std::string_view key, std::span<char> buffer) const;

    /// The value with its id, codec and remaining life, as of one moment.
    [[nodiscard]] std::optional<Entry> get_entry(std::string_view key) const;
    /// get_entry for tools: counted nowhere, and the eviction order stays as it is.
    [[nodiscard]] std::optional<Entry> peek(std::string_view key) const;

    /// The id of the key's entry, for set_if, without its value. A touch keeps it. Counted nowhere.
    [[nodiscard]] std::optional<EntryId> entry_id(std::string_view key) const;

    /// set, but only if the key is absent; says whether it stored. A live key stays as it is,
    /// whatever the timeout; an absent one with a timeout of zero or less stays absent.
    bool add(std::string_view key, std::string_view value, Timeout timeout = {}, Codec codec = Codec::bytes);

    /// set, but only if the key is there; says whether it was. A timeout of zero or less deletes. Room for the new
    /// value comes from others: ErrorCode::full, with the old value as it was, if both do not fit beside each other.
    bool replace(std::string_view key, std::string_view value, Timeout timeout = {},
                 Codec codec = Codec::bytes);

    /// set, but only if the key's entry still is the one with this id (compare and set); says
    /// whether it was. A timeout of zero or less deletes. Full as with replace.
    bool set_if(std::string_view key, std::string_view value, EntryId id, Timeout timeout = {},
                Codec codec = Codec::bytes);

    /// Deletes the key; says whether there was one.
    bool erase(std::string_view key);
    /// Whether the key is there. Counts as a use, like get.
    [[nodiscard]] bool contains(std::string_view key) const;

    /// Lets the processor fetch what the next call on this key needs. Worth it in a large cache, with 100 ns of other
    /// work in between. About 10 ns; waits for nothing and counts nowhere.
    void prefetch(std::string_view key) const noexcept;
    /// Gives the key a new timeout; says whether it was there. A timeout of zero or less deletes.
    bool touch(std::string_view key, Timeout timeout);
    /// Lets the key live for ever; says whether it was there.
    bool persist(std::string_view key);

    /// The remaining life: more than zero, or kForever; empty if the key is absent. Not a use.
    [[nodiscard]] std::optional<std::chrono::microseconds> ttl(std::string_view key) const;

    /// Adds to a decimal int64 and returns the sum; an absent key counts as 0 and lives for ever,
    /// a present one keeps its deadline. Atomic between all processes. Throws ErrorCode::wrong_kind
    /// if the value is no int64 in plain decimal digits, or if the sum would overflow.
    std::int64_t incr(std::string_view key, std::int64_t delta = 1);
    std::int64_t decr(std::string_view key, std::int64_t delta = 1);

    /// Appends to the value and returns the new size; an absent key counts as empty and lives for
    /// ever, a present one keeps its deadline and codec. Atomic between all processes. Full as with replace.
    std::size_t append(std::string_view key, std::string_view suffix);

    /// Deletes the key and returns the value it had, as one step.
    std::optional<std::string> take(std::string_view key);

    /// The value; if the key is absent, what `make()` returns, which is stored first. Callers that
    /// meet here may each call make; all return the value that was stored first. No lock is held
    /// while make runs.
    template <class Make>
        requires std::is_invocable_r_v<std::string, Make> std::string get_or_set(std::string_view key,
                                                                                 Make&& make,
                                                                                 Timeout timeout = {}) {
            if (auto value = get(key)) return *std::move(value);
            const std::string made = std::forward<Make>(make)();
            return get_or_set(key, std::string_view(made), timeout);
        }
    std::string get_or_set(std::string_view key, std::string_view value, Timeout timeout = {});

    /// Waits until `wanted(value)` is true of the key's value (empty if it is absent) and returns
    /// true, or false when the timeout is over; without one it waits for ever. Sleeps: each write to
    /// the key's shard wakes it, and it looks by itself when the key expires. `wanted` is called
    /// without a lock, at least once, and must not take long. Not a use. A waiter that is killed
    /// leaves nothing but a few needless wake-ups.
    bool wait(std::string_view key, const std::function<bool(const std::optional<std::string>&)>& wanted,
              std::optional<std::chrono::milliseconds> timeout = std::nullopt) const;

    // ---- many keys (each key by itself: not one step) ------------------------------------------

    /// The values in the order of the keys. Faster than as many calls of get: memory is fetched
    /// ahead. `keys` is any range of string-like things.
    [[nodiscard]] std::vector<std::optional<std::string>> get_many(
        std::span<const std::string_view> keys) const;
    [[nodiscard]] std::vector<std::optional<std::string>> get_many(
        std::initializer_list<std::string_view> keys) const {
        return get_many(std::span(keys.begin(), keys.size()));
    }
    template <class Keys>
    [[nodiscard]] std::vector<std::optional<std::string>> get_many(const Keys& keys) const {
        return get_many(std::span<const std::string_view>(detail::key_views(keys)));
    }

    /// Sets pairs of key and value; returns how many were stored. `pairs` is a std::map, a vector
    /// of pairs, or the like. An error leaves those before it stored.
    std::size_t set_many(std::span<const std::pair<std::string_view, std::string_view>> pairs,
                         Timeout timeout = {});
    std::size_t set_many(std::initializer_list<std::pair<std::string_view, std::string_view>> pairs,
                         Timeout timeout = {}) {
        return set_many(std::span(pairs.begin(), pairs.size()), timeout);
    }
    template <class Pairs>
    std::size_t set_many(const Pairs& pairs, Timeout timeout = {}) {
        const auto views = detail::pair_views(pairs);
        return set_many(std::span<const std::pair<std::string_view, std::string_view>>(views), timeout);
    }

    /// Deletes keys; returns how many were there.
    std::size_t erase_many(std::span<const std::string_view> keys);
    std::size_t erase_many(std::initializer_list<std::string_view> keys) {
        return erase_many(std::span(keys.begin(), keys.size()));
    }
    template <class Keys>
    std::size_t erase_many(const Keys& keys) {
        return erase_many(std::span<const std::string_view>(detail::key_views(keys)));
    }

    /// Deletes the keys that match a glob (`*`, `?`, `[a-z]`, `[!a]`, `\` before a literal) in a
    /// consistent copy of the cache, unless they were written again since; returns how many.
    std::size_t erase_if(std::string_view glob);

    /// Deletes all entries, for every process at once. About 0.1 ms, for any number. A process that
    /// dies inside has cleared everything or nothing.
    void clear();

    /// Calls `visitor` for each entry, in no particular order, until it returns false. What it sees
    /// is one moment: a private copy of the used memory, taken while writers wait (about 70 ms a
    /// GiB). Readers go on. Counts nothing, changes no eviction order.
    void visit(const std::function<bool(const EntryView&)>& visitor) const;

    // ---- checkpoints (dummycache/sandbox.hpp has a guard for a scope) ----------------------------

    /// Marks the state of the whole cache: entries, deadlines, the clock. Nothing is copied; what is written
    /// later keeps what it replaces. Checkpoints are a stack of at most 15; all processes share them, and they
    /// outlive the one that took them. A name is 1 to 63 bytes without control characters. Throws
    /// checkpoint_exists, full (too many). About 5 us. Killed inside: taken or not.
    void checkpoint(std::string_view name);

    /// Goes back to a checkpoint, which stays held; those taken since are gone. Costs what was changed: about
    /// 0.2 us a key. Writers wait, and go on afterwards; a write that waited counts as one after it. Readers see each
    /// key as it was before or as it is after, and all as they are after once this has returned; a key that was
    /// cleared or deleted and set again since may be absent for an instant. A clock that was moved or frozen is as
    /// it was; time that passed has passed. Throws no_checkpoint; checkpoint_lost, and changes nothing. Killed
    /// inside: the next process finishes it.
    void rollback(std::string_view name);

    /// Gives a checkpoint up; the state stays as it is. Below one that is held it keeps its place on the stack.
    /// Throws no_checkpoint. Killed inside: given up or not.
    void release(std::string_view name);

    /// The held checkpoints, the oldest first. Entries that they need are neither evicted nor reclaimed.
    /// If there is no room for these and for new entries, all held checkpoints are lost.
    [[nodiscard]] std::vector<Checkpoint> checkpoints() const;

    // ---- typed values: `#include <dummycache/typed.hpp>`, which says all about them ---------------

    template <class T>
    bool put(std::string_view key, const T& value, Timeout timeout = {}) {
        return detail::typed_calls<T>().put(*this, key, value, timeout);
    }
    template <class T>
    [[nodiscard]] std::optional<T> fetch(std::string_view key) const {
        return detail::typed_calls<T>().fetch(*this, key);
    }

    // ---- the cache itself ------------------------------------------------------------------------
    [[nodiscard]] Stats stats() const;
    [[nodiscard]] Info info() const;
    /// Bytes, as the process that made the cache chose them. About 1 ns.
    [[nodiscard]] std::uint64_t capacity() const;
    /// How often this handle and its copies have gone on to a new cache (WhenRemoved).
    [[nodiscard]] std::uint64_t reopened() const noexcept;

    /// Looks for broken invariants, one line each; empty if all is well. Only reads; waits for
    /// writers and holds them up (about 0.2 s for a million entries).
    [[nodiscard]] std::vector<std::string> check() const;

    /// Looks at processes, locks and invariants without taking a lock, so it also tells why writers do make no
    /// progress. A shard that is written all the time, or locked, is not checked. Takes as much memory as the
    /// used part of the cache.
    [[nodiscard]] Diagnosis diagnose() const;

    /// Mends what diagnose finds: takes every lock (from the dead, with what that repairs), clears up
    /// after dead processes, their checkpoints included (owned_name.hpp), rebuilds shards with broken
    /// invariants. Says what it did, one line each. Keys without a sound entry are lost. Throws
    /// ErrorCode::busy if a live process holds a lock. Killed inside: as a write that is killed.
    std::vector<std::string> repair();

    /// Removes this user's caches in shared memory that no process is attached to and that are damaged,
    /// empty or abandoned, or as the options say, and the objects of killed creators; clears the abandoned
    /// checkpoints of the others (owned_name.hpp). A cache of another version is not damaged, and stays.
    static std::vector<Garbage> collect_garbage(const GarbageOptions& options);
    static std::vector<Garbage> collect_garbage(bool dry_run) { return collect_garbage({dry_run, "*", {}}); }

    /// For the library's own files: what a handle leads to.
    explicit Cache(detail::Handle to) noexcept : handle_(std::move(to)) {}
    [[nodiscard]] const detail::Handle& handle() const noexcept { return handle_; }
    /// Only of a handle that does not reopen.
    [[nodiscard]] store::Attachment& attachment() const noexcept { return *handle_.fixed(); }

private:
    detail::Handle handle_;
};

/// Whether `text` matches `glob`, byte by byte; the rules of erase_if and of the command line.
[[nodiscard]] bool glob_matches(std::string_view glob, std::string_view text) noexcept;

}  // namespace dummycache
