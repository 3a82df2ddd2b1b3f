// SPDX-License-Identifier: MIT
// Claims, keeps and gives back a slot of the process table.
//
// A slot is in use if its liveness byte is locked and its pid is not 0. A process claims it in this order: lock the
// byte; clear up what the previous user left; raise the generation; store start time, namespace and name; store the
// pid last. A process that dies leaves all of it, and the kernel frees the byte. Every store is a release, so a
// process that reads a later one sees the generation that it belongs to.
//
// Reads need no slot: they own no lock and no page, and nobody waits for them. A process that finds no free slot, or is
// forked, reads as a guest.
#include "ipc/process/process_table.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <exception>
#include <string>
#include <thread>

#include <unistd.h>

#include <fmt/format.h>

#include "ipc/kill_point.hpp"
#include "ipc/machine_clock.hpp"
#include "ipc/os/file_descriptor.hpp"
#include "ipc/process/liveness.hpp"
#include "ipc/process/program_name.hpp"
#include "ipc/process/slot_janitor.hpp"

namespace dummycache::ipc {

namespace {

/// The name is for people, who may look while it is written.
void store_name(layout::ProcessSlot& entry, const char* name) {
    const std::size_t length = std::min(std::strlen(name), sizeof entry.name - 1);
    for (std::size_t i = 0; i < sizeof entry.name; ++i) {
        std::atomic_ref<char>(entry.name[i]).store(i < length ? name[i] : '\0', std::memory_order_relaxed);
    }
}

void zero_counters(layout::ProcessSlot& entry) {
    for (layout::ReadCounters& counters : entry.counters) {
        counters.hits.store(0, std::memory_order_relaxed);
        counters.misses.store(0, std::memory_order_relaxed);
        counters.retries.store(0, std::memory_order_relaxed);
    }
}

/// Returns the new generation. The caller holds the liveness byte.
std::uint32_t occupy(layout::ProcessSlot& entry) {
    const std::uint32_t generation = entry.generation.load(std::memory_order_acquire) + 1;
    entry.generation.store(generation, std::memory_order_release);
    DUMMYCACHE_KILL_POINT("occupy.generation");
    const ProcessIdentity own = own_identity();
    zero_counters(entry);
    store_name(entry, program_invocation_short_name);
    entry.uid.store(::geteuid(), std::memory_order_release);
    entry.start_time.store(own.start_time, std::memory_order_release);
    entry.pid_namespace.store(own.pid_namespace, std::memory_order_release);
    entry.staging.store(0, std::memory_order_release);
    entry.client.store(layout::kNoClient, std::memory_order_release);
    DUMMYCACHE_KILL_POINT("occupy.before_pid");
    entry.pid.store(own.pid, std::memory_order_release);
    DUMMYCACHE_KILL_POINT("occupy.done");
    return generation;
}

ProcessIdentity claimed_identity(const layout::ProcessSlot& entry) {
    ProcessIdentity claimed;
    claimed.pid = entry.pid.load(std::memory_order_acquire);
    claimed.start_time = entry.start_time.load(std::memory_order_acquire);
    claimed.pid_namespace = entry.pid_namespace.load(std::memory_order_acquire);
    return claimed;
}

bool dead_in_slot(const Segment& segment, std::uint32_t slot, std::uint32_t generation) {
    const layout::ProcessSlot& entry = segment.process_slots()[slot];
    if (entry.generation.load(std::memory_order_acquire) != generation) return true;
    if (segment.name().kind == Kind::private_memory) return false;
    const ProcessIdentity claimed = claimed_identity(entry);
    if (entry.generation.load(std::memory_order_acquire) != generation) return true;
    // The caller has read a word that the process stored after its pid. No pid now: the process has left.
    if (claimed.pid == 0) return true;
    return process_is_dead(segment, slot, claimed);
}

Error removed_error(const Segment& segment) {
    return {Fault::removed, fmt::format("the cache {} was removed; open it again", segment.name().text)};
}

Error no_slot_error(const Segment& segment) {
    return {Fault::busy,
            fmt::format("all {} places of the cache {} are taken by processes that write; end one of "
                        "them ('dummycache info' lists them)",
                        segment.process_slots().size(), segment.name().text)};
}

}  // namespace

[[gnu::tls_model("initial-exec")]] constinit thread_local std::uint32_t counter_stripe = kNoStripe;

std::uint32_t choose_counter_stripe() noexcept {
    static constinit std::atomic<std::uint32_t> next{0};
    return counter_stripe = next.fetch_add(1, std::memory_order_relaxed) % layout::kCounterStripes;
}

Membership::Membership(Segment& segment, std::chrono::milliseconds patience, Joins joins,
                       std::string client_name)
    : segment_(segment), patience_(patience), client_name_(std::move(client_name)) {
    const auto lock = lock_registration();
    if (joins == Joins::when_it_writes || !claim()) stay_as_guest();
}

Membership::~Membership() {
    if (!registered()) return;
    DUMMYCACHE_KILL_POINT("leave.begin");
    retire_slot(segment_, layout::slot_of_token(self_.load(std::memory_order_relaxed)));
    DUMMYCACHE_KILL_POINT("leave.retired");
}

void Membership::register_again() {
    constexpr std::chrono::milliseconds kLookAgain{5};
    const auto end = steady_now() + patience_;
    for (;;) {
        {
            const auto lock = lock_registration();
            if (registered() || claim()) return;
        }
        const auto left = end - steady_now();
        if (left <= left.zero()) throw no_slot_error(segment_);
        std::this_thread::sleep_for(std::min<std::chrono::nanoseconds>(left, kLookAgain));
    }
}

bool Membership::try_join() noexcept {
    if (registered()) return true;
    try {
        const auto lock = lock_registration();
        return registered() || claim();
    } catch (const std::exception&) {
        return false;
    }
}

void Membership::stay_as_guest() {
    descriptor_ = PrivateDescriptor([this] { return segment_.open_again(); });
    // Without the lock it only looks as if nobody were attached, and `gc` may remove an empty cache.
    if (descriptor_.valid()) static_cast<void>(share_byte(descriptor_.get(), layout::kGuestsByte));
    // After the lock, so that a remover sees the lock or this process sees the mark.
    if (segment_.stale()) throw removed_error(segment_);
}

bool Membership::claim() {
    const bool private_memory = segment_.name().kind == Kind::private_memory;
    PrivateDescriptor descriptor;
    if (!private_memory) {
        descriptor = PrivateDescriptor([this] { return segment_.open_again(); });
        if (!descriptor.valid()) {
            const int error = errno;
            if (segment_.stale()) throw removed_error(segment_);
            throw system_error(error, fmt::format("open the cache {} a second time", segment_.name().path));
        }
    }
    const auto slots = static_cast<std::uint32_t>(segment_.process_slots().size());
    for (std::uint32_t slot = 0; slot < slots; ++slot) {
        if (take(descriptor, slot)) return true;
    }
    return false;
}

bool Membership::take(PrivateDescriptor& descriptor, std::uint32_t slot) {
    layout::ProcessSlot& entry = segment_.process_slots()[slot];
    const std::uint32_t before = entry.generation.load(std::memory_order_acquire);
    if (descriptor.valid()) {
        // A free byte alone proves nothing: a live process may have closed a descriptor that it did not
        // know. The question comes before the lock, because afterwards our own lock is the answer.
        if (state_of_byte(segment_.descriptor(), layout::kLivenessBase + slot) == ByteState::locked)
            return false;
        if (entry.pid.load(std::memory_order_acquire) != 0 && !dead_in_slot(segment_, slot, before))
            return false;
        if (!try_lock_byte(descriptor.get(), layout::kLivenessBase + slot)) return false;
        if (entry.generation.load(std::memory_order_acquire) != before) {
            unlock_byte(descriptor.get(), layout::kLivenessBase + slot);
            return false;
        }
    }
    DUMMYCACHE_KILL_POINT("take.locked");
    if (entry.pid.load(std::memory_order_acquire) != 0) retire_slot(segment_, slot);
    const std::uint32_t generation = occupy(entry);
    if (segment_.stale()) {
        retire_slot(segment_, slot);
        throw removed_error(segment_);
    }
    descriptor_ = std::move(descriptor);
    client_.store(layout::kNoClient, std::memory_order_relaxed);
    self_.store(layout::token_of(slot, generation), std::memory_order_relaxed);
    counters_.store(entry.counters, std::memory_order_relaxed);
    fork_count_.store(forks_seen(), std::memory_order_release);
    return true;
}

void Membership::claim_a_client() {
    const std::uint64_t own_token = token();
    const std::string program = program_name();
    const auto lock = lock_registration();
    if (client() != layout::kNoClient) return;
    const std::uint32_t number =
        claim_client(segment_, own_token, own_identity(), {ClientKind::process, program, client_name_});
    segment_.process_slots()[layout::slot_of_token(own_token)].client.store(number,
                                                                            std::memory_order_release);
    client_.store(number, std::memory_order_relaxed);
}

std::uint32_t Membership::further_client(const ClientNames& names) {
    return claim_client(segment_, token(), own_identity(), names);
}

layout::ReadCounters& Membership::counters_of_nobody() noexcept {
    static constinit layout::ReadCounters nobody_sums{};
    return nobody_sums;
}

bool Membership::is_dead(std::uint32_t slot, std::uint32_t generation) const {
    // No process ever owned such a slot.
    if (slot >= segment_.process_slots().size()) return true;
    const std::uint64_t token = layout::token_of(slot, generation);
    if (registered() && self_.load(std::memory_order_relaxed) == token) return false;
    return dead_in_slot(segment_, slot, generation);
}

std::uint32_t Membership::pid_of(std::uint32_t slot) const {
    if (slot >= segment_.process_slots().size()) return 0;
    return segment_.process_slots()[slot].pid.load(std::memory_order_acquire);
}

std::string activity_of(const layout::ProcessSlot& slot) { return activity_of(claimed_identity(slot)); }

std::string name_of(layout::ProcessSlot& slot) {
    std::string name;
    for (char& byte : slot.name) {
        const char letter = std::atomic_ref<char>(byte).load(std::memory_order_relaxed);
        if (letter == '\0') break;
        name.push_back(letter);
    }
    return name;
}

}  // namespace dummycache::ipc
