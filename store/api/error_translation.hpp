// SPDX-License-Identifier: MIT
// Turns the errors of other layers into the exception that users of the library know.
#pragma once

#include <new>
#include <stdexcept>

#include "dummycache/error.hpp"
#include "ipc/error.hpp"

namespace dummycache::store {

[[nodiscard]] inline ErrorCode code_of(ipc::Fault fault) noexcept {
    switch (fault) {
        case ipc::Fault::invalid_name: return ErrorCode::invalid_argument;
        case ipc::Fault::not_found: return ErrorCode::not_found;
        case ipc::Fault::no_permission: return ErrorCode::no_permission;
        case ipc::Fault::not_a_file: return ErrorCode::not_a_file;
        case ipc::Fault::not_a_segment: return ErrorCode::not_a_cache;
        case ipc::Fault::incompatible: return ErrorCode::incompatible;
        case ipc::Fault::no_space: return ErrorCode::full;
        case ipc::Fault::busy: return ErrorCode::busy;
        case ipc::Fault::removed: return ErrorCode::removed;
        case ipc::Fault::system: return ErrorCode::system;
    }
    return ErrorCode::system;
}

/// Calls a function. Only dummycache::Error, and what the user's own functions throw, leaves it.
template <class Call>
decltype(auto) rethrow_as_error(Call&& call) {
    try {
        return call();
    } catch (const ipc::Error& error) {
        throw Error(code_of(error.fault()), error.what());
    } catch (const std::bad_alloc&) {
        throw Error(ErrorCode::out_of_memory, "this process has no memory left; free some and try again");
    } catch (const std::length_error&) {
        throw Error(ErrorCode::out_of_memory,
                    "the value does not fit this process's memory; read it into a buffer");
    }
}

}  // namespace dummycache::store
