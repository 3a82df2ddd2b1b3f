// SPDX-License-Identifier: MIT
#include "dummycache/fork.hpp"

#include "store/api/on_attachment.hpp"
#include "store/api/worker_name.hpp"
#include "store/cache/fork_copy.hpp"

namespace dummycache {

std::optional<Cache> fork_cache(const Cache& from, std::string_view name, const Options& options) {
    return store::on_attachment(from, [&](store::Attachment& attachment) -> std::optional<Cache> {
        auto copy = store::fork_copy(attachment, store::name_for_worker(name), options);
        if (!copy) return std::nullopt;
        Options same = options;  // for a new cache in place of this one, should it be removed
        same.capacity = copy->segment->identity().capacity_bytes;
        same.mode = copy->segment->identity().mode;
        same.when_full = copy->memory.evicts ? WhenFull::evict : WhenFull::refuse;
        return store::new_handle(std::move(copy), same, true);
    });
}

}  // namespace dummycache
