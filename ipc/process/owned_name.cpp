// SPDX-License-Identifier: MIT
#include "ipc/process/owned_name.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>

#include <fmt/format.h>

#include "ipc/os/random_bytes.hpp"

namespace dummycache::ipc {

namespace {

constexpr std::array<std::string_view, 2> kPrefixes{"exec-", "bench-"};

std::int64_t byte_of(std::uint64_t number) noexcept {
    return layout::kOwnersBase + static_cast<std::int64_t>(number);
}

}  // namespace

std::string new_owned_name(std::string_view prefix) { return fmt::format("{}-{}", prefix, random_digits()); }

std::optional<std::uint64_t> number_in(std::string_view name) noexcept {
    name.remove_prefix(name.rfind('.') + 1);
    for (const std::string_view prefix : kPrefixes) {
        if (!name.starts_with(prefix)) continue;
        const std::string_view digits = name.substr(prefix.size());
        if (digits.size() != kRandomDigits || !std::ranges::all_of(digits, is_random_digit)) continue;
        std::uint64_t number = 0;
        std::from_chars(digits.data(), digits.data() + digits.size(), number, 16);
        return number;
    }
    return std::nullopt;
}

FileDescriptor own_number(const Segment& segment, std::uint64_t number) {
    if (segment.name().kind == Kind::private_memory) return FileDescriptor();
    FileDescriptor file(segment.open_again());
    if (!file.valid())
        throw system_error(errno, fmt::format("open the cache {} a second time", segment.name().path));
    if (try_lock_byte(file.get(), byte_of(number))) return file;
    if (errno != EAGAIN && errno != EACCES)
        throw system_error(errno, fmt::format("lock a byte of the cache {}", segment.name().path));
    throw Error(
        Fault::busy,
        fmt::format("another process owns the number {:012x} in the cache {}; try again with a new name",
                    number, segment.name().path));
}

bool is_abandoned(const Segment& segment, std::string_view name) noexcept {
    const auto number = number_in(name);
    if (!number || segment.name().kind == Kind::private_memory) return false;
    return segment.with_descriptor(
        [&](int file) { return state_of_byte(file, byte_of(*number)) == ByteState::free; });
}

}  // namespace dummycache::ipc
