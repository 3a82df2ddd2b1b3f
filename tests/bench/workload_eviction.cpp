// SPDX-License-Identifier: MIT
// What a full cache keeps: get, and set after a miss, beside an exact LRU and memcached with the same memory.
#include <algorithm>
#include <array>
#include <stdexcept>
#include <unordered_map>

#include "tests/bench/bench.hpp"
#include "tests/bench/memcached_server.hpp"
#include "tests/bench/scratch_cache.hpp"
#include "tests/bench/trace.hpp"
#include "tests/support/exact_lru.hpp"
#include "tools/bench/keys.hpp"

namespace dummycache::bench {

namespace {

constexpr std::uint64_t kMiB = std::uint64_t{1} << 20;
constexpr std::size_t kDistinct = 100'000;
constexpr std::size_t kRequests = 500'000;
constexpr std::size_t kMostOfTrace = 1'000'000;
constexpr double kCellLimit = 1.02;
constexpr std::uint32_t kShares[] = {2, 10, 20};  // of all bytes, in percent

/// Sizes of values that fill memcached's chunks and our pages alike, so that neither loses by rounding.
constexpr std::uint32_t kValues[] = {113, 161,  225,  305,  401,  521,  673,
                                     865, 1105, 1401, 2241, 3553, 4465, 10876};
constexpr std::uint64_t kEnough = 8 * kMiB;  // smaller caches consist of a few pages
constexpr std::uint64_t kLeastMiB = 2;       // that memcached starts with

/// Memory an entry of ours takes, about: with its share of the index.
std::uint64_t memory_of(std::uint64_t value_bytes) { return value_bytes + kKeyBytes + 24 + 16; }

struct Cell {
    const Stream* stream = nullptr;
    std::uint32_t share = 0;
    std::uint32_t value_bytes = 0;  ///< where the stream says nothing
    std::uint64_t mebibytes = 0;

    [[nodiscard]] std::uint32_t bytes_of(const Request& request) const {
        return request.bytes != 0 ? request.bytes : value_bytes;
    }
    [[nodiscard]] std::string name() const { return stream->name + ", " + std::to_string(share) + " %"; }
};

Cell cell_of(const Stream& stream, std::uint32_t share) {
    std::unordered_map<std::uint64_t, std::uint32_t> sizes;
    for (const Request& request : stream.requests)
        sizes[request.key] = std::max(sizes[request.key], request.bytes);
    Cell cell{&stream, share, 0, 0};
    std::uint64_t bytes = 0;
    for (const std::uint32_t value : kValues) {
        cell.value_bytes = value;
        bytes = 0;
        for (const auto& [key, size] : sizes) bytes += memory_of(size != 0 ? size : value);
        bytes = bytes * share / 100;
        if (bytes >= kEnough) break;
    }
    cell.mebibytes = std::max<std::uint64_t>(kLeastMiB, (bytes + kMiB / 2) / kMiB);
    return cell;
}

/// Replays a stream; how many of a thousand gets missed.
template <class Get, class Set, class Erase>
double misses_of(const Cell& cell, Get&& get, Set&& set, Erase&& erase) {
    std::size_t gets = 0;
    std::size_t missed = 0;
    std::string key(kKeyBytes, '\0');
    const std::string letters(std::size_t{1} << 20, 'x');
    for (const Request& request : cell.stream->requests) {
        write_key(key, request.key);
        if (request.erases) {
            erase(key, request.key);
            continue;
        }
        ++gets;
        if (get(key, request.key)) continue;
        ++missed;
        const std::size_t bytes = std::min<std::size_t>(cell.bytes_of(request), letters.size());
        set(key, request.key, std::string_view(letters).substr(0, bytes));
    }
    return 1000 * static_cast<double>(missed) / static_cast<double>(std::max<std::size_t>(gets, 1));
}

struct Ours {
    double misses = 0;
    std::uint64_t held_bytes = UINT64_MAX;  ///< keys and values when it evicted for the first time
};

Ours run_ours(const Cell& cell) {
    ScratchCache scratch(cell.mebibytes * kMiB);
    Cache& cache = scratch.cache();
    Ours ours;
    std::string value;
    std::uint64_t held = 0;
    ours.misses = misses_of(
        cell, [&](const std::string& key, std::uint64_t) { return cache.get(key, value); },
        [&](const std::string& key, std::uint64_t, std::string_view bytes) {
            cache.set(key, bytes);
            if (ours.held_bytes == UINT64_MAX && cache.stats().evicted != 0) ours.held_bytes = held;
            held += key.size() + bytes.size();
        },
        [&](const std::string& key, std::uint64_t) { cache.erase(key); });
    return ours;
}

double run_lru(const Cell& cell, std::uint64_t bytes) {
    test::ExactLru lru(bytes);
    return misses_of(
        cell, [&](const std::string&, std::uint64_t key) { return lru.get(key); },
        [&](const std::string& text, std::uint64_t key, std::string_view value) {
            lru.set(key, text.size() + value.size());
        },
        [&](const std::string&, std::uint64_t key) { lru.erase(key); });
}

std::optional<double> run_memcached(const Cell& cell) {
    const auto server = MemcachedServer::start(cell.mebibytes);
    if (!server) return std::nullopt;
    return misses_of(
        cell, [&](const std::string& key, std::uint64_t) { return server->get(key); },
        [&](const std::string& key, std::uint64_t, std::string_view value) { server->set(key, value); },
        [&](const std::string& key, std::uint64_t) { server->erase(key); });
}

void report(const Settings& settings, const std::string& measure, const std::string& peer, double ours,
            double theirs, std::optional<double> limit) {
    Row row;
    row.workload = "eviction";
    row.measure = measure;
    row.peer = peer;
    row.unit = "misses";
    row.ours = ours;
    row.theirs = theirs;
    row.limit = limit;
    settings.report(row);
}

/// Ours by the better of the two.
double run_cell(const Settings& settings, const Cell& cell) {
    const Ours ours = run_ours(cell);
    double better = run_lru(cell, ours.held_bytes);
    report(settings, cell.name(), "lru", ours.misses, better, std::nullopt);
    if (const auto theirs = is_among(settings.peers, "memcached") ? run_memcached(cell) : std::nullopt) {
        report(settings, cell.name(), "memcached", ours.misses, *theirs, std::nullopt);
        better = std::min(better, *theirs);
    }
    report(settings, cell.name(), "the better", ours.misses, better, kCellLimit);
    return better > 0 ? ours.misses / better : 1;
}

Stream zipf_stream(const std::string& name, const Settings& settings, double skew) {
    Stream stream{name, {}};
    for (const std::uint64_t number : zipf_numbers(kDistinct, skew, settings.scaled(kRequests)))
        stream.requests.push_back({number, 0, false});
    return stream;
}

/// Each `every` requests `length` keys that nobody asks for again.
Stream with_scans(const std::string& name, Stream stream, std::size_t every, std::size_t length) {
    std::vector<Request> mixed;
    std::uint64_t once = kDistinct;
    for (std::size_t i = 0; i < stream.requests.size(); ++i) {
        mixed.push_back(stream.requests[i]);
        if (i % every != every - 1) continue;
        for (std::size_t k = 0; k < length; ++k) mixed.push_back({once++, 0, false});
    }
    return {name, std::move(mixed)};
}

void eviction(const Settings& settings) {
    std::vector<Stream> streams;
    for (const std::string& path : settings.traces)
        streams.push_back(read_trace(path, settings.scaled(kMostOfTrace)));
    streams.push_back(zipf_stream("zipf 0.8", settings, 0.8));
    streams.push_back(zipf_stream("zipf 0.99", settings, 0.99));
    streams.push_back(zipf_stream("zipf 1.2", settings, 1.2));
    streams.push_back(with_scans("zipf 0.99 and scans", streams[streams.size() - 2], 25'000, 5'000));
    streams.push_back(with_scans("zipf 0.99 and keys used once", streams[streams.size() - 3], 4, 1));
    double sum = 0;
    std::size_t cells = 0;
    for (const Stream& stream : streams) {
        for (const std::uint32_t share : kShares) {
            sum += run_cell(settings, cell_of(stream, share));
            ++cells;
        }
    }
    Row mean;
    mean.workload = "eviction";
    mean.measure = "mean by the better";
    mean.unit = "ratio";
    mean.ours = sum / static_cast<double>(cells);
    mean.limit = 1;
    settings.report(mean);
}

const RegisterWorkload registered(
    "eviction",
    "misses of a full cache, of a thousand gets, beside an exact LRU and memcached; "
    "also of each --trace",
    eviction);

}  // namespace

}  // namespace dummycache::bench
