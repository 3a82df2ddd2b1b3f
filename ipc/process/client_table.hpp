// SPDX-License-Identifier: MIT
// Who used a segment: a record for each client, which outlives its process.
//
// A record belongs to a client as long as nobody else needs it. It is taken in this order: store the token into `owner` by
// a CAS; write the other fields; store the token into `ready`. A reader believes a record if `owner` and `ready` are equal
// before and after it has read the others.
//
//   killed after the CAS    owner and ready differ: an unknown client; the record can be taken again
//   killed later            the record of a client that has left
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "ipc/process/liveness.hpp"
#include "ipc/segment/segment.hpp"

namespace dummycache::ipc {

enum class ClientKind : std::uint8_t {
    process = 0,
    load = 1  ///< a process while it loads a snapshot; the program is the snapshot's name
};

struct ClientNames {
    ClientKind kind = ClientKind::process;
    std::string_view program;  ///< 32 bytes of it are kept
    std::string_view name;     ///< chosen by the program or its user; 24 bytes are kept
};

/// A record as it was at one moment.
struct Client {
    ClientKind kind = ClientKind::process;
    std::string program;
    std::string name;
    std::uint32_t pid = 0;
    std::uint32_t uid = 0;
    std::uint64_t since_era = 0;  ///< what was written or removed in an older era is another client's doing
    bool is_attached = false;
};

/// Finds or takes a record for the process with this token, whose slot is occupied. The same process with the same names
/// keeps its record. Of the unused records that one goes whose last write is longest ago. kNoClient if all are in use. About
/// 1 us, and 5 us in a full table.
[[nodiscard]] std::uint32_t claim_client(Segment& segment, std::uint64_t token, const ProcessIdentity& own,
                                         const ClientNames& names) noexcept;

/// Nothing if the record was never used, if its client was killed while it took it, or if it changes hands now.
[[nodiscard]] std::optional<Client> client_of(const Segment& segment, std::uint32_t number);

/// Notes that the client writes about now. For the choice of the record that goes.
inline void note_client_writes(const Segment& segment, std::uint32_t number, std::uint64_t now_ms) noexcept {
    if (number < segment.clients().size())
        segment.clients()[number].wrote_ms.store(now_ms, std::memory_order_relaxed);
}

/// Copies all records into a segment to which nobody is attached yet. There they are clients that have left.
void copy_clients(const Segment& from, const Segment& to) noexcept;

}  // namespace dummycache::ipc
