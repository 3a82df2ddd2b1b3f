// SPDX-License-Identifier: MIT
// Typed values: put<T> and fetch<T>, also as calls of Cache, through cereal's portable binary archive.
//
//   | mark of the type u64 | what cereal wrote |
//
// The mark is FNV-1a of typeid(T).name(), little endian. It is there because cereal believes the
// lengths it reads: bytes of another type could ask for any amount of memory.
#pragma once

#include <cereal/archives/portable_binary.hpp>
#include <cereal/types/map.hpp>
#include <cereal/types/optional.hpp>
#include <cereal/types/string.hpp>
#include <cereal/types/utility.hpp>
#include <cereal/types/vector.hpp>

#include <cstdint>
#include <optional>
#include <sstream>
#include <string>
#include <typeinfo>

#include "dummycache/cache.hpp"

namespace dummycache {

namespace typed {

inline constexpr std::size_t kMarkBytes = 8;

/// FNV-1a, http://www.isthe.com/chongo/tech/comp/fnv/ (64 bits).
[[nodiscard]] inline std::string mark_of(const char* type_name) {
    std::uint64_t hash = 0xcbf29ce484222325U;
    for (; *type_name != '\0'; ++type_name) {
        hash = (hash ^ static_cast<unsigned char>(*type_name)) * 0x100000001b3U;
    }
    std::string mark;
    for (unsigned shift = 0; shift < 64; shift += 8) mark.push_back(static_cast<char>(hash >> shift & 0xff));
    return mark;
}

[[noreturn]] inline void wrong_kind(std::string_view key, const std::string& why) {
    throw Error(ErrorCode::wrong_kind, "fetch: the value of key '" + std::string(key.substr(0, 80)) + "' " +
                                           why + "; read it with get, or as the type it was put as");
}

}  // namespace typed

/// Stores a value that cereal can serialise. The bytes carry a mark of the type. Otherwise as Cache::set.
template <class T>
bool put(Cache& cache, std::string_view key, const T& value, Timeout timeout = {}) {
    std::ostringstream stream;
    stream << typed::mark_of(typeid(T).name());
    try {
        cereal::PortableBinaryOutputArchive archive(stream);
        archive(value);
    } catch (const std::exception& error) {
        throw Error(ErrorCode::wrong_kind,
                    std::string("put: cereal cannot serialise the value: ") + error.what());
    }
    return cache.set(key, std::move(stream).str(), timeout, Codec::cereal);
}

/// Reads what put<T> stored; throws ErrorCode::wrong_kind if it was something else. Otherwise as Cache::get_entry.
template <class T>
[[nodiscard]] std::optional<T> fetch(const Cache& cache, std::string_view key) {
    std::optional<Entry> entry = cache.get_entry(key);
    if (!entry) return std::nullopt;
    if (entry->codec != Codec::cereal) {
        typed::wrong_kind(key,
                          "is " + std::string(name_of(entry->codec)) + " and was not put as a typed value");
    }
    if (!entry->value.starts_with(typed::mark_of(typeid(T).name()))) {
        typed::wrong_kind(key, "was put as another type");
    }
    std::istringstream stream(std::move(entry->value));
    stream.ignore(typed::kMarkBytes);
    std::optional<T> value(std::in_place);
    try {
        cereal::PortableBinaryInputArchive archive(stream);
        archive(*value);
    } catch (const std::exception& error) {
        typed::wrong_kind(key, std::string("cannot be read by cereal: ") + error.what());
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
