#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# sync_points.sh ROOT: the stores, loads and fences that the models in tests/torture/models show to be needed
# stand where they stand in the models. On x86 most of them cost nothing and no test that runs would miss
# them; elsewhere, or with another compiler, a cache would be lost.
set -uo pipefail
cd "$1" || exit 2
failed=0

# stands NUMBER FILE TEXT: this many lines of the file hold the text.
stands() {
    local found
    found=$(grep -cF -- "$3" "$2")
    [[ $found -eq $1 ]] && return
    echo "$2 has $found lines with '$3' instead of $1: see the sync points in store/README.md and ipc/README.md"
    failed=1
}

stands 1 store/layout/copy_bytes.hpp 'std::atomic_thread_fence(std::memory_order_release)'
stands 1 store/layout/copy_bytes.hpp 'std::atomic_thread_fence(std::memory_order_acquire)'
stands 1 store/layout/truth.hpp 'inline void begin_bytes() noexcept { fence_release(); }  // REUSE'
stands 2 store/log/log.cpp '    begin_bytes();'
stands 1 store/index/index.cpp '    begin_bytes();'
stands 1 store/log/staging.cpp '    begin_bytes();'
stands 1 store/recovery/rebuild.cpp 'fence_release();  // REUSE'
stands 1 store/shard/shard_guard.cpp 'fence_release();  // REUSE'
stands 2 store/entry/read_protocol.hpp 'fence_acquire();'

stands 2 store/layout/truth.hpp 'std::memory_order_release);  // SLOT'
stands 1 store/index/index.cpp 'std::memory_order_release);  // SLOT'
stands 1 store/recovery/rebuild.cpp 'std::memory_order_release);  // SLOT'
stands 1 store/entry/read_protocol.hpp '.load(std::memory_order_acquire);  // SLOT'
stands 3 store/layout/truth.hpp 'std::memory_order_release);  // VERSION'
stands 2 store/entry/read_protocol.hpp '.load(std::memory_order_acquire);  // VERSION'
stands 1 store/layout/truth.hpp 'std::memory_order_release);  // DIR'
stands 1 store/entry/read_protocol.hpp '.load(std::memory_order_acquire);  // DIR'
stands 1 store/log/log.cpp '| layout::kDead, std::memory_order_release);'
stands 1 store/reclaim/reclaim.cpp '| layout::kDead, std::memory_order_release);'

stands 1 ipc/segment/page_arena.cpp '.owner.store(0, std::memory_order_release);'
stands 1 ipc/segment/page_arena.cpp 'truth.compare_exchange_strong(free, owner, std::memory_order_acq_rel)'
stands 2 ipc/process/owner_lock.cpp 'word.compare_exchange_strong(seen, 0, std::memory_order_release'
stands 1 ipc/process/owner_lock.hpp 'word.compare_exchange_strong(free, self.token(), std::memory_order_acq_rel,'

exit $failed
