// SPDX-License-Identifier: MIT
// Compute once: of all callers that miss a key, one gets a lease on it and fills it; the others wait for the value.
//
//     auto found = get_or_lease(cache, "report", 30s);
//     if (found.lease) {
//         std::string made = make_report();          // once, however many ask
//         found.lease->fill(made, 10min);
//         return made;
//     }
//     return *found.value;
#pragma once

#include "dummycache/detail/language.hpp"

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "dummycache/cache.hpp"

namespace dummycache {

/// The right to fill a key that was absent. While a caller holds it, other callers that ask for the same
/// key wait.
///
/// It ends when it has filled the key or is abandoned; the destructor abandons it. Then the next waiting
/// caller gets a lease at once. It can be lost before: if its time is over, or if its process is dead, the
/// next caller that asks gets a lease. Only such callers notice it: `ls`, dumps and counters know no
/// leases. It holds no lock, so every process may set, erase or clear the key meanwhile. One thread at a
/// time may use it. A child made by fork() does not inherit it. A handle that reopens (WhenRemoved) loses its leases
/// with the old cache: fill then stores nothing.
class Lease {
public:
    Lease(Lease&& other) noexcept;
    Lease& operator=(Lease&& other) noexcept;
    ~Lease();

    /// Stores the value, wakes the callers that wait for it, and ends the lease. Returns whether it stored.
    /// It does not store if another caller has taken the lease, if a process has set the key meanwhile
    /// (that value stays), or if the timeout is zero or less. Whether the lease is lost is decided together
    /// with the store, as one step. An erase or a clear meanwhile changes nothing. Throws the errors of
    /// Cache::set; the lease is then still held.
    bool fill(std::string_view value, Timeout timeout = {}, Codec codec = Codec::bytes);

    /// Ends the lease; the key stays absent.
    void abandon() noexcept;

    /// Whether the lease is not lost, so that fill may still store. Loads one word.
    [[nodiscard]] bool held() const noexcept;

    /// For the library's own files: get_or_lease makes leases.
    struct State;
    explicit Lease(std::unique_ptr<State> state) noexcept;

private:
    std::unique_ptr<State> state_;
};

/// The value, or a lease, or neither: then the time to wait was over.
struct ValueOrLease {
    std::optional<std::string> value;
    std::optional<Lease> lease;
};

/// Returns the value of the key. If it is absent, the first caller that asks gets a lease. Every other
/// caller waits for the value until `wait_timeout` is over (without one, for ever), and gets the lease if
/// it ends without a value. A waiting caller sleeps. It notices the end of a lease at once, and the death
/// of the lease's process within a tenth of a second.
///
/// `lease_time` is how long the lease keeps other callers waiting, in the machine's time: a frozen or moved
/// clock of the cache does not count. A lease whose time is over may still be filled if no other caller has
/// taken the key. Throws ErrorCode::invalid_argument if it is not more than zero. Any thread of any process
/// may call it. A thread that holds a lease on the same key would wait for itself. A hit costs as much as
/// get, a lease about 1 us more. Up to 128 keys in a shard can be leased at once; further leases keep no
/// caller waiting.
///
/// A process that is killed inside leaves nothing, or a lease that is free as soon as another caller asks.
[[nodiscard]] ValueOrLease get_or_lease(Cache& cache, std::string_view key,
                                        std::chrono::milliseconds lease_time,
                                        std::optional<std::chrono::milliseconds> wait_timeout = std::nullopt);

}  // namespace dummycache
