// SPDX-License-Identifier: MIT
// One attachment to one cache: what Cache's calls do. All copies of a handle share it.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "dummycache/diagnosis.hpp"
#include "dummycache/entry.hpp"
#include "dummycache/options.hpp"
#include "dummycache/stats.hpp"
#include "dummycache/timeout.hpp"
#include "ipc/process/owner_lock.hpp"
#include "ipc/segment/page_arena.hpp"
#include "store/entry/read_protocol.hpp"
#include "store/index/index.hpp"
#include "store/layout/memory.hpp"
#include "store/log/staging.hpp"
#include "store/shard/lease_table.hpp"
#include "store/shard/shard_guard.hpp"

namespace dummycache {
class Cache;
}

namespace dummycache::store {

class Image;

/// When a write goes through.
enum class Condition : std::uint8_t { always, if_absent, if_present, if_id };

struct WriteRequest {
    const char* what;  ///< the call, for messages
    std::string_view key;
    std::string_view value;
    Timeout timeout;
    Codec codec = Codec::bytes;
    Condition condition = Condition::always;
    EntryId id = 0;
    std::optional<std::uint64_t> deadline_us;  ///< of cache time, 0 = for ever; instead of the timeout
    /// Of a large value that is not held, instead of `value`: its size, and who writes it into its pages,
    /// before any lock is taken.
    std::uint64_t pulled_bytes = 0;
    const StagedPages::Pull* pull = nullptr;
    /// Asked under the lock, besides a condition that is not `always`: false stores nothing.
    const std::function<bool()>* also = nullptr;

    [[nodiscard]] std::uint64_t value_bytes() const noexcept { return value.size() + pulled_bytes; }
};

/// A read-modify-write: `change` gets the value and codec of a live entry (or empty ones and
/// `present` = false) and turns them into the new ones. It may be called more than once.
struct Update {
    const char* what;
    std::string_view key;
    std::function<void(std::string& value, Codec& codec, bool present)> change;
};

/// Whether a checkpoint is one of a bulk write (bulk_writer.hpp).
enum class Bulk : std::uint8_t { no, yes };

/// Whether a read counts as a use, and whether it is a waiter's look, whose errors speak of waiting.
enum class Use : std::uint8_t { counts, looks, waits };

class Engine {
    friend class BulkWriter;

public:
    static std::shared_ptr<Engine> open(std::string_view name, const Options& options);
    static std::shared_ptr<Engine> attach(std::string_view name, const Options& options);
    static std::shared_ptr<Engine> create(std::string_view name, const Options& options);  ///< null: exists
    static std::shared_ptr<Engine> make_private(const Options& options);
    static bool remove(std::string_view name);
    static std::vector<ListedCache> list();

    // A cache like this one, in one piece: engine_fork.cpp. Null: there is one of that name.
    std::shared_ptr<Engine> fork(std::string_view name, const Options& options);

    Engine(std::unique_ptr<ipc::Segment> segment, const Options& options);

    /// What a handle leads to.
    [[nodiscard]] static Engine& of(const Cache& cache) noexcept;
    [[nodiscard]] static Cache handle_on(std::shared_ptr<Engine> engine) noexcept;

    // Reads: engine_read.cpp. `fetch` is `get` of the value alone.
    [[nodiscard]] bool fetch(std::string_view key, std::string& value);
    std::optional<ReadMeta> get(std::string_view key, std::string& value, Use use = Use::counts);
    std::optional<ReadMeta> get(std::string_view key, std::span<char> buffer);
    std::optional<ReadMeta> find(std::string_view key, Use use);
    std::optional<Entry> get_entry(std::string_view key, Use use);
    std::optional<std::chrono::microseconds> ttl(std::string_view key);
    std::vector<std::optional<std::string>> get_many(std::span<const std::string_view> keys);

    // Waiting: engine_wait.cpp.
    bool wait(std::string_view key, const std::function<bool(const std::optional<std::string>&)>& wanted,
              std::optional<std::chrono::milliseconds> timeout);

    // Leases: engine_lease.cpp.
    [[nodiscard]] std::optional<LeaseGrant> get_or_lease(std::string_view key,
                                                         std::optional<std::string>& value,
                                                         std::chrono::milliseconds lease_time,
                                                         std::optional<std::chrono::milliseconds> timeout);
    bool fill(const LeaseGrant& grant, std::string_view key, std::string_view value, Timeout timeout,
              Codec codec);
    void end_lease(const LeaseGrant& grant, std::string_view key) noexcept;

    // Writes: engine_write.cpp.
    bool set(std::string_view key, std::string_view value, Timeout timeout, Codec codec);
    bool write(const WriteRequest& request);
    bool erase(std::string_view key, std::optional<EntryId> only_id = std::nullopt);
    std::optional<std::string> take(std::string_view key);
    bool touch(std::string_view key, Timeout timeout, const char* what);

    // Read-modify-write: engine_update.cpp.
    std::int64_t incr(std::string_view key, std::int64_t delta, bool subtract, const char* what);
    std::size_t append(std::string_view key, std::string_view suffix);

    // Checkpoints: engine_checkpoint.cpp.
    void checkpoint(std::string_view name);
    void rollback(std::string_view name);
    void release(std::string_view name);
    [[nodiscard]] std::vector<Checkpoint> checkpoints();
    /// The index of a held checkpoint that is not lost. Throws no_checkpoint, checkpoint_lost.
    [[nodiscard]] std::size_t find_checkpoint_or_throw(const Memory& memory, std::string_view name,
                                                       const char* what) const;

    // The whole cache: whole_cache.cpp.
    void clear();
    /// A copy of this moment or, with a name, of that of a checkpoint.
    [[nodiscard]] std::unique_ptr<Image> image(const char* what, std::string_view checkpoint = {});
    /// Has the system give memory for so many pages; false if it has none.
    [[nodiscard]] bool commit(std::uint64_t pages) { return arena_.commit(pages); }
    void visit(const std::function<bool(const EntryView&)>& visitor);
    // Some keys from a cursor on; returns the next one: engine_scan.cpp.
    std::uint64_t scan(std::uint64_t cursor, std::size_t count, std::vector<std::string>& keys);
    [[nodiscard]] Stats stats();
    [[nodiscard]] Info info();
    [[nodiscard]] std::vector<std::string> check();
    [[nodiscard]] Diagnosis diagnose();
    std::vector<std::string> repair();
    static std::vector<Garbage> collect_garbage(bool dry_run);

    /// Throws Error if a value is larger than the cache takes.
    void check_value(std::uint64_t bytes, const char* what) const;
    /// Throws Fault::removed if the cache was.
    void check_attached(const char* what) const { check_not_removed(memory_, self_, what); }
    [[nodiscard]] std::uint64_t now_us() const noexcept {
        return ipc::CacheClock(memory_.superblock->clock).now_us();
    }
    [[nodiscard]] ipc::Segment& segment() noexcept { return *segment_; }
    [[nodiscard]] const Memory& memory() const noexcept { return memory_; }

private:
    template <class Target>
    [[gnu::always_inline]] inline std::optional<ReadMeta> read(std::string_view key, KeyHash hash,
                                                               Target target, Use use);
    template <class Target>
    [[gnu::noinline]] std::optional<ReadMeta> read_carefully(std::string_view key, KeyHash hash,
                                                             Target target, Use use);
    template <class Target>
    ReadOutcome read_slowly(Reader& reader, const KeyHash& hash, const Target& target, Use use);

    [[nodiscard]] std::optional<std::chrono::microseconds> remaining(const ReadMeta& meta) const noexcept;
    [[nodiscard]] ipc::Deadline lock_deadline() const;
    [[nodiscard]] ShardGuard lock(const KeyHash& hash, const char* what);
    [[nodiscard]] KeyHash hash_key(std::string_view key, const char* what) const {
        if (key.empty() || key.size() > layout::kMaxKeyBytes) [[unlikely]]
            throw_bad_key(key.size(), what);
        return hash_of(memory_, key);
    }
    [[nodiscard]] std::optional<LeaseGrant> try_lease(std::string_view key, const KeyHash& hash,
                                                      std::chrono::milliseconds lease_time);
    [[noreturn]] static void throw_bad_key(std::size_t bytes, const char* what);
    [[nodiscard]] std::uint64_t deadline_word_of(Timeout timeout, Codec codec) const {
        const bool usual = timeout.kind() == Timeout::Kind::forever && codec == Codec::bytes;
        return usual ? 0 : unusual_deadline_word_of(timeout, codec);  // without a call in a set
    }
    [[nodiscard]] std::uint64_t unusual_deadline_word_of(Timeout timeout, Codec codec) const;
    [[nodiscard]] std::uint64_t deadline_word_of(const WriteRequest& request) const {
        if (!request.deadline_us) return deadline_word_of(request.timeout, request.codec);
        return *request.deadline_us << layout::kDeadlineShift | static_cast<std::uint64_t>(request.codec);
    }
    [[nodiscard]] static bool holds(const WriteRequest& request,
                                    const std::optional<ReadMeta>& current) noexcept;
    void add_held_lock(std::vector<HeldLock>& locks, const std::string& name, const layout::LockWord& word,
                       bool in_write) const;
    void repair_pages(std::vector<std::string>& done);
    [[nodiscard]] ipc::SegmentPlan plan_of_copy(ipc::Kind kind, const Options& options) const;
    [[nodiscard]] std::shared_ptr<Engine> with_checksums(const Options& options);
    void copy_to(ipc::Segment& segment);
    /// A page of this shard, under its lock, for a large value that finds none free.
    using StagePage = std::function<std::optional<std::uint32_t>(std::uint32_t shard, std::uint64_t owner)>;
    /// `exempt_pages` are not to be had: the old entry's, if the write exempts it.
    void stage(StagedPages& overflow, const WriteRequest& request, std::uint64_t flags,
               std::uint32_t exempt_pages, const StagePage& stage_page);
    [[noreturn]] void throw_full(const char* what, std::uint64_t bytes) const;

    void push_checkpoint_locked(const AllShardsGuard& guard, std::string_view name, Bulk bulk = Bulk::no);
    /// Gives up the checkpoint of a bulk write, if there is one.
    void drop_bulk_locked(const AllShardsGuard& guard);
    void release_locked(const AllShardsGuard& guard, std::size_t index);
    void help_rollback() noexcept;
    template <class Decide>
    bool store_locked(const LockedShard& shard, const KeyHash& hash, NewEntry& entry, StagedPages* overflow,
                      const char* what, Decide&& decide);
    static std::optional<SlotRef> find_to_change_locked(const LockedShard& shard, const KeyHash& hash,
                                                        std::string_view key);
    bool erase_locked(const LockedShard& shard, const KeyHash& hash, const SlotRef& slot);
    std::optional<bool> touch_in_place(const KeyHash& hash, std::string_view key, std::uint64_t deadline_word,
                                       const char* what);
    std::optional<bool> touch_by_copying(const KeyHash& hash, std::string_view key,
                                         std::uint64_t deadline_word, const char* what);
    void update(Update& update);
    bool update_in_place(const LockedShard& shard, const KeyHash& hash, Update& update);
    void update_by_comparing(Update& update);

    std::unique_ptr<ipc::Segment> segment_;
    ipc::Membership self_;
    ipc::PageArena arena_;
    Memory memory_;
    std::chrono::milliseconds lock_timeout_;
    std::atomic<std::int64_t> helped_us_{-1'000'000};  ///< when this process last looked after a rollback
};

/// The index of a held checkpoint.
[[nodiscard]] std::optional<std::size_t> find_checkpoint(const Memory& memory, std::string_view name);

/// Whether an entry may be seen now; asks for the time only if it has a deadline.
[[nodiscard]] bool is_visible_now(const LockedShard& shard, const EntryRef& entry) noexcept;

/// What an open or create makes: checked options and geometry. Throws dummycache::Error.
[[nodiscard]] ipc::SegmentPlan plan_for(const Options& options, ipc::Kind kind);

/// Changes with the size and offsets of every struct in store/layout/layout.hpp.
[[nodiscard]] std::uint64_t layout_hash() noexcept;

}  // namespace dummycache::store
