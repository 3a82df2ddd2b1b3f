// SPDX-License-Identifier: MIT
#include "ipc/process/client_table.hpp"

#include <algorithm>
#include <bitset>
#include <cstring>
#include <span>

#include <unistd.h>

#include "ipc/kill_point.hpp"
#include "ipc/machine_clock.hpp"

namespace dummycache::ipc {

namespace {

using layout::ClientRecord;
using Words = std::span<std::atomic<std::uint64_t>>;

constexpr auto kRelaxed = std::memory_order_relaxed;
constexpr auto kAcquire = std::memory_order_acquire;  // loads that come before the second look at the owner
/// The owner of records in a copy of a segment: the token of no process.
constexpr std::uint64_t kLeft = ~std::uint64_t{0};

/// As many bytes as fit, without a broken character of UTF-8 at the end.
std::string_view cut_to(std::string_view text, std::size_t bytes) noexcept {
    if (text.size() <= bytes) return text;
    while (bytes > 0 && (static_cast<unsigned char>(text[bytes]) & 0xc0) == 0x80) --bytes;
    return text.substr(0, bytes);
}

/// The bytes of a text that stand in its word with this number, zeros behind its end.
std::uint64_t word_of(std::string_view text, std::size_t number) noexcept {
    std::uint64_t word = 0;
    if (const std::size_t begin = number * sizeof word; begin < text.size())
        std::memcpy(&word, text.data() + begin, std::min(sizeof word, text.size() - begin));
    return word;
}

void store_text(Words words, std::string_view text) noexcept {
    text = cut_to(text, words.size() * sizeof(std::uint64_t));
    for (std::size_t i = 0; i < words.size(); ++i) words[i].store(word_of(text, i), kRelaxed);
}

std::string load_text(Words words) {
    std::string text;
    for (const auto& each : words) {
        const std::uint64_t word = each.load(kAcquire);
        text.append(reinterpret_cast<const char*>(&word), sizeof word);
    }
    return text.substr(0, text.find('\0'));
}

bool has_text(Words words, std::string_view text) noexcept {
    text = cut_to(text, words.size() * sizeof(std::uint64_t));
    for (std::size_t i = 0; i < words.size(); ++i)
        if (words[i].load(kRelaxed) != word_of(text, i)) return false;
    return true;
}

/// The numbers by which processes write now.
using Numbers = std::bitset<layout::kMaxClients + 1>;
Numbers numbers_in_use(const Segment& segment) noexcept {
    Numbers used;
    for (const layout::ProcessSlot& slot : segment.process_slots()) {
        const std::uint32_t number = slot.client.load(kAcquire);
        if (slot.pid.load(kAcquire) != 0 && number < used.size()) used.set(number);
    }
    return used;
}

/// Whether the process that took a record last is attached.
bool is_attached(const Segment& segment, std::uint64_t owner) noexcept {
    const auto slots = segment.process_slots();
    const std::uint32_t slot = layout::slot_of_token(owner);
    return slot < slots.size() && slots[slot].pid.load(kAcquire) != 0 &&
           slots[slot].generation.load(kAcquire) == layout::generation_of_token(owner);
}

bool is_of(ClientRecord& record, const ProcessIdentity& own, const ClientNames& names) noexcept {
    return record.pid.load(kRelaxed) == own.pid && record.start_time.load(kRelaxed) == own.start_time &&
           record.pid_namespace.load(kRelaxed) == own.pid_namespace &&
           record.kind.load(kRelaxed) == static_cast<std::uint64_t>(names.kind) &&
           has_text(record.program, names.program) && has_text(record.name, names.name);
}

/// Takes a record that has this owner. False if another process was faster.
bool take(Segment& segment, ClientRecord& record, std::uint64_t owner, std::uint64_t token,
          const ProcessIdentity& own, const ClientNames& names) noexcept {
    if (!record.owner.compare_exchange_strong(owner, token, std::memory_order_acq_rel)) return false;
    DUMMYCACHE_KILL_POINT("client taken");
    const bool had_another = owner != 0;
    const std::uint64_t now_ms = boot_us() / 1000;
    // Whatever the last client wrote is of an older era, for it has left. What this one writes is of this era or a later one.
    const std::uint64_t era =
        had_another ? segment.superblock().era.fetch_add(1, std::memory_order_acq_rel) + 1 : 0;
    record.since_era.store(era, kRelaxed);
    record.wrote_ms.store(now_ms, kRelaxed);
    record.start_time.store(own.start_time, kRelaxed);
    record.pid_namespace.store(own.pid_namespace, kRelaxed);
    record.pid.store(own.pid, kRelaxed);
    record.uid.store(::geteuid(), kRelaxed);
    record.kind.store(static_cast<std::uint64_t>(names.kind), kRelaxed);
    store_text(record.program, names.program);
    store_text(record.name, names.name);
    record.ready.store(token, std::memory_order_release);
    DUMMYCACHE_KILL_POINT("client ready");
    return true;
}

/// The record that this process has or had already under these names, now with this token.
std::optional<std::uint32_t> take_own(Segment& segment, std::uint64_t token, const ProcessIdentity& own,
                                      const ClientNames& names) noexcept {
    const auto records = segment.clients();
    for (std::uint32_t number = 0; number < records.size(); ++number) {
        ClientRecord& record = records[number];
        std::uint64_t owner = record.owner.load(kAcquire);
        if (owner == 0) return std::nullopt;  // records are taken from the first one on
        if (record.ready.load(kAcquire) != owner || !is_of(record, own, names)) continue;
        if (!record.owner.compare_exchange_strong(owner, token, std::memory_order_acq_rel)) continue;
        record.wrote_ms.store(boot_us() / 1000, kRelaxed);
        record.ready.store(token, std::memory_order_release);
        return number;
    }
    return std::nullopt;
}

struct Unused {
    std::uint32_t number = layout::kNoClient;
    std::uint64_t owner = 0;
};

/// A record that was never used, or else the one whose client has left and wrote longest ago.
Unused find_unused(const Segment& segment) noexcept {
    const auto records = segment.clients();
    const Numbers used = numbers_in_use(segment);
    Unused best;
    std::uint64_t best_ms = 0;
    for (std::uint32_t number = 0; number < records.size(); ++number) {
        const std::uint64_t owner = records[number].owner.load(kAcquire);
        if (owner == 0) return {number, 0};
        const std::uint64_t wrote_ms = records[number].wrote_ms.load(kRelaxed);
        const bool is_later = best.owner != 0 && wrote_ms >= best_ms;
        if (is_later || used[number] || is_attached(segment, owner)) continue;
        best = {number, owner};
        best_ms = wrote_ms;
    }
    return best;
}

}  // namespace

std::uint32_t claim_client(Segment& segment, std::uint64_t token, const ProcessIdentity& own,
                           const ClientNames& names) noexcept {
    if (const auto number = take_own(segment, token, own, names)) return *number;
    constexpr int kRounds = 64;  // each lost round is another process's success
    for (int round = 0; round < kRounds; ++round) {
        const Unused unused = find_unused(segment);
        if (unused.number == layout::kNoClient) break;
        if (take(segment, segment.clients()[unused.number], unused.owner, token, own, names))
            return unused.number;
    }
    return layout::kNoClient;
}

std::optional<Client> client_of(const Segment& segment, std::uint32_t number) {
    if (number >= segment.clients().size()) return std::nullopt;
    ClientRecord& record = segment.clients()[number];
    const std::uint64_t owner = record.owner.load(kAcquire);
    if (owner == 0 || record.ready.load(kAcquire) != owner) return std::nullopt;
    Client client;
    client.kind = static_cast<ClientKind>(record.kind.load(kAcquire));
    client.program = load_text(record.program);
    client.name = load_text(record.name);
    client.pid = record.pid.load(kAcquire);
    client.uid = record.uid.load(kAcquire);
    client.since_era = record.since_era.load(kAcquire);
    client.is_attached = is_attached(segment, owner) || numbers_in_use(segment)[number];
    const bool is_same = record.owner.load(kAcquire) == owner && record.ready.load(kAcquire) == owner;
    return is_same ? std::optional(std::move(client)) : std::nullopt;
}

void copy_clients(const Segment& from, const Segment& to) noexcept {
    const auto records = to.clients();
    for (std::uint32_t number = 0; number < records.size() && number < from.clients().size(); ++number) {
        const ClientRecord& old = from.clients()[number];
        const std::uint64_t owner = old.owner.load(kAcquire);
        ClientRecord& copy = records[number];
        if (owner == 0) return;
        for (auto field : {&ClientRecord::since_era, &ClientRecord::wrote_ms, &ClientRecord::start_time,
                           &ClientRecord::pid_namespace, &ClientRecord::kind})
            (copy.*field).store((old.*field).load(kAcquire), kRelaxed);
        copy.pid.store(old.pid.load(kAcquire), kRelaxed);
        copy.uid.store(old.uid.load(kAcquire), kRelaxed);
        for (std::size_t i = 0; i < std::size(old.program); ++i)
            copy.program[i].store(old.program[i].load(kAcquire), kRelaxed);
        for (std::size_t i = 0; i < std::size(old.name); ++i)
            copy.name[i].store(old.name[i].load(kAcquire), kRelaxed);
        copy.owner.store(kLeft, kRelaxed);
        const bool is_whole = old.ready.load(kAcquire) == owner && old.owner.load(kAcquire) == owner;
        copy.ready.store(is_whole ? kLeft : 0, std::memory_order_release);
    }
}

}  // namespace dummycache::ipc
