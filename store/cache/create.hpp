// SPDX-License-Identifier: MIT
// Making a cache: its geometry from its options.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>

#include "dummycache/options.hpp"
#include "store/cache/layout_hash.hpp"
#include "store/layout/attachment.hpp"

namespace dummycache::store {

/// Throws dummycache::Error if the options make no sense.
void check_options(const Options& options);

/// Called with a new segment that is whole and has no name yet.
using BeforeNaming = std::function<void(const ipc::Segment&)>;

/// Null if a cache of that name exists already.
[[nodiscard]] std::shared_ptr<Attachment> create_cache(const ipc::SegmentName& name, const Options& options,
                                                       const BeforeNaming& before_naming = {});
[[nodiscard]] std::shared_ptr<Attachment> make_private_cache(const Options& options);
/// The plan of a new segment: checked options and the geometry that follows from them. Throws dummycache::Error.
[[nodiscard]] ipc::SegmentPlan plan_for(const Options& options, ipc::Kind kind);

}  // namespace dummycache::store
