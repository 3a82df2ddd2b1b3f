// SPDX-License-Identifier: MIT
// cereal's portable binary archive over memory.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <istream>
#include <ostream>
#include <streambuf>
#include <string>
#include <string_view>
#include <vector>

#include <cereal/archives/portable_binary.hpp>

namespace dummycache::store::snapshot {

/// A stream that appends to a string.
class StringOutput : public std::streambuf {
public:
    explicit StringOutput(std::string& text) : text_(text) {}

protected:
    std::streamsize xsputn(const char* bytes, std::streamsize count) override {
        text_.append(bytes, static_cast<std::size_t>(count));
        return count;
    }
    int_type overflow(int_type character) override {
        text_.push_back(traits_type::to_char_type(character));
        return character;
    }

private:
    std::string& text_;
};

/// A stream into a buffer of a fixed size. The caller has made sure that it is large enough.
class BufferOutput : public std::streambuf {
public:
    explicit BufferOutput(std::size_t bytes) : bytes_(bytes) {}

    void clear() noexcept { size_ = 0; }
    [[nodiscard]] std::string_view written() const noexcept { return {bytes_.data(), size_}; }

protected:
    std::streamsize xsputn(const char* bytes, std::streamsize count) override {
        const auto size = std::min(static_cast<std::size_t>(count), bytes_.size() - size_);
        if (size != 0) std::memcpy(bytes_.data() + size_, bytes, size);
        size_ += size;
        return static_cast<std::streamsize>(size);  // cereal throws if it is less
    }

private:
    std::vector<char> bytes_;
    std::size_t size_ = 0;
};

/// A stream over bytes that the caller owns.
class MemoryInput : public std::streambuf {
public:
    explicit MemoryInput(std::string_view bytes) {
        auto* const begin = const_cast<char*>(bytes.data());  // never written: there is no put area
        setg(begin, begin, begin + bytes.size());
    }

    [[nodiscard]] std::size_t left() const noexcept { return static_cast<std::size_t>(egptr() - gptr()); }
    /// The next bytes, without a copy. The caller knows that so many are left.
    [[nodiscard]] std::string_view take(std::size_t bytes) noexcept {
        const std::string_view taken(gptr(), bytes);
        setg(eback(), gptr() + bytes, egptr());
        return taken;
    }

protected:
    std::streamsize xsgetn(char* to, std::streamsize count) override {
        const std::string_view bytes = take(std::min(static_cast<std::size_t>(count), left()));
        std::memcpy(to, bytes.data(), bytes.size());
        return static_cast<std::streamsize>(bytes.size());  // cereal throws if it is less
    }
};

/// Little endian on every machine: the same state gives the same bytes.
inline cereal::PortableBinaryOutputArchive::Options little_endian() {
    return cereal::PortableBinaryOutputArchive::Options::LittleEndian();
}

/// Appends `item`, written by an archive of its own.
template <class Item>
void append_archived(std::string& bytes, Item item) {
    StringOutput buffer(bytes);
    std::ostream stream(&buffer);
    cereal::PortableBinaryOutputArchive archive(stream, little_endian());
    archive(item);
}

/// Reads an item that append_archived wrote. The caller has checked the length and, before that, the
/// checksum.
template <class Item>
[[nodiscard]] Item read_archived(std::string_view bytes) {
    MemoryInput buffer(bytes);
    std::istream stream(&buffer);
    cereal::PortableBinaryInputArchive archive(stream);
    Item item{};
    archive(item);
    return item;
}

}  // namespace dummycache::store::snapshot
