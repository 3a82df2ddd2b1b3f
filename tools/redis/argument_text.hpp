// SPDX-License-Identifier: MIT
// Text as the server hands it over, and the numbers in it.
#pragma once

#include <charconv>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "tools/redis/api.hpp"

namespace dummycache::redis {

/// The bytes of an argument. The view is valid as long as the argument.
[[nodiscard]] inline std::string_view text_of(const String* string) noexcept {
    std::size_t size = 0;
    const char* const bytes = api::StringPtrLen(string, &size);
    return {bytes, size};
}

/// A string made for the server. It is freed with the object.
class OwnString {
public:
    OwnString(Context* context, std::string_view text)
        : context_(context), string_(api::CreateString(context, text.data(), text.size())) {}
    ~OwnString() {
        if (string_ != nullptr) api::FreeString(context_, string_);
    }
    OwnString(OwnString&& other) noexcept
        : context_(other.context_), string_(std::exchange(other.string_, nullptr)) {}
    OwnString& operator=(OwnString&&) = delete;
    [[nodiscard]] String* get() const noexcept { return string_; }

private:
    Context* context_;
    String* string_;
};

/// A to Z as small letters, in every locale.
[[nodiscard]] constexpr char lower(char c) noexcept {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

[[nodiscard]] std::string lowercase(std::string_view text);
/// Whether a text is this word, in small or capital letters. Takes no memory.
[[nodiscard]] bool is_word(std::string_view text, std::string_view word) noexcept;

/// The number that the text is, all of it: no blanks, no plus.
template <class Number>
[[nodiscard]] std::optional<Number> number_in(std::string_view text) noexcept {
    Number number{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return number;
}

/// An integer as Redis reads one: no leading zeros either.
[[nodiscard]] std::optional<std::int64_t> integer_in(std::string_view text) noexcept;

}  // namespace dummycache::redis
