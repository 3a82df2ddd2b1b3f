// SPDX-License-Identifier: MIT
// Many writes as one step: a load.
//
//   1  all locks
//   2  a checkpoint of its own
//   3  rollback_target: if this process dies, the next owner of its locks goes back to that checkpoint
//   4  the writes, and perhaps erases of some older entries; readers see each of them at once
//   5  clear_era, if the older entries are to be removed
//   6  rollback_target = 0: the commit
//   7  the checkpoint is released
//
// If the process dies before 6, the next process goes back to 2 (checkpoint/rollback.hpp). The checkpoint
// is marked as one of a bulk write. No other process writes meanwhile, so new keys need no undo records: a
// rollback looks at every slot and removes the newer entries. If old and new entries have no room side by
// side, the checkpoint is lost like any other. After that a death leaves the entries that were written
// until then.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "store/cache/background.hpp"
#include "store/entry/request.hpp"
#include "store/shard/shard_guard.hpp"

namespace dummycache::store {

class BulkWriter {
public:
    /// Does 1 to 3. Waits for all locks, as any write does for one. `what` names the call in messages.
    /// Throws busy, removed. `alone`: the older entries of the cache are removed. `from`: the name of what is loaded. A load
    /// is a client of its own, so that its entries tell where they come from.
    BulkWriter(Attachment& attachment, const char* what, bool alone, std::string_view from);
    /// Without a `finish` before it, goes back to the state before the load. In a forked child it changes nothing.
    ~BulkWriter();
    BulkWriter(const BulkWriter&) = delete;
    BulkWriter& operator=(const BulkWriter&) = delete;

    /// Stores an entry, now or later. Takes only the conditions `always` and `if_absent`. Throws full; in a forked child
    /// invalid_argument, as finish does.
    void write(const WriteRequest& request);

    /// Erases the older entries whose keys `goes` accepts. Called after the last write, by a writer that is not alone.
    void erase_older(const std::function<bool(std::string_view)>& goes);

    /// Stores the entries that are still held back, and commits. Waits for the storing thread.
    void finish();

    [[nodiscard]] std::uint64_t stored() const noexcept { return stored_; }
    /// Entries that were not stored, because their keys were present.
    [[nodiscard]] std::uint64_t present() const noexcept { return present_; }

private:
    /// A small entry; its bytes are in its batch.
    struct Small {
        std::size_t begin = 0;
        std::uint32_t key_bytes = 0;
        std::uint32_t value_bytes = 0;
        KeyHash hash{};
        std::uint64_t deadline_word = 0;
        Condition condition = Condition::always;
    };
    /// Small entries. Another thread stores them while the caller reads the next ones.
    struct Batch {
        std::vector<Small> entries;
        std::string bytes;
    };
    static constexpr std::size_t kBatchBytes = std::size_t{128} << 10;

    void begin();
    void check_creator() const;
    void store(const KeyHash& hash, NewEntry& entry, StagedPages* overflow, Condition condition);
    void store_batch(const Batch& batch);
    void hand_over();
    /// Removes the older entries now, because they have no room beside the new ones. False if they are gone
    /// already, or have to stay.
    bool give_way();
    void clear_older();
    void sweep_out();
    void count_from_here() noexcept;
    void go_back();

    ipc::Creator creator_;
    Attachment& attachment_;
    const char* what_;
    std::uint32_t client_;  ///< of the load; taken before the locks, since that reads files
    AllShardsGuard guard_;
    ipc::ActingAs acting_;  ///< while it holds all locks, no other thread of the process writes
    std::size_t index_ = 0;
    bool alone_;
    bool lost_ = false;  ///< the load's checkpoint is lost: no room for old and new entries side by side
    bool cleared_ = false;
    bool finished_ = false;
    bool was_empty_ = true;
    Batch batch_;
    std::uint64_t stored_ = 0;
    std::uint64_t present_ = 0;
    Background storing_;
};

}  // namespace dummycache::store
