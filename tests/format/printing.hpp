// SPDX-License-Identifier: MIT
// How structs and constants are printed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <iostream>
#include <type_traits>

#include "ipc/segment/superblock.hpp"

namespace layout = dummycache::layout;

inline void print_struct(const char* name, std::size_t bytes, std::size_t alignment) {
    std::cout << name << ' ' << bytes << " align " << alignment << '\n';
}

inline void print_field(const char* name, std::size_t offset, std::size_t bytes) {
    std::cout << "  " << offset << ' ' << name << ' ' << bytes << '\n';
}

template <class Value>
void print_constant(const char* name, Value value) {
    if constexpr (std::is_enum_v<Value>) {
        std::cout << name << " = " << static_cast<std::uint64_t>(value) << '\n';
    } else {
        std::cout << name << " = " << value << '\n';
    }
}

#define STRUCT(type) print_struct(#type, sizeof(layout::type), alignof(layout::type))
#define FIELD(type, field) print_field(#field, offsetof(layout::type, field), sizeof(layout::type::field))
#define CONSTANT(name) print_constant(#name, layout::name)

/// What tells who wrote what, and which keys went away.
void print_history();
