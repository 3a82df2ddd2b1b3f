// SPDX-License-Identifier: MIT
// Many writes as one step: a load.
//
//   1  all locks   2  a checkpoint of its own   3  rollback_target: whoever finds these locks dead goes back to it
//   4  the writes, each of which readers see at once
//   5  clear_era, if what was there before is to go   6  rollback_target = 0: the commit   7  the checkpoint is released
//
// Killed before 6, the next process goes back to 2 (rollback.hpp). Its checkpoint is a bulk one: nobody else
// writes meanwhile, so new keys need no records; a rollback finds what is newer by looking at every slot. If old and
// new entries have no room beside one another the checkpoint is lost like any other, and a death leaves what was written.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "store/cache/background.hpp"
#include "store/entry/request.hpp"
#include "store/shard/shard_guard.hpp"

namespace dummycache::store {

class BulkWriter {
public:
    /// Waits for all locks as any write for one. `what` names the call in messages. Throws busy, removed.
    /// `alone`: nothing that was there before is to stay.
    BulkWriter(Attachment& attachment, const char* what, bool alone);
    /// Without `finish`: goes back to what was.
    ~BulkWriter();
    BulkWriter(const BulkWriter&) = delete;
    BulkWriter& operator=(const BulkWriter&) = delete;

    /// Stores an entry, now or later. Only `always` and `if_absent` are conditions here. Throws full.
    void write(const WriteRequest& request);

    /// Stores what was held back, and commits.
    void finish();

    [[nodiscard]] std::uint64_t stored() const noexcept { return stored_; }
    /// Not stored, because their keys were there.
    [[nodiscard]] std::uint64_t present() const noexcept { return present_; }

private:
    /// A small entry; its bytes lie in its batch.
    struct Small {
        std::size_t begin = 0;
        std::uint32_t key_bytes = 0;
        std::uint32_t value_bytes = 0;
        KeyHash hash{};
        std::uint64_t deadline_word = 0;
        Condition condition = Condition::always;
    };
    /// Small entries that are stored by another thread, while the caller reads the next ones.
    struct Batch {
        std::vector<Small> entries;
        std::string bytes;
    };
    static constexpr std::size_t kBatchBytes = std::size_t{128} << 10;

    void begin();
    void store(const KeyHash& hash, NewEntry& entry, StagedPages* overflow, Condition condition);
    void store_batch(const Batch& batch);
    void hand_over();
    /// Without room for old and new side by side what is to go, goes now. False if it has gone already.
    bool give_way();
    void clear_older();
    void sweep_out();
    void count_from_here() noexcept;
    void go_back();

    Attachment& attachment_;
    const char* what_;
    AllShardsGuard guard_;
    std::size_t index_ = 0;
    bool alone_;
    bool lost_ = false;  ///< old and new have no room side by side
    bool cleared_ = false;
    bool finished_ = false;
    bool was_empty_ = true;
    Batch batch_;
    std::uint64_t stored_ = 0;
    std::uint64_t present_ = 0;
    Background storing_;
};

}  // namespace dummycache::store
