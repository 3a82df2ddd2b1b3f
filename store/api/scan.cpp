// SPDX-License-Identifier: MIT
#include "dummycache/scan.hpp"

#include "store/api/on_attachment.hpp"
#include "store/cache/scan_cursor.hpp"

namespace dummycache {

std::uint64_t scan(const Cache& cache, std::uint64_t cursor, std::size_t count,
                   const std::function<void(std::string_view)>& visitor) {
    std::vector<std::string> keys;
    const std::uint64_t next =
        store::on_attachment(cache, [cursor, count, &keys](store::Attachment& attachment) {
            keys.clear();
            return store::scan(attachment, cursor, count, keys);
        });
    for (const std::string& key : keys) visitor(key);
    return next;
}

}  // namespace dummycache
