// SPDX-License-Identifier: MIT
// Compute once: of all who miss a key, one gets a lease on it and fills it; the others wait for the value.
//
//     auto found = get_or_lease(cache, "report", 30s);
//     if (found.lease) {
//         std::string made = make_report();          // once, however many ask
//         found.lease->fill(made, 10min);
//         return made;
//     }
//     return *found.value;
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "dummycache/cache.hpp"

namespace dummycache {

/// The right to fill a key that was absent. Whoever holds it keeps those waiting who ask for the same key.
///
/// It ends when it has filled the key or is abandoned, which its destructor does; the next who waits gets one
/// at once. It can be lost before: if its time is over, or its process is dead, the next who asks gets a lease
/// of his own. It is seen by nobody but them: `ls`, dumps and counters know no leases, and it holds no lock,
/// so everybody may set, erase or clear the key meanwhile. One thread at a time; a child made by fork() that
/// inherits one has none.
class Lease {
public:
    Lease(Lease&& other) noexcept;
    Lease& operator=(Lease&& other) noexcept;
    ~Lease();

    /// Stores the value, wakes who waits for it, and ends the lease. Says whether it stored. It does not if the
    /// lease was lost to somebody else, if somebody set the key meanwhile (that value stays), or if the timeout
    /// is zero or less. Whether the lease is lost is decided together with the store, as one step. An erase or
    /// a clear meanwhile changes nothing. Throws what Cache::set throws; the lease is then held still.
    bool fill(std::string_view value, Timeout timeout = {}, Codec codec = Codec::bytes);

    /// Ends the lease; the key stays absent.
    void abandon() noexcept;

    /// Whether fill could still store, as far as the lease goes. Looks at one word.
    [[nodiscard]] bool held() const noexcept;

    /// For the library's own files: get_or_lease makes leases.
    struct State;
    explicit Lease(std::unique_ptr<State> state) noexcept;

private:
    std::unique_ptr<State> state_;
};

/// The value, or a lease, or neither: the time to wait was over.
struct ValueOrLease {
    std::optional<std::string> value;
    std::optional<Lease> lease;
};

/// The value of the key. If it is absent: a lease for whoever is the first to ask; everybody else waits for the
/// value until `wait_timeout` is over (without one, for ever), and gets the lease if it ends without a value.
/// Waiting sleeps. The end of a lease is seen at once; the death of its process within a tenth of a second.
///
/// `lease_time` is how long the lease keeps others waiting, in the machine's time: a frozen or moved clock of the
/// cache does not count. One that is over may still be filled while nobody else has taken the key. Throws
/// ErrorCode::invalid_argument if it is not more than zero. Any thread of any process may call it; a thread
/// that holds a lease on the same key waits for itself. A hit costs what get costs, a lease about 1 us more.
/// Up to 128 keys in a shard can be leased at once; leases beyond that keep nobody waiting.
///
/// A process that is killed inside leaves nothing, or a lease that is free as soon as somebody asks.
[[nodiscard]] ValueOrLease get_or_lease(Cache& cache, std::string_view key,
                                        std::chrono::milliseconds lease_time,
                                        std::optional<std::chrono::milliseconds> wait_timeout = std::nullopt);

}  // namespace dummycache
