// SPDX-License-Identifier: MIT
// Leases on absent keys: one caller computes, the others wait.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "dummycache/entry.hpp"
#include "dummycache/timeout.hpp"
#include "store/shard/lease_table.hpp"

namespace dummycache::store {

/// Returns the value, or a lease on the absent key. It returns neither if the timeout ends while another
/// caller has the lease.
[[nodiscard]] std::optional<LeaseGrant> get_or_lease(Attachment& attachment, std::string_view key,
                                                     std::optional<std::string>& value,
                                                     std::chrono::milliseconds lease_time,
                                                     std::optional<std::chrono::milliseconds> timeout);

/// Stores the value and ends the lease. False: the lease was lost, or the key is present.
bool fill(Attachment& attachment, const LeaseGrant& grant, std::string_view key, std::string_view value,
          Timeout timeout, Codec codec);

/// Ends the lease, and wakes the callers that wait for the key.
void end_lease(Attachment& attachment, const LeaseGrant& grant, std::string_view key) noexcept;

}  // namespace dummycache::store
