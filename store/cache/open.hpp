// SPDX-License-Identifier: MIT
// Opening a cache that may exist already, and listing the existing ones.
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "dummycache/options.hpp"
#include "dummycache/stats.hpp"
#include "store/layout/attachment.hpp"

namespace dummycache::store {

/// Attaches, or creates if there is none.
[[nodiscard]] std::shared_ptr<Attachment> open_cache(const ipc::SegmentName& name, const Options& options);
/// Attaches. A file from an earlier boot is imported first (boot_import.hpp). Both compare the options with the cache
/// if options.when_different says so.
[[nodiscard]] std::shared_ptr<Attachment> attach_cache(const ipc::SegmentName& name, const Options& options);
[[nodiscard]] inline std::shared_ptr<Attachment> open_cache(std::string_view name, const Options& options) {
    return open_cache(ipc::parse_name(name), options);
}
[[nodiscard]] inline std::shared_ptr<Attachment> attach_cache(std::string_view name, const Options& options) {
    return attach_cache(ipc::parse_name(name), options);
}
/// False: there was none.
bool remove_cache(std::string_view name);
[[nodiscard]] std::vector<ListedCache> list_caches();
/// Those of other users that let this user in: name, path and owner. None is attached.
[[nodiscard]] std::vector<ListedCache> list_caches_of_others();

}  // namespace dummycache::store
