// SPDX-License-Identifier: MIT
// A client as the public interface shows it.
#pragma once

#include <utility>

#include "dummycache/history.hpp"
#include "ipc/process/client_table.hpp"

namespace dummycache::store {

[[nodiscard]] inline Client shown_client(ipc::Client&& known) {
    return {std::move(known.program),
            std::move(known.name),
            known.pid,
            known.uid,
            known.kind == ipc::ClientKind::load,
            known.is_attached};
}

}  // namespace dummycache::store
