// SPDX-License-Identifier: MIT
// Waiting for a key.
#pragma once

#include <algorithm>
#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "ipc/machine_clock.hpp"
#include "store/layout/attachment.hpp"
#include "store/shard/watch.hpp"

namespace dummycache::store {

/// Sleeps until `wanted` returns true for the key's value (empty: the key is absent). False: the timeout
/// has ended first. Without a timeout it waits for ever.
bool wait(Attachment& attachment, std::string_view key,
          const std::function<bool(const std::optional<std::string>&)>& wanted,
          std::optional<std::chrono::milliseconds> timeout);

/// The rest of a timeout, for a call that may have to begin again. Without a timeout there is no end.
class TimeLeft {
public:
    explicit TimeLeft(std::optional<std::chrono::milliseconds> timeout) {
        if (timeout) end_ = ipc::steady_now() + std::clamp(*timeout, timeout->zero(), kVeryLong);
    }
    [[nodiscard]] std::optional<std::chrono::milliseconds> operator()() const {
        if (!end_) return std::nullopt;
        return std::chrono::ceil<std::chrono::milliseconds>(*end_ - ipc::steady_now());
    }

private:
    std::optional<std::chrono::steady_clock::time_point> end_;
};

}  // namespace dummycache::store
