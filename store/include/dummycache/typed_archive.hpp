// SPDX-License-Identifier: MIT
// The cereal archives of typed values. The bytes are those of cereal's portable binary archive, little endian:
//
//   | 1 | what the type serialises |
//
// and in front of the first value of each type that has a version (dummycache/typed.hpp)
//
//   | mark of the type u32 | version u32 |
//
// They are not cereal's own archives, because those do not check the lengths that they read: bytes that do not fit
// the type could ask for any amount of memory.
//
// A type with polymorphic pointers: include dummycache/typed.hpp where CEREAL_REGISTER_TYPE stands. A type
// whose functions are no templates: they take typed::OutputArchive and typed::InputArchive.
#pragma once

#include "dummycache/detail/language.hpp"
#include "dummycache/detail/needs_cereal.hpp"

#include <algorithm>
#include <bit>
#include <cereal/cereal.hpp>
#include <cereal/details/util.hpp>
#include <cereal/types/memory.hpp>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <typeindex>
#include <typeinfo>
#include <unordered_map>
#include <utility>
#include <vector>

namespace dummycache {

/// The version of a type's serialised form. Bytes of another version are refused (dummycache/typed.hpp).
template <class T>
inline constexpr std::uint32_t typed_version = [] {
    if constexpr (requires { T::dummycache_version; }) {
        static_assert(std::is_integral_v<std::remove_cvref_t<decltype(T::dummycache_version)>>,
                      "dummycache_version is a whole number");
        static_assert(T::dummycache_version >= 1, "dummycache_version is 1 or more");
        return static_cast<std::uint32_t>(T::dummycache_version);
    } else {
        return std::uint32_t{0};
    }
}();

namespace typed {

static_assert(std::endian::native == std::endian::little, "the archives copy numbers as they are");

/// FNV-1a, http://www.isthe.com/chongo/tech/comp/fnv/ (64 bits), of the type's mangled name.
[[nodiscard]] inline std::uint64_t mark_of(const std::type_info& type) noexcept {
    std::uint64_t hash = 0xcbf29ce484222325U;
    for (const char byte : std::string_view(type.name())) {
        hash = (hash ^ static_cast<unsigned char>(byte)) * 0x100000001b3U;
    }
    return hash;
}

/// Stands in front of the first value of a type that has a version.
struct VersionRecord {
    std::uint32_t mark;
    std::uint32_t version;
};

/// The types with a version that an archive has seen already.
class SeenTypes {
public:
    [[nodiscard]] bool is_first(const std::type_info& type) {
        if (std::find(types_.begin(), types_.end(), std::type_index(type)) != types_.end()) return false;
        types_.emplace_back(type);
        return true;
    }

private:
    std::vector<std::type_index> types_;
};

class OutputArchive : public cereal::OutputArchive<OutputArchive, cereal::AllowEmptyClassElision> {
public:
    /// Appends to `to`, which has to live as long as the archive.
    explicit OutputArchive(std::string& to)
        : cereal::OutputArchive<OutputArchive, cereal::AllowEmptyClassElision>(this), to_(to) {
        to_ += '\x01';
    }

    void save_bytes(const void* data, std::size_t bytes) {
        if (bytes != 0) to_.append(static_cast<const char*>(data), bytes);
    }

    template <class T>
    void save_version() {
        if (!seen_.is_first(typeid(T))) return;
        const VersionRecord record{static_cast<std::uint32_t>(mark_of(typeid(T))), typed_version<T>};
        save_bytes(&record, sizeof(record));
    }

private:
    std::string& to_;
    SeenTypes seen_;
};

/// Reads from a view. For any bytes it throws or makes a value. It reads no byte behind the end, compares
/// each length with the rest of the bytes before it uses it, and lets no pointer lead to a value of another
/// type.
class InputArchive : public cereal::InputArchive<InputArchive, cereal::AllowEmptyClassElision> {
    using Base = cereal::InputArchive<InputArchive, cereal::AllowEmptyClassElision>;

public:
    explicit InputArchive(std::string_view bytes) : Base(this), left_(bytes) {
        std::uint8_t little_endian = 0;
        load_bytes(&little_endian, 1);
        if (little_endian != 1) throw std::runtime_error("its bytes are not in little endian order");
    }

    void load_bytes(void* data, std::size_t bytes) {
        if (bytes > left_.size()) throw std::runtime_error("its bytes end too early");
        if (bytes != 0) std::memcpy(data, left_.data(), bytes);
        left_.remove_prefix(bytes);
    }

    template <class T>
    void load_version() {
        if (!seen_.is_first(typeid(T))) return;
        VersionRecord record{};
        if (left_.size() >= sizeof(record)) load_bytes(&record, sizeof(record));
        if (record.mark != static_cast<std::uint32_t>(mark_of(typeid(T)))) {
            refuse_version(typeid(T), "no version", typed_version<T>);
        }
        if (record.version != typed_version<T>) {
            refuse_version(typeid(T), "version " + std::to_string(record.version), typed_version<T>);
        }
    }

    /// The bytes of memory that each element of the next container takes.
    void expect_elements_of(std::size_t bytes) noexcept { element_bytes_ = bytes; }

    /// Each element takes a byte or more of the rest. Elements of an empty class take none: of these as
    /// many are allowed as fit into a little memory.
    template <class Size>
    void load_size(Size& size) {
        load_bytes(&size, sizeof(size));
        if (std::cmp_greater(size, left_.size()) && std::cmp_greater(size, kLittleMemory / element_bytes_)) {
            throw std::runtime_error("it has a length of " + std::to_string(size) + " and " +
                                     std::to_string(left_.size()) + " bytes");
        }
        element_bytes_ = kUnknownElementBytes;
    }

    // cereal casts a shared pointer that it has met before to the type that it expects now.
    template <class T>
    void expect_pointer_to() noexcept {
        expected_pointer_ = typeid(T);
    }
    void registerSharedPointer(std::uint32_t id, std::shared_ptr<void> pointer) {
        pointer_types_.insert_or_assign(id & ~cereal::detail::msb_32bit, expected_pointer_);
        Base::registerSharedPointer(id, std::move(pointer));
    }
    [[nodiscard]] std::shared_ptr<void> getSharedPointer(std::uint32_t id) {
        const auto met = pointer_types_.find(id);
        if (met != pointer_types_.end() && met->second != expected_pointer_) {
            throw std::runtime_error("one of its pointers leads to a value of another type");
        }
        return Base::getSharedPointer(id);
    }

    void finish() const {
        if (left_.empty()) return;
        throw std::runtime_error("bytes left behind it: " + std::to_string(left_.size()));
    }

private:
    static constexpr std::size_t kLittleMemory = std::size_t{1} << 20;
    static constexpr std::size_t kUnknownElementBytes = 64;

    [[noreturn]] static void refuse_version(const std::type_info& type, const std::string& has,
                                            std::uint32_t version) {
        throw std::runtime_error("it has " + has + " of the type " + cereal::util::demangle(type.name()) +
                                 ", and this program has version " + std::to_string(version));
    }

    std::string_view left_;
    SeenTypes seen_;
    std::size_t element_bytes_ = kUnknownElementBytes;
    std::type_index expected_pointer_ = typeid(void);
    std::unordered_map<std::uint32_t, std::type_index> pointer_types_;
};

// ---- what cereal calls: before each value, and for what an archive has to know by itself -------

template <class T>
void prologue(OutputArchive& archive, const T&) {
    if constexpr (typed_version<T> != 0) archive.save_version<T>();
}

/// The bytes that an element takes are known for types that look like a container. For others a guess is
/// enough.
template <class T>
void prologue(InputArchive& archive, const T&) {
    if constexpr (typed_version<T> != 0) archive.load_version<T>();
    if constexpr (requires { sizeof(typename T::value_type); }) {
        archive.expect_elements_of(sizeof(typename T::value_type));
    }
}

template <class T>
void prologue(InputArchive& archive,
              const cereal::memory_detail::LoadAndConstructLoadWrapper<InputArchive, T>&) {
    if constexpr (typed_version<std::remove_cv_t<T>> != 0) archive.load_version<std::remove_cv_t<T>>();
}

template <class T>
void prologue(InputArchive& archive, const cereal::memory_detail::PtrWrapper<std::shared_ptr<T>&>&) {
    archive.expect_pointer_to<std::remove_cv_t<T>>();
}

template <class T>
    requires std::is_arithmetic_v<T>
void save(OutputArchive& archive, const T& value) { archive.save_bytes(&value, sizeof(value)); }

template <class T>
    requires std::is_arithmetic_v<T>
void load(InputArchive& archive, T& value) { archive.load_bytes(&value, sizeof(value)); }

inline void load(InputArchive& archive, bool& value) {
    std::uint8_t byte = 0;
    archive.load_bytes(&byte, 1);
    if (byte > 1) throw std::runtime_error("it has a bool that is neither true nor false");
    value = byte == 1;
}

template <class T>
void save(OutputArchive& archive, const cereal::BinaryData<T>& data) {
    archive.save_bytes(data.data, static_cast<std::size_t>(data.size));
}

template <class T>
void load(InputArchive& archive, cereal::BinaryData<T>& data) {
    if constexpr (std::is_same_v<std::remove_cv_t<std::remove_pointer_t<T>>, bool>) {
        for (std::size_t i = 0; i < data.size; ++i) load(archive, static_cast<bool*>(data.data)[i]);
    } else {
        archive.load_bytes(data.data, static_cast<std::size_t>(data.size));
    }
}

template <class T>
void save(OutputArchive& archive, const cereal::SizeTag<T>& tag) {
    archive.save_bytes(&tag.size, sizeof(tag.size));
}

template <class T>
void load(InputArchive& archive, cereal::SizeTag<T>& tag) {
    archive.load_size(tag.size);
}

template <class Archive, class T>
    requires std::is_same_v<Archive, OutputArchive> || std::is_same_v<Archive, InputArchive>
void serialize(Archive& archive, cereal::NameValuePair<T>& pair) { archive(pair.value); }

}  // namespace typed
}  // namespace dummycache

CEREAL_REGISTER_ARCHIVE(dummycache::typed::OutputArchive)
CEREAL_REGISTER_ARCHIVE(dummycache::typed::InputArchive)
CEREAL_SETUP_ARCHIVE_TRAITS(dummycache::typed::InputArchive, dummycache::typed::OutputArchive)
