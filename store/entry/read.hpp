// SPDX-License-Identifier: MIT
// Reading one key. No call here takes a lock, unless writers disturb its attempts again and again.
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

/// How a read counts: as a use; as a mere look; or as the look of a waiting call, whose errors speak of
/// waiting.
enum class Use : std::uint8_t { counts, looks, waits };

/// Gets the value; counts as a use. False: the key is absent.
[[nodiscard]] bool get(Attachment& attachment, std::string_view key, std::string& value);
/// Gets the value and the entry's other data. Nothing: the key is absent.
std::optional<ReadMeta> get(Attachment& attachment, std::string_view key, std::string& value, Use use);
/// Gets as much of the value as the buffer holds; counts as a use.
std::optional<ReadMeta> get(Attachment& attachment, std::string_view key, std::span<char> buffer);
/// Gets the entry's data without its value.
std::optional<ReadMeta> find(Attachment& attachment, std::string_view key, Use use);
std::optional<Entry> get_entry(Attachment& attachment, std::string_view key, Use use);
std::optional<std::chrono::microseconds> ttl(Attachment& attachment, std::string_view key);
std::vector<std::optional<std::string>> get_many(Attachment& attachment,
                                                 std::span<const std::string_view> keys);

/// Lets the processor fetch what a call on this key is going to need. Waits for nothing.
void prefetch(const Attachment& attachment, std::string_view key) noexcept;

/// The time that an entry has left until its deadline; empty if that has passed.
[[nodiscard]] std::optional<std::chrono::microseconds> remaining(const Attachment& attachment,
                                                                 const ReadMeta& meta) noexcept;

}  // namespace dummycache::store
