// SPDX-License-Identifier: MIT
// Reading one key. No call here takes a lock, unless writers keep getting in the way.
#pragma once

#include <chrono>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "dummycache/entry.hpp"
#include "store/entry/read_protocol.hpp"

namespace dummycache::store {

/// Whether a read counts as a use, and whether it is a waiter's look, whose errors speak of waiting.
enum class Use : std::uint8_t { counts, looks, waits };

/// The value alone, as a use. False: the key is not there.
[[nodiscard]] bool get(Attachment& attachment, std::string_view key, std::string& value);
/// The value, and what is known besides it.
std::optional<ReadMeta> get(Attachment& attachment, std::string_view key, std::string& value, Use use);
/// As much of the value as the buffer holds, as a use.
std::optional<ReadMeta> get(Attachment& attachment, std::string_view key, std::span<char> buffer);
/// What is known besides the value.
std::optional<ReadMeta> find(Attachment& attachment, std::string_view key, Use use);
std::optional<Entry> get_entry(Attachment& attachment, std::string_view key, Use use);
std::optional<std::chrono::microseconds> ttl(Attachment& attachment, std::string_view key);
std::vector<std::optional<std::string>> get_many(Attachment& attachment,
                                                 std::span<const std::string_view> keys);

/// What is left until an entry's deadline; empty if it has passed.
[[nodiscard]] std::optional<std::chrono::microseconds> remaining(const Attachment& attachment,
                                                                 const ReadMeta& meta) noexcept;

}  // namespace dummycache::store
