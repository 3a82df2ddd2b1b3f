// SPDX-License-Identifier: MIT
// How Cache::put<T> and Cache::fetch<T> reach typed.hpp. Only programs that need cereal include that file.
#pragma once

#include "dummycache/detail/language.hpp"

#include <optional>

namespace dummycache::detail {

template <class T>
struct TypedCalls;  // typed.hpp defines it

/// Has the calls, so that the compiler says nothing but why it stops.
template <class T>
struct MissingTypedCalls {
    template <class... Arguments>
    static bool put(const Arguments&...) {
        return false;
    }
    template <class... Arguments>
    static std::optional<T> fetch(const Arguments&...) {
        return std::nullopt;
    }
};

template <class T>
[[nodiscard]] constexpr auto typed_calls() {
    if constexpr (requires { sizeof(TypedCalls<T>); }) {
        return TypedCalls<T>();
    } else {
        static_assert(sizeof(T) == 0, "put<T> and fetch<T> need #include <dummycache/typed.hpp>, and cereal");
        return MissingTypedCalls<T>();
    }
}

}  // namespace dummycache::detail
