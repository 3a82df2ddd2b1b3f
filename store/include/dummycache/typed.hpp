// SPDX-License-Identifier: MIT
// Typed values: put<T> and fetch<T>, also as calls of Cache, for every type that cereal can serialise.
//
//   | mark of the type u64 | bytes of dummycache/typed_archive.hpp |
//
// The mark is FNV-1a of typeid(T).name(), little endian. A type has the same mark in each program, and its members do
// not count. If the members change, give the type a version, and change the version with them:
//
//     struct Person {
//         static constexpr std::uint32_t dummycache_version = 2;  // 1 or more
//         ...
//     };
//     template <>  // of a type that is not yours
//     inline constexpr std::uint32_t dummycache::typed_version<other::Person> = 2;
//
// Bytes of another version, or of none, are then refused, also where a Person is part of another type. Without a
// version an older value is refused if its bytes do not fit; some fit by accident.
#pragma once

#include "dummycache/detail/language.hpp"
#include "dummycache/detail/needs_cereal.hpp"

#include <cereal/types/map.hpp>
#include <cereal/types/optional.hpp>
#include <cereal/types/string.hpp>
#include <cereal/types/utility.hpp>
#include <cereal/types/vector.hpp>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <new>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <typeinfo>
#include <utility>

#include "dummycache/cache.hpp"
#include "dummycache/typed_archive.hpp"

namespace dummycache {

namespace typed {

inline constexpr std::size_t kMarkBytes = 8;

template <class T>
[[nodiscard]] std::string mark_bytes_of() {
    const std::uint64_t mark = mark_of(typeid(T));
    return {reinterpret_cast<const char*>(&mark), kMarkBytes};
}

[[noreturn]] inline void refuse(std::string_view key, const std::string& why) {
    throw Error(ErrorCode::wrong_kind,
                "fetch: the value of key '" + std::string(key.substr(0, 80)) + "' " + why);
}

/// Reads a T from bytes with the right mark. Throws the errors of the archive, of the type and of its
/// memory.
template <class T>
void read(std::string_view bytes, T& value) {
    InputArchive archive(bytes);
    archive(value);
    archive.finish();
}

/// The bytes that put stores for a value.
template <class T>
[[nodiscard]] std::string bytes_of(const T& value) {
    std::string bytes = mark_bytes_of<T>();
    try {
        OutputArchive archive(bytes);
        archive(value);
    } catch (const std::bad_alloc&) {
        throw Error(ErrorCode::out_of_memory,
                    "put: there is no memory for the bytes of the value; use a smaller value");
    } catch (const std::exception& error) {
        throw Error(ErrorCode::wrong_kind,
                    std::string("put: cereal cannot serialise the value: ") + error.what());
    }
    return bytes;
}

}  // namespace typed

/// Stores a value that cereal can serialise, under a mark of its type; throws ErrorCode::wrong_kind if cereal
/// cannot. A string literal is stored as a std::string. Otherwise as Cache::set.
template <class T>
bool put(Cache& cache, std::string_view key, const T& value, Timeout timeout = {}) {
    if constexpr (std::is_array_v<T>) {
        static_assert(std::is_same_v<std::remove_cv_t<std::remove_extent_t<T>>, char>,
                      "an array cannot be fetched: put a std::array or a std::vector");
        return put(cache, key, std::string(value), timeout);
    } else {
        return cache.set(key, typed::bytes_of(value), timeout, Codec::cereal);
    }
}

/// Reads what put<T> stored, into a T made without arguments. Throws ErrorCode::wrong_kind in three cases:
/// the value was put as another type or as another version of it; its bytes do not make a T; or some bytes
/// are left over. Nothing worse happens for any bytes: each length in them is checked before memory is
/// taken. Otherwise as Cache::get_entry.
template <class T>
[[nodiscard]] std::optional<T> fetch(const Cache& cache, std::string_view key) {
    static_assert(std::is_default_constructible_v<T>,
                  "fetch<T> reads into a T made without arguments: give T a default constructor");
    const std::optional<Entry> entry = cache.get_entry(key);
    if (!entry) return std::nullopt;
    if (entry->codec != Codec::cereal) {
        typed::refuse(key, "is " + std::string(name_of(entry->codec)) +
                               " and was not put as a typed value; read it with get");
    }
    const std::string_view bytes = entry->value;
    if (!bytes.starts_with(typed::mark_bytes_of<T>())) {
        typed::refuse(key, "was put as another type; fetch it as that type, or read its bytes with get");
    }
    std::optional<T> value(std::in_place);
    try {
        typed::read(bytes.substr(typed::kMarkBytes), *value);
    } catch (const std::bad_alloc&) {
        throw Error(ErrorCode::out_of_memory, "fetch: there is no memory for the value of key '" +
                                                  std::string(key.substr(0, 80)) +
                                                  "'; read its bytes with get");
    } catch (const std::exception& error) {
        typed::refuse(key,
                      std::string("cannot be read as its type: ") + error.what() +
                          "; another build of the program may have written it: erase it and put it again");
    }
    return value;
}

template <class T>
struct detail::TypedCalls {
    static bool put(Cache& cache, std::string_view key, const T& value, Timeout timeout) {
        return dummycache::put(cache, key, value, timeout);
    }
    [[nodiscard]] static std::optional<T> fetch(const Cache& cache, std::string_view key) {
        return dummycache::fetch<T>(cache, key);
    }
};

}  // namespace dummycache
