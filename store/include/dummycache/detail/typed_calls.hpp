// SPDX-License-Identifier: MIT
// How Cache::put<T> and Cache::fetch<T> reach typed.hpp. Only programs that need cereal include that file.
#pragma once

namespace dummycache::detail {

template <class T>
struct TypedCalls;  // typed.hpp defines it

template <class T>
[[nodiscard]] constexpr auto typed_calls() {
    if constexpr (requires { sizeof(TypedCalls<T>); }) {
        return TypedCalls<T>();
    } else {
        static_assert(sizeof(T) == 0, "put<T> and fetch<T> need #include <dummycache/typed.hpp>");
    }
}

}  // namespace dummycache::detail
